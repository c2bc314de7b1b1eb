/** What breaks something of a lab on purpose, over what a backend can do to it. */
import type { LabModel, NodeModel } from '../model/model.js';
import { type Service, servicesOn } from '../model/services.js';
import type { Coded } from '../report/messages.js';
import type { FaultOptions } from './options.js';

/**
 * What can be done to a node. `signals`: send signals to its servers. `files`: change what they save. `restart`: kill one and
 * start it again. `clock`: give a Sentinel another time. `packet-filter`: run commands as its root, which has a packet filter of its own. `power`: cut its power.
 */
export type Offer = 'signals' | 'files' | 'restart' | 'clock' | 'packet-filter' | 'power';

export const OFFERS: readonly Offer[] = [
  'signals',
  'files',
  'restart',
  'clock',
  'packet-filter',
  'power',
];

/** A running lab, as a fault acts on it. What a backend does not offer throws. */
export interface FaultHost {
  readonly lab: LabModel;
  readonly offers: readonly Offer[];
  /**
   * Sends signals to a server of a node, in this order, until it is gone. A number is a pause, milliseconds.
   * @throws RedisLabError when it does not run, or the node cannot be entered
   */
  signal(
    node: NodeModel,
    service: Service,
    ...signals: readonly ('SEGV' | 'STOP' | 'CONT' | 'TERM' | 'KILL' | number)[]
  ): Promise<void>;
  /**
   * Waits until a server of a node is gone or, for `halted`, suspended. False when it is neither after `withinMs` milliseconds.
   * @throws RedisLabError when the node cannot be entered
   */
  becomes(
    node: NodeModel,
    service: Service,
    state: 'gone' | 'halted',
    withinMs: number,
  ): Promise<boolean>;
  /**
   * Runs a script as root on a node, by `sh -e`, with these arguments. Gives its exit code, and what it said.
   * @throws RedisLabError when the node cannot be entered
   */
  asRoot(
    node: NodeModel,
    script: string,
    ...args: readonly string[]
  ): Promise<{ readonly code: number; readonly said: string }>;
  /** The folders in which the servers of a node save, absolute there. Never throws. */
  places(node: NodeModel): Places;
  /**
   * Runs a script on a node, by `sh -e`, with these arguments, as a user who may change the files of its servers. Its `redis-cli`
   * (`valkey-cli` on a machine with Valkey) reaches the node's own servers by `-p`. Gives its exit code, and what it said.
   * @throws RedisLabError when the node cannot be entered
   */
  asOwner(
    node: NodeModel,
    script: string,
    ...args: readonly string[]
  ): Promise<{ readonly code: number; readonly said: string }>;
  /**
   * Kills a server of a node and starts it again at once, without a pause between.
   * @throws RedisLabError when it does not run, does not end, or the node cannot be entered
   */
  restart(node: NodeModel, service: Service): Promise<void>;
  /**
   * Words of iptables that match what the Sentinel of a node sends, `-m cgroup --path …`. Absent: it cannot be told from what
   * others send there. Never throws.
   */
  fromSentinel?(node: NodeModel): string;
  /** The addresses that the servers of a node listen at and send from. Absent: its own alone. Never throws. */
  addresses?(node: NodeModel): readonly string[];
  /** The clock that the Sentinel of a node sees. */
  readonly clock: Clock;
  /** Ends the whole node at once. @throws RedisLabError when its power cannot be cut */
  cutPower(node: NodeModel): Promise<void>;
}

/** The clock that the Sentinel of a node sees; on a virtual machine all of it does. */
export interface Clock {
  /** What is lacking there to move it. @throws RedisLabError when the node cannot be entered */
  lack(node: NodeModel): Promise<Coded | undefined>;
  /** Moves it forward by so many seconds, each time. @throws RedisLabError when it cannot be moved, or the node not be entered */
  move(node: NodeModel, seconds: number): Promise<void>;
  /**
   * Sets it right, and starts a Sentinel that runs again; false where it was not moved.
   * @throws RedisLabError when it cannot be set, or the node not be entered
   */
  restore(node: NodeModel): Promise<boolean>;
}

/** Where the servers of a node save. */
export interface Places {
  /** The data of its Redis server. */
  readonly data: string;
  /** `sentinel.conf` and `redis.conf`, which the servers rewrite. */
  readonly config: string;
  /** What need not outlive the node's power. */
  readonly run: string;
}

/** A way to break something of a lab, and how it is undone. {@link registerFault} adds one. */
export interface Fault {
  /** What it is called on the command line and in results: `power-off`. */
  readonly kind: string;
  /** For the help: `SIGSEGV ends the Redis server`. */
  readonly describe: string;
  /** What it breaks: the Redis server or the Sentinel of a node, which must run, or the whole node. */
  readonly target: 'redis' | 'sentinel' | 'node';
  /** What of a backend it works with; a backend that does not offer it refuses the fault. */
  readonly needs: Offer;
  /** What became of it, as a sentence without a full stop after the node's name: `its power is gone`. */
  readonly done: string;
  /**
   * How its Redis server comes back when the lab is healed: `started` again, `woken` still taking itself for the master,
   * `connected` again after running on meanwhile, or `saves`: it takes writes again; `over`: it is back already, too soon to be replaced;
   * `unsaved`: its Sentinel goes on, and does not save what it learns; `slowed`: it never left; `tilt`: its
   * Sentinel acts on nothing for a while. From it the command tells what follows from the fault; absent: it tells nothing.
   */
  readonly comesBack?:
    | 'started'
    | 'woken'
    | 'connected'
    | 'saves'
    | 'over'
    | 'unsaved'
    | 'slowed'
    | 'tilt';
  /** What is lacking on a node, or on this machine, to break it so. Absent: nothing. @throws RedisLabError when the node cannot be entered */
  lacks?(host: FaultHost, node: NodeModel): Promise<Coded | undefined>;
  /** What of the options it knows; others are refused. Default: none. */
  readonly takes?: readonly (keyof FaultOptions)[];
  /**
   * Breaks the node. `options` were checked, and {@link FaultOptions.from} is there where the fault takes it.
   * @throws RedisLabError when it has no effect in time
   */
  inject(host: FaultHost, node: NodeModel, options: FaultOptions): Promise<void>;
  /**
   * Called for each node that runs whenever the lab is healed: if the fault is active there, undoes it. Gives a sentence about
   * what was mended, or several; undefined where nothing was. Absent: it is enough that suspended servers continue and ended
   * ones are started.
   */
  undo?(
    host: FaultHost,
    node: NodeModel,
  ): Promise<string | Coded | readonly (string | Coded)[] | undefined>;
}

/** The servers of a node that a fault breaks. */
export function serversOf(
  { target }: Fault,
  node: NodeModel,
): { readonly node: string; readonly service: Service }[] {
  return servicesOn(node)
    .filter((service) => target === 'node' || target === service)
    .map((service) => ({ node: node.name, service }));
}
