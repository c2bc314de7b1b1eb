/** What all of redis-lab has to know of a backend before it loads it. */
import type { Sentence } from '../coded.js';
import type { Offer } from '../faults/fault.js';
import type { BackendFaults } from '../faults/registry.js';
import type { LabModel } from '../model/model.js';
import type { LabList } from '../report/types.generated.js';
import type { LabNote } from '../workspace/lab-notes.js';
import type { Backend } from './backend.js';

/** A backend, as all of redis-lab knows it before it is loaded. For `registerBackend()` a name, a description and `create` do. */
export interface BackendDescriptor {
  /** As in `lab.up({ backend })`, on the command line and in results: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** For the help: `virtual machines`. */
  readonly describe: string;
  /**
   * What the nodes are: `machines` that have a systemd each and get what they run by themselves, or `processes` that share
   * this machine. Default `processes`.
   */
  readonly nodes?: 'machines' | 'processes';
  /** What can be done to a node; faults that need it can be injected. Default: nothing. */
  readonly offers?: readonly Offer[];
  /**
   * Called for each call that needs one, for a lab that may be up, stopped or nowhere: what is there is found by the lab's
   * name. `faults` are those that need what this backend offers.
   */
  create(lab: LabModel, faults: BackendFaults): Backend | Promise<Backend>;
  /** Default: what `up` noted down is found, and asked with {@link Backend.status}. */
  readonly labs?: LabsOfBackend;
  /** Default: `doctor` shows what the backend's preflight says, and `auto` never takes it. */
  readonly doctor?: DoctorOfBackend;
}

/** One whose name the types know. */
export type Named<Name extends string> = BackendDescriptor & { readonly name: Name };

/** Where the labs of a backend are, and how they are found again. */
export interface LabsOfBackend {
  /** Whether `up` notes on this machine's disk that this backend has a lab. Default true; not needed where {@link isOnDisk} tells. */
  readonly noted?: boolean;
  /** What is noted of a lab beside the backend: words without blanks. Default: none. */
  placeOf?(lab: LabModel): readonly string[];
  /** Whether something of a lab is on this machine's disk, whatever its condition. */
  isOnDisk?(lab: string): boolean;
  /** Names of everything on this machine's disk that may be such a lab. */
  namesOnDisk?(): readonly string[];
  /** Those that there are. */
  list?(options: ListOfBackend): Promise<LabList>;
}

/** What is asked for when the labs of a backend are listed. */
export interface ListOfBackend {
  /** What is noted of this backend's labs. */
  readonly noted: readonly (LabNote & { readonly name: string })[];
  /** Whether labs are looked for that nobody here noted down, on a server that others use as well. */
  readonly everywhere: boolean;
  /** Aborted when the time is up, with a RedisLabError. */
  readonly signal: AbortSignal;
}

/** What `doctor`, `auto` and the look before `up` have to know. */
export interface DoctorOfBackend {
  /** Codes of checks that must be good, and not only not bad, before `auto` takes it. */
  readonly needsGood: readonly string[];
  /** Codes of checks that are left out before `up`: its preflight says the same, or the nodes find out. */
  readonly saysItself: readonly string[];
  /** Whether `auto` looks for it: if this program is there; at these checks only. Default: it does not look. */
  readonly auto?: { readonly program?: string; readonly only?: readonly string[] };
  /** Why `auto` takes it; `seen` is what a check saw. */
  why(seen: (code: string) => Sentence | undefined): Sentence;
  /** Why it is taken on a platform where nothing works yet; undefined: it is not. */
  lastResort?(platform: string): Sentence | undefined;
}
