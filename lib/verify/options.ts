import type { OnProgress } from '../progress.js';
import type { Limits } from './limits.js';

/** One of those that come along, or that a program has registered. */
export type ScenarioName = 'replication' | 'failover' | (string & {});

/** Runs of one verification, at most. */
export const MOST_RUNS = 10_000;

/** How a lab is verified. */
export interface VerifyOptions {
  /**
   * How often. 1 to 10000; default 1. A lab that was not there before begins anew each time; one that was goes on with
   * the data that it has, unless {@link fresh} says otherwise.
   */
  readonly repeat?: number;
  /** Begins anew each time: **all data of the lab is wiped**. Default false. */
  readonly fresh?: boolean;
  /**
   * Mends first what does not run, stands still or is cut off; the result tells what. Default false: a lab that is not
   * whole fails, and is left as it was found.
   */
  readonly heal?: boolean;
  /**
   * How the old master comes back after a failover. `hurried`: Sentinel's periods are shortened by
   * SENTINEL DEBUG for that part (Redis 7.0 and newer), which takes half a second. `natural`: at Sentinel's own
   * pace, about 10 s. Default `hurried`.
   */
  readonly rejoin?: 'hurried' | 'natural';
  /**
   * What a failover may cost at most. Each is a claim, `limits.outage`, `limits.writable` or `limits.lost`, after those of the
   * scenario that measures it, in every run; one that does not hold fails the scenario. Default: no limits.
   */
  readonly limits?: Limits;
  /**
   * Client libraries that write while a scenario measures, each a process of its own: `ioredis`, `node-redis` or `redis-py` at its
   * defaults, `ioredis:advised` as its documentation advises, `ioredis,commandTimeout=500` with settings of one's own. What is broken stays so
   * until each writes again, 30 s at most. They run on this machine, with the libraries that it has: those of npm from the working directory,
   * else from where redis-lab is installed. Default: none.
   */
  readonly clients?: readonly string[];
  /** Hears of each scenario, claim and phase. */
  readonly onProgress?: OnProgress;
  /** Aborting it mends what was broken, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}
