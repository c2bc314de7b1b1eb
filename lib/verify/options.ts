import type { OnProgress } from '../progress.js';

export const SCENARIO_NAMES = ['replication', 'failover'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

export interface VerifyOptions {
  /** How often; each run but one alone begins with fresh state. 1 to 10000. Default 1. */
  readonly repeat?: number;
  /**
   * How the old master comes back after a failover. `hurried`: Sentinel's periods are shortened by
   * SENTINEL DEBUG for that part (Redis 7.0 and newer), which takes half a second. `natural`: at Sentinel's own
   * pace, about 10 s. Default `hurried`.
   */
  readonly rejoin?: 'hurried' | 'natural';
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal | undefined;
}
