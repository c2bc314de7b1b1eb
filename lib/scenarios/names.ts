/** The built-in scenarios, in the order of the help. Their code is loaded only to run one. */
export const SCENARIO_NAMES = [
  'replication',
  'failover',
  'hang',
  'stall',
  'endless-script',
  'partition',
  'master-unseen',
  'one-way-loss',
  'quorum-lost',
  'no-majority',
  'leader-dies',
  'power-off',
  'replicas-lost',
  'disk-full',
  'clock-jump',
  'sleep',
  'slow-link',
  'switchover',
] as const;

/**
 * Published incidents, by name. Each is a scenario, run only where it is named: it takes away what a lab holds.
 */
export const INCIDENT_NAMES = [
  'kubeblocks-10753',
  'redis-12570',
  'redis-12574',
  'redis-12271',
  'redis-14313',
  'redis-3306',
  'redis-8607',
  'valkey-2779',
  'forged-hello',
] as const;

export type IncidentName = (typeof INCIDENT_NAMES)[number];

/** Those that `up` proves, and `verify` where none is named. */
export const IN_UP = [
  'replication',
  'failover',
] as const satisfies (typeof SCENARIO_NAMES)[number][];

/** Those in which a replica takes over from the master. */
export const FAIL_OVER = [
  'failover',
  'hang',
  'endless-script',
  'partition',
  'master-unseen',
  'one-way-loss',
  'quorum-lost',
  'leader-dies',
  'power-off',
  'disk-full',
  'clock-jump',
  'slow-link',
  'switchover',
] as const;

/** Those that measure an outage and count writes. */
export const MEASURE = [...FAIL_OVER, 'stall', 'no-majority', 'replicas-lost', 'sleep'] as const;
