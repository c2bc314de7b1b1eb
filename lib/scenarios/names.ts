/** The built-in scenarios, in the order of the help. Their code is loaded only to run one. */
export const SCENARIO_NAMES = ['replication', 'failover'] as const;

/** Those that `up` proves, and `verify` where none is named. */
export const IN_UP = [
  'replication',
  'failover',
] as const satisfies (typeof SCENARIO_NAMES)[number][];
