/**
 * What runs the nodes of a lab. A backend starts, stops and breaks machines and services. The configuration of the nodes is
 * decided before, and whether the lab is healthy is judged after, in the same way for all backends.
 */

import type { Coded, Sentence } from '../coded.js';
import type { Invocation } from '../command/call.js';
import type { FaultOptions } from '../faults/options.js';
import type { Filtering } from '../faults/packet-filter.js';
import type { LabModel } from '../model/model.js';
import type { Engine } from '../model/releases.js';
import type { Service } from '../model/services.js';
import type { Message } from '../report/messages.js';

export type { Service };

/**
 * `crash`: the Redis server ends at once by SIGSEGV, as `DEBUG SEGFAULT` does it.
 * `hang`: it stops answering and keeps its connections.
 * `stall`: it stops answering for a little less than down-after, and goes on by itself.
 * `freeze`: the whole node stands still; `sentinel-hang`: its Sentinel alone does; `sentinel-end`: its Sentinel ends in good order.
 * `restart`: the Redis server is killed and started again at once. `save-fails`: it cannot save its data; `sentinel-save-fails`: the
 * node's Sentinel cannot save its configuration. `clock-jump`: the clock that the Sentinel sees jumps forward.
 * `partition`: the node and the other nodes of the lab do not reach each other; this machine still reaches all.
 * `power-off`: the whole node loses its power.
 * Any other: one that a program has registered with `registerFault()`.
 */
export type FaultKind =
  | 'crash'
  | 'hang'
  | 'stall'
  | 'freeze'
  | 'sentinel-hang'
  | 'sentinel-end'
  | 'restart'
  | 'save-fails'
  | 'sentinel-save-fails'
  | 'clock-jump'
  | 'partition'
  | 'power-off'
  | (string & {});

/** What runs the nodes of one lab, or would. */
export interface Backend {
  /** As in its descriptor. */
  readonly name: string;

  /** The faults that it can inject. */
  readonly faults: readonly FaultKind[];

  /**
   * What this machine lacks for `up`; nothing is changed. Empty: `up` can begin.
   * @throws RedisLabError when that cannot be determined; the signal's reason
   */
  preflight(options: { readonly signal?: AbortSignal | undefined }): Promise<readonly Lack[]>;

  /**
   * Starts every service of every node that does not run; it does not wait until the lab is ready. When it is aborted or
   * fails, what it started is ended again; what was running before runs on.
   * @throws RedisLabError when the lab was brought up from another description, when another call is at work on it, when a
   * service does not start (with its last log lines)
   */
  up(options: UpOptions): Promise<UpResult>;

  /** What runs. Never throws because something does not run. */
  status(): Promise<BackendStatus>;

  /**
   * How a command line is run on a node, where `redis-cli` without options reaches that node's own Redis server, or on a
   * client; without a command line, an interactive shell.
   * @throws RedisLabError when the node is not up
   */
  invocation(node: string, argv?: readonly string[]): Promise<Invocation>;

  /**
   * @param options as the fault takes them, checked
   * @throws RedisLabError when the node does not run, or the fault is not among {@link faults}
   */
  inject(fault: FaultKind, node: string, options?: FaultOptions): Promise<void>;

  /**
   * What a node that runs, or this machine, lacks for a fault that is among {@link faults}. Absent: nothing.
   * @throws RedisLabError when the node does not run
   */
  lacks?(fault: FaultKind, node: string): Promise<Message | undefined>;

  /**
   * Undoes every fault and starts what should run and does not; gives one sentence for each thing mended.
   * @throws RedisLabError when nothing of the lab runs: what was stopped is for `up`
   */
  heal(options?: HealOptions): Promise<readonly Message[]>;

  /**
   * An error with the last log lines of a service that has ended, and what to do. Absent: only its log is shown.
   * @param how how it ended, without a subject: `ended while it was waited for`
   * @throws RedisLabError (4) when the node cannot be entered
   */
  lastWords?(node: string, service: Service, how: string): Promise<Error>;

  /**
   * The log of a service, line by line, also of one that does not run; with `follow`, also what it logs from then on, until
   * the signal is aborted, which is no error.
   * @throws RedisLabError when the lab is not up, or the node has no such service
   */
  logs(node: string, service: Service, options?: LogOptions): AsyncIterable<string>;

  /**
   * Ends every service in good order; data and configurations stay. Gives what was ended, `master redis`.
   * @throws RedisLabError when a service does not end, or another call is at work on the lab
   */
  stop(): Promise<readonly string[]>;

  /**
   * Ends every service and removes all that `up` made, and nothing else. Works after a crash at any moment.
   * @throws RedisLabError when something cannot be ended or removed, or another call is at work on the lab
   */
  down(): Promise<readonly string[]>;
}

/** What is needed of a backend to look at a lab. */
export type LookedAt = Pick<Backend, 'name' | 'status' | 'logs'>;

/** Something that this machine lacks. */
export interface Lack {
  /** Its code: `redis-server`. Where doctor has a check of the same thing, the code is the same. */
  readonly code: string;
  readonly what: Sentence;
  readonly seen: Sentence;
  /** What to do, with the exact command line where there is one. */
  readonly fix: Sentence;
  /** What redis-lab can do about it with `install`. Absent: nothing. */
  readonly remedy?: Remedy;
}

/** What redis-lab can do about a lack, with the user's consent. */
export interface Remedy {
  /** A sentence without a subject: `install redis-tools with apt-get`. */
  readonly describe: Sentence;
  /** Does it, and reports its progress a line at a time. Uses sudo where it needs root. */
  run(options: {
    readonly onProgress?: (told: Sentence) => void;
    readonly signal?: AbortSignal | undefined;
  }): Promise<void>;
}

/** How a backend brings a lab up. */
export interface UpOptions {
  /** Wipes data, logs and live configurations, as before the first `up`. Default false. */
  readonly fresh?: boolean;
  /** Told of what is being made and started, a line each time. */
  readonly onProgress?: (event: {
    readonly phase: 'files' | 'start';
    readonly text: string;
    /** The text as codes, where it has them. */
    readonly codes?: readonly Coded[];
  }) => void;
  readonly signal?: AbortSignal | undefined;
}

/** How a backend heals a lab. */
export interface HealOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Services to restart, since they run but do not answer properly. Each is asked to end, killed if it does not within ten
   * seconds, and started with the lab's own password and users. Default: none.
   */
  readonly restart?: readonly Stuck[];
  /** Only these servers, of nodes that run: they go on, or are started. Default: everything, and all faults are undone. */
  readonly only?: readonly ServiceOf[];
  /** With {@link only}: the faults of this kind are undone on the nodes that run. Default: none is. */
  readonly fault?: FaultKind;
}

/** A server of a node. */
export interface ServiceOf {
  readonly node: string;
  readonly service: Service;
}

/** A service that runs but does not answer properly. */
export interface Stuck {
  readonly node: string;
  readonly service: Service;
  /** Its error, or that it does not answer. */
  readonly said: string;
}

/** What a backend brought up. */
export interface UpResult {
  /** The lab as it runs: as described, but with the addresses and the version that it has here. */
  readonly lab: LabModel;
  readonly server: RunningServer;
  /** Services that this call started, `master redis`; empty if all ran. */
  readonly started: readonly string[];
  /** Clients that it started. Absent: none. */
  readonly clients?: readonly string[];
  /** When the last of them was started, in milliseconds of `now()`; undefined if none was. */
  readonly startedAt: number | undefined;
  /** What the user should know: that another version runs than described. */
  readonly notes: readonly Sentence[];
}

/** The server program that a lab runs. */
export interface RunningServer {
  readonly engine: Engine;
  /** `x.y.z` */
  readonly version: string;
  /** Its path on the node. */
  readonly program: string;
}

/** The state of a lab, as its backend sees it. */
export interface BackendStatus {
  /**
   * `absent`: never brought up, or taken down. `stopped`: nothing runs. `idle`: machines or containers run, but no service.
   * `partial`: some services run. `running`: all do.
   */
  readonly state: 'absent' | 'stopped' | 'idle' | 'partial' | 'running';
  /** The lab as it runs; undefined if absent. */
  readonly lab: LabModel | undefined;
  readonly server: RunningServer | undefined;
  /** Whether it was brought up from the description that this backend was made for; true if absent. */
  readonly sameDescription: boolean;
  readonly services: readonly ServiceStatus[];
  /** What the user should know; absent: nothing. */
  readonly notes?: readonly Message[];
  /** Faults that drop packets or hold them back: `partition`, `slow`. Absent: none. */
  readonly filtering?: readonly Filtering[];
  /** Clients that do not run, of a lab that does; they count for no {@link state}. Absent: none. */
  readonly clientsOff?: readonly string[];
}

/** One server process of a node. */
export interface ServiceStatus {
  readonly node: string;
  readonly service: Service;
  /** `hung`: stopped by a signal, as by the fault `hang`. */
  readonly state: 'running' | 'hung' | 'stopped';
  /** Undefined if it does not run, or is not known. */
  readonly pid: number | undefined;
  /** Whether a stopped one may start by itself, as systemd restarts it or its machine still boots. Absent: no. */
  readonly mayCome?: boolean;
}

/** Which part of a log, and whether to follow it. */
export interface LogOptions {
  /** Goes on with what is logged from then on, until the signal is aborted. Default false. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Only this many of the last lines. Default: all. */
  readonly tail?: number;
}
