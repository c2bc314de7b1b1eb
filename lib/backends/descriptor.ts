/** What redis-lab must know about a backend before it loads it. */
import type { Sentence } from '../coded.js';
import type { RedisLabError } from '../errors.js';
import type { Offer } from '../faults/fault.js';
import type { BackendFaults } from '../faults/registry.js';
import type { LabModel } from '../model/model.js';
import type { LabList } from '../report/types.generated.js';
import type { LabNote } from '../workspace/lab-notes.js';
import type { Backend, LookedAt } from './backend.js';
import type { ClassGround } from './class-ground.js';
import type { EntriesOfBackend } from './entries.js';

/** A backend, before it is loaded. `registerBackend()` needs `name`, `describe` and `create`; the rest has defaults. */
export interface BackendDescriptor {
  /** As in `lab.up({ backend })`, on the command line and in results: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** For the help: `virtual machines`. */
  readonly describe: string;
  /**
   * What the nodes are: `machines`, each with systemd, that install their own servers; or `processes` that share this machine.
   * Default `processes`.
   */
  readonly nodes?: 'machines' | 'processes';
  /** What can be done to a node; faults that need it can be injected. Default: nothing. */
  readonly offers?: readonly Offer[];
  /** What can be done besides in a network of its own (`--own-network`). Default: nothing, and there is none. */
  readonly inOwnNetwork?: readonly Offer[];
  /**
   * Called anew for each call on a lab, which may be up, stopped or absent: the backend finds it by its name. `faults` are those
   * that this backend can inject.
   */
  create(lab: LabModel, faults: BackendFaults): Backend | Promise<Backend>;
  /** Default: labs are found by the notes of `up`, and asked with {@link Backend.status}. */
  readonly labs?: LabsOfBackend;
  /** Absent: this backend cannot have a class, many labs of one description side by side. */
  readonly classes?: ClassesOfBackend;
  /** Default: `doctor` shows what the backend's preflight says, and `auto` never takes it. */
  readonly doctor?: DoctorOfBackend;
}

/** A descriptor whose name is known to the compiler. */
export type Named<Name extends string> = BackendDescriptor & { readonly name: Name };

/** Where the labs of a backend are, and how they are found again. */
export interface LabsOfBackend {
  /** Whether `up` notes on this machine's disk that this backend has a lab. Default true; not needed with {@link isOnDisk}. */
  readonly noted?: boolean;
  /** Where the backend has a lab, which is noted with it: words without blanks. Default: none. */
  placeOf?(lab: LabModel): readonly string[];
  /** Whether anything of a lab is on this machine's disk, also a damaged one. */
  isOnDisk?(lab: string): boolean;
  /** Names of all labs of this backend on this machine's disk. */
  namesOnDisk?(): readonly string[];
  /** The labs that exist. Default: the noted ones. */
  list?(options: ListOfBackend): Promise<LabList>;
}

/** Where the lab of one student is. */
export interface Room {
  /** Name of the class. */
  readonly class: string;
  /** Name of the lab. */
  readonly lab: string;
  /** What the student is known by: number or e-mail address. */
  readonly student: string;
  /** The port by which it is entered; absent where it is not. */
  readonly port?: number;
  /** The public key by which its SSH server is known, as `ssh-keygen` writes it; absent where {@link port} is. */
  readonly hostKey?: string;
}

/** Where the labs of a class are to be. */
export interface Placed {
  /** In the order of the labs: each with where it is to be, or why it can be nowhere. */
  readonly labs: readonly (LabModel | RedisLabError)[];
  /** A sentence for each part of the server that gets no new lab. */
  readonly notes: readonly Sentence[];
}

/** What a class needs besides its labs. */
export interface ClassesOfBackend {
  /**
   * The labs, each with where it is to be, such as a member of a cluster; those that are there stay where they are.
   * @throws RedisLabError (3) when the server cannot be asked
   */
  placed(labs: readonly LabModel[], signal: AbortSignal | undefined): Promise<Placed>;
  /**
   * What the server has for a class. Absent: nothing but this machine.
   * @throws RedisLabError (3) when it cannot be asked
   */
  ground?(described: LabModel, signal: AbortSignal | undefined): Promise<ClassGround>;
  /**
   * Makes what the labs share, such as an image with the server installed, where it is not there; gives the labs that use it.
   * @throws RedisLabError (3) when the server lacks something; (4) when it cannot be made
   */
  shared?(
    described: LabModel,
    labs: readonly LabModel[],
    options: {
      readonly onStep: (step: Sentence) => void;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<readonly LabModel[]>;
  /**
   * Removes what was made for labs to share and no lab uses any more.
   * @throws RedisLabError (3) when the server cannot be asked; (4) when it refuses
   */
  removeShared?(described: LabModel): Promise<void>;
  /**
   * Makes what one lab needs around it before it is brought up; harmless where it is there.
   * @throws RedisLabError (3) when the server cannot be asked, or somebody else has what it would be called; (4) when it refuses
   */
  makeRoom(lab: LabModel, room: Room): Promise<void>;
  /**
   * Called once the lab has been brought up, or has failed to come up: nothing more is to be made in its room. Absent: nothing can be.
   * @throws RedisLabError (3) when the server cannot be asked
   */
  closeRoom?(lab: LabModel): Promise<void>;
  /**
   * Removes that, and what else is in it, after the lab was taken down; one that is gone is no error.
   * @throws RedisLabError (3) when the server cannot be asked; (4) when it refuses
   */
  removeRoom(described: LabModel, room: Room): Promise<void>;
  /**
   * All rooms where a described lab would be, of all classes, also of students who left.
   * @throws RedisLabError (3) when the server cannot be asked
   */
  rooms(described: LabModel, signal: AbortSignal | undefined): Promise<readonly Room[]>;
  /** Whether this machine has the programs that a class needs. Nothing is asked but its disk. Absent: yes. Never throws. */
  isHere?(described: LabModel): Promise<boolean>;
  /**
   * How many processors work on the labs. Absent: those of this machine.
   * @throws RedisLabError (3) when the server cannot be asked
   */
  processors?(described: LabModel, signal: AbortSignal | undefined): Promise<number>;
  /**
   * Looks at many labs, again and again, with as few questions and connections as can be; what only a command on each node would tell may be
   * missing from what is seen of a lab that runs. Absent: each lab is looked at by itself.
   * @throws RedisLabError (3) when the server cannot be asked
   */
  looks?(described: LabModel): Promise<(lab: LabModel) => LookedAt>;
  /** Absent: labs can be entered from the machine itself only. */
  readonly entries?: EntriesOfBackend;
}

/** What is asked for when the labs of a backend are listed. */
export interface ListOfBackend {
  /** The notes of this backend's labs. */
  readonly noted: readonly (LabNote & { readonly name: string })[];
  /** Whether to list also labs without a note, such as those of others on a shared server. */
  readonly everywhere: boolean;
  /** Aborted when the time is up, with a RedisLabError. */
  readonly signal: AbortSignal;
}

/** What `doctor`, `auto` and the checks before `up` must know. */
export interface DoctorOfBackend {
  /** Codes of checks whose result must be `good`, not `poor`, before `auto` chooses it. */
  readonly needsGood: readonly string[];
  /** Codes of checks that are left out before `up`, since its preflight or its nodes report the same. */
  readonly saysItself: readonly string[];
  /** When `auto` considers it: only if `program` is there; by the checks `only`, by default all. Absent: never. */
  readonly auto?: { readonly program?: string; readonly only?: readonly string[] };
  /** Why `auto` chooses it; `seen` gives what a check saw. */
  why(seen: (code: string) => Sentence | undefined): Sentence;
  /** Why `auto` chooses it where no backend works yet; undefined: it does not. */
  lastResort?(platform: string): Sentence | undefined;
}
