/**
 * What runs the nodes of a lab. A backend starts and stops machines and services, and breaks them
 * when it is asked to; what a node's configuration is was settled before, and whether the lab is
 * any good is judged after, the same for all of them.
 */

import type { Coded, Sentence } from '../coded.js';
import type { Invocation } from '../command/call.js';
import type { LabModel } from '../model/model.js';
import type { Engine } from '../model/releases.js';
import type { Message } from '../report/messages.js';

/** One of the two servers of a node. */
export type Service = 'redis' | 'sentinel';

/**
 * `crash`: the Redis server ends at once by a segmentation fault, as `DEBUG SEGFAULT` does it.
 * `hang`: it stops answering and keeps its connections.
 * `partition`: the node and the other nodes of the lab do not reach each other; this machine still reaches all.
 * `power-off`: the whole node is gone at once.
 * Another one: what a program has registered with `registerFault()`.
 */
export type FaultKind = 'crash' | 'hang' | 'partition' | 'power-off' | (string & {});

/** What runs the nodes of one lab, or would. */
export interface Backend {
  /** As in its descriptor. */
  readonly name: string;

  /** The faults that it can inject. */
  readonly faults: readonly FaultKind[];

  /**
   * What is lacking here for `up` to work; nothing is changed. Empty: `up` can begin.
   * @throws RedisLabError when it cannot be found out; the signal's reason
   */
  preflight(options: { readonly signal?: AbortSignal | undefined }): Promise<readonly Lack[]>;

  /**
   * Brings every service of every node up, and no more: whether the lab is ready is not its
   * concern. Changes nothing where all runs; repairs what does not. When it is aborted or fails, what
   * it started is ended again, and what was running before runs on.
   * @throws RedisLabError when the lab runs with another description, when somebody else is at work
   * on it, when a service does not start (with the last lines that it said)
   */
  up(options: UpOptions): Promise<UpResult>;

  /** What runs. Never throws because something does not run. */
  status(): Promise<BackendStatus>;

  /**
   * How a command line is run on a node, where `redis-cli` reaches that node's own Redis server
   * without being told how; without a command line, an interactive shell.
   * @throws RedisLabError when the node is not up
   */
  invocation(node: string, argv?: readonly string[]): Promise<Invocation>;

  /** @throws RedisLabError when the node does not run, or the fault is not among {@link faults} */
  inject(fault: FaultKind, node: string): Promise<void>;

  /**
   * Undoes every fault and starts what should run and does not; gives one sentence for each thing mended.
   * @throws RedisLabError when nothing of the lab runs: what was stopped is for `up`
   */
  heal(options?: HealOptions): Promise<readonly Message[]>;

  /**
   * An error with what a service that has ended said last, and what to do about it. Absent: its log is told as it is.
   * @param how without a subject: `ended while it was waited for`
   * @throws RedisLabError (4) when the node cannot be entered
   */
  lastWords?(node: string, service: Service, how: string): Promise<Error>;

  /**
   * What a service said so far, line by line, also one that does not run; with `follow`, what it says from
   * then on as well, until aborted, which ends it without an error.
   * @throws RedisLabError when the lab was never up, or that node has no such service
   */
  logs(node: string, service: Service, options?: LogOptions): AsyncIterable<string>;

  /**
   * Ends every service in good order; data and configurations stay. Gives what was ended, `master redis`.
   * @throws RedisLabError when a service does not end, or somebody else is at work on the lab
   */
  stop(): Promise<readonly string[]>;

  /**
   * Ends every service and removes all that `up` made, and nothing else. Works after a crash at any moment.
   * @throws RedisLabError when something cannot be ended or removed, or somebody else is at work on the lab
   */
  down(): Promise<readonly string[]>;
}

/** Something that this host lacks. */
export interface Lack {
  /** What it is known by, whatever it says: `redis-server`; that of the check of doctor which looks at the same. */
  readonly code: string;
  readonly what: Sentence;
  readonly seen: Sentence;
  /** What to do, with the exact command line where there is one. */
  readonly fix: Sentence;
  /** What redis-lab can do about it by itself, once it may. */
  readonly remedy?: Remedy;
}

/** What redis-lab can do about a lack, once it may. */
export interface Remedy {
  /** A sentence without a subject: `install redis-tools with apt-get`. */
  readonly describe: Sentence;
  /** Does it; says how far it has come, a line each time. May use sudo where that is what it takes. */
  run(options: {
    readonly onProgress?: (told: Sentence) => void;
    readonly signal?: AbortSignal | undefined;
  }): Promise<void>;
}

/** How a backend brings a lab up. */
export interface UpOptions {
  /** Data, logs and live configurations begin anew, as after the very first `up`. Default false. */
  readonly fresh?: boolean;
  /** Told of what is being made and started, a line each time. */
  readonly onProgress?: (event: {
    readonly phase: 'files' | 'start';
    readonly text: string;
    /** The same by codes, where it has some. */
    readonly codes?: readonly Coded[];
  }) => void;
  readonly signal?: AbortSignal | undefined;
}

/** How a backend heals a lab. */
export interface HealOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Services that run and do not answer as they should. Each is asked to end, killed if it does not within ten seconds, and
   * started again with its own password and users. Default: none.
   */
  readonly restart?: readonly Stuck[];
}

/** A service that runs and does not answer as it should. */
export interface Stuck {
  readonly node: string;
  readonly service: Service;
  /** What it says, or that it says nothing. */
  readonly said: string;
}

/** What a backend brought up. */
export interface UpResult {
  /** The lab as it runs here: the description's, with the addresses and the version of this place. */
  readonly lab: LabModel;
  readonly server: RunningServer;
  /** Services that this call started, `master redis`; empty if all ran. */
  readonly started: readonly string[];
  /** When the last of them was started, in milliseconds of `now()`; undefined if none was. */
  readonly startedAt: number | undefined;
  /** What the user should know once: another version than described. */
  readonly notes: readonly Sentence[];
}

/** The server program that a lab really runs. */
export interface RunningServer {
  readonly engine: Engine;
  /** `x.y.z` */
  readonly version: string;
  /** Where it is, on the node. */
  readonly program: string;
}

/** What of a lab is there, as its backend sees it. */
export interface BackendStatus {
  /**
   * `absent`: nothing was ever brought up, or it was taken down. `idle`: machines or containers run, no service does.
   * `partial`: some services run.
   */
  readonly state: 'absent' | 'stopped' | 'idle' | 'partial' | 'running';
  /** As it runs here; undefined if absent. */
  readonly lab: LabModel | undefined;
  readonly server: RunningServer | undefined;
  /** Whether it was brought up from the very description that this backend was made for; true if absent. */
  readonly sameDescription: boolean;
  readonly services: readonly ServiceStatus[];
  /** What the user should know; absent: nothing. */
  readonly notes?: readonly Message[];
  /** Nodes that a `partition` cuts off from the others. Absent: none. */
  readonly partitioned?: readonly string[];
}

/** One server process of a node. */
export interface ServiceStatus {
  readonly node: string;
  readonly service: Service;
  /** `hung`: there, but made to stand still by a fault. */
  readonly state: 'running' | 'hung' | 'stopped';
  /** Undefined where it does not run, or the place does not tell. */
  readonly pid: number | undefined;
  /** Of one that does not run: whether it may come by itself, since something starts it again or is about to. Absent: no. */
  readonly mayCome?: boolean;
}

/** How much of a log, and whether it is followed. */
export interface LogOptions {
  /** Goes on with what the service says from then on, until the signal is aborted. Default false. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Only the last so many of what was said so far. Default: all. */
  readonly tail?: number;
}
