/** What really differs between those that make machines of nodes; everything else of such a backend is shared. */
import type { Sentence } from '../../coded.js';
import type { Invocation } from '../../command/call.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import type { Lack, RunningServer, UpOptions } from '../backend.js';
import type { Payload } from '../payload.js';
import type { Booting } from './boot.js';
import type { Shell } from './shell.js';
import type { Power } from './survey.js';

/** By node; one whose machine is not there, or was only half made, has none. */
export type Powers = ReadonlyMap<string, Power>;

/** What is remembered of a lab that is there. */
export interface Known {
  /** As it runs, or as it was described where that is not known. */
  readonly lab: LabModel;
  /** Undefined until the first `up` was done. */
  readonly server: RunningServer | undefined;
  /** Whether it was made from the very description that is at hand. */
  readonly sameDescription: boolean;
}

export type Doing = 'look' | 'up' | 'heal' | 'fault' | 'stop' | 'down';

/** What makes machines of a lab's nodes: a server of Incus, Vagrant. */
export interface Machines<K extends Known> {
  /** Of the backend. */
  readonly name: string;

  /** @see Backend.preflight */
  preflight(signal: AbortSignal | undefined): Promise<readonly Lack[]>;

  /**
   * Whoever does more than look holds the lab's lock: what a call that was killed left at work is ended first, or waited for.
   * @throws RedisLabError (3) where something is lacking
   */
  open(doing: Doing, signal?: AbortSignal): Promise<MachineHost<K>>;

  /** The lab with the ways to its servers. Absent: an address is enough everywhere. */
  reached?(lab: LabModel): LabModel;
}

export type Tell = (phase: 'files' | 'start', told: Sentence) => void;

export interface MakeOptions extends Pick<UpOptions, 'signal'> {
  readonly tell: Tell;
  /** Told before a machine is made, which is undone if this comes to nothing. */
  readonly begins: (node: NodeModel) => void;
  /** What is put into new machines. */
  readonly payload: () => Promise<Payload>;
}

export interface StartOptions extends Pick<UpOptions, 'signal'> {
  readonly powers: Powers;
  /** Machines that run and may be booting: they are only followed. */
  readonly booting: readonly NodeModel[];
  readonly tell: Tell;
  /** Told before a machine is started, which is undone if this comes to nothing. */
  readonly begins: (node: NodeModel) => void;
  /** Waits until the boot of a machine is over, once that can be entered. */
  readonly follow: (node: NodeModel, off: AbortSignal) => Promise<void>;
}

/** The machines of one lab, for the length of one call; disposing of it hangs up. */
export interface MachineHost<K extends Known> extends AsyncDisposable {
  readonly shell: Shell;

  /** Whether anything of the lab is there, also where it cannot be read. */
  isThere(): Promise<boolean>;

  /**
   * Undefined where nothing of the lab is there.
   * @throws RedisLabError for what no redis-lab of this format wrote
   */
  known(): Promise<K | undefined>;

  /** What the machines do, as surely as it can be found out, which may take seconds. */
  powers(known: K, signal?: AbortSignal): Promise<Powers>;

  /** The same found out quickly, where one that nobody can enter is taken for stopped. */
  glance(known: K): Promise<Powers>;

  /** Whether a node can be entered. */
  listens(known: K, node: string): Promise<boolean>;

  /** Whether any machine has power, be it one that nobody can enter; false where that cannot be told. */
  anyRuns(known: K): Promise<boolean>;

  /** Root on a node for people, with a terminal if there is one, and for longer than this call. */
  attached(node: string, argv: readonly string[]): Invocation;

  /** How the first boots are followed. */
  booting(lab: LabModel): Booting;

  /** Machines, and what they need beside; those that are not named are there already. */
  make(
    lab: LabModel,
    known: K | undefined,
    missing: readonly NodeModel[],
    options: MakeOptions,
  ): Promise<void>;

  /** Starts machines that are there, in this order where it matters. */
  start(lab: LabModel, asleep: readonly NodeModel[], options: StartOptions): Promise<void>;

  /** Takes the power of machines at once, whatever they do. */
  cutPower(lab: LabModel, nodes: readonly NodeModel[]): Promise<void>;

  /** Ends all in good order; what does not end in time loses its power. Gives the nodes that ran. */
  shutDown(known: K): Promise<readonly string[]>;

  /** Notes down how the lab runs. */
  remember(known: K | undefined, running: Pick<Known, 'lab' | 'server'>): Promise<void>;

  /** What the user should know once that is this host's own business. */
  notes(lab: LabModel): Promise<readonly Sentence[]>;

  /** Removes machines that this call made, and what it made beside them. */
  unmake(known: K | undefined, powers: Powers, made: readonly string[]): Promise<void>;

  /** Removes all that is the lab's, whatever it is doing. */
  removeAll(): Promise<void>;
}
