/** Names of the scenarios that come along, in the order in which the help has them. What they do is loaded when one is run. */
export const SCENARIO_NAMES = ['replication', 'failover'] as const;

/** Those that `up` proves, and `verify` where none is named. */
export const IN_UP = [
  'replication',
  'failover',
] as const satisfies (typeof SCENARIO_NAMES)[number][];
