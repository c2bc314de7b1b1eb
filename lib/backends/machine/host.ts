/** What a backend with machines must provide; everything else of such a backend is shared. */
import type { Sentence } from '../../coded.js';
import type { Invocation } from '../../command/call.js';
import type { Offer } from '../../faults/fault.js';
import type { LabModel, MachineModel } from '../../model/model.js';
import type { Lack, RunningServer, UpOptions } from '../backend.js';
import type { Payload } from '../payload.js';
import type { Booting } from './boot.js';
import type { Shell } from './shell.js';
import type { Power } from './survey.js';

/** What every backend with machines offers to faults. */
export const MACHINE_OFFERS: readonly Offer[] = [
  'signals',
  'files',
  'restart',
  'clock',
  'packet-filter',
  'power',
];

/** By node; a node without a machine, or with a half-made one, is missing. */
export type Powers = ReadonlyMap<string, Power>;

/** The saved state of a lab that exists. */
export interface Known {
  /** As it runs; as described if that is not known. */
  readonly lab: LabModel;
  /** Undefined until the first `up` has succeeded. */
  readonly server: RunningServer | undefined;
  /** Whether it was made from the present description. */
  readonly sameDescription: boolean;
}

export type Doing = 'look' | 'up' | 'heal' | 'fault' | 'stop' | 'down';

/** The program or server that makes the machines of a lab: Incus, LXD, Vagrant. */
export interface Machines<K extends Known> {
  /** Name of the backend. */
  readonly name: string;

  /** @see Backend.preflight */
  preflight(signal: AbortSignal | undefined): Promise<readonly Lack[]>;

  /**
   * Opens the machines of the lab for one call. If it does more than look, the caller holds the lab's lock, and what a killed
   * call left running is ended or waited for first.
   * @throws RedisLabError (3) when something is lacking
   */
  open(doing: Doing, signal?: AbortSignal): Promise<MachineHost<K>>;

  /** The lab, with how its servers are reached. Absent: their addresses are enough. */
  reached?(lab: LabModel): LabModel;
}

export type Tell = (phase: 'files' | 'start', told: Sentence) => void;

export interface MakeOptions extends Pick<UpOptions, 'signal'> {
  readonly tell: Tell;
  /** Called before a machine is made; it is removed again if `up` fails. */
  readonly begins: (node: MachineModel) => void;
  /**
   * Collects what is put into new machines.
   * @param image name of the box or image that they are made of
   * @param architectures what `uname -m` may say on them; undefined: not known
   */
  readonly payload: (
    image: string,
    architectures: readonly string[] | undefined,
  ) => Promise<Payload>;
}

export interface StartOptions extends Pick<UpOptions, 'signal'> {
  readonly powers: Powers;
  /** Machines that run and may be booting: only their boot is followed. */
  readonly booting: readonly MachineModel[];
  readonly tell: Tell;
  /** Called before a machine is started; it is stopped again if `up` fails. */
  readonly begins: (node: MachineModel) => void;
  /** Waits for the end of a machine's boot; to be called once commands can be run on it. */
  readonly follow: (node: MachineModel, off: AbortSignal) => Promise<void>;
}

/** The machines of one lab, during one call; disposing of it closes connections. */
export interface MachineHost<K extends Known> extends AsyncDisposable {
  readonly shell: Shell;

  /** Whether anything of the lab exists, also if its state cannot be read. */
  isThere(): Promise<boolean>;

  /**
   * The state of the lab; undefined if nothing of it exists.
   * @throws RedisLabError if it is damaged, or of a newer format
   */
  known(): Promise<K | undefined>;

  /** The power states of all machines, reliably, which may take seconds. */
  powers(known: K, signal?: AbortSignal): Promise<Powers>;

  /** The same quickly: a machine on which no command can be run counts as stopped. */
  glance(known: K): Promise<Powers>;

  /** Whether commands can be run on a node. */
  listens(known: K, node: string): Promise<boolean>;

  /** Whether any machine has power, even if no command can be run on it; false if that is not known. */
  anyRuns(known: K): Promise<boolean>;

  /** A command line as root on a node for the user, with a terminal if there is one. It may outlive this call. */
  attached(node: string, argv: readonly string[]): Invocation;

  /** How the first boots are followed. */
  booting(lab: LabModel): Booting;

  /** Makes machines, and what the lab needs besides. Those that are not `missing` exist already. */
  make(
    lab: LabModel,
    known: K | undefined,
    missing: readonly MachineModel[],
    options: MakeOptions,
  ): Promise<void>;

  /** Starts machines that exist, in this order where it matters. */
  start(lab: LabModel, asleep: readonly MachineModel[], options: StartOptions): Promise<void>;

  /** Cuts the power of machines at once. */
  cutPower(lab: LabModel, nodes: readonly MachineModel[]): Promise<void>;

  /** Shuts all machines down, and cuts the power of those that do not end in time. Gives the nodes that ran. */
  shutDown(known: K): Promise<readonly string[]>;

  /** Saves how the lab runs. */
  remember(known: K | undefined, running: Pick<Known, 'lab' | 'server'>): Promise<void>;

  /** Notes for the user that are particular to this backend. */
  notes(lab: LabModel): Promise<readonly Sentence[]>;

  /** Removes machines that this call made, and what it made besides. */
  unmake(known: K | undefined, powers: Powers, made: readonly string[]): Promise<void>;

  /** Removes everything of the lab, also running machines. */
  removeAll(): Promise<void>;
}
