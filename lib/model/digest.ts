/**
 * A digest of everything in a description that needs a new lab when it changes. The keys are listed here, in this order: a
 * key that a later version adds to the model changes no digest, and so orphans no running lab, until it is listed.
 */
import { hash } from 'node:crypto';
import type { LabModel } from './model.js';

/** All of a value, of each item of a list, or only of these keys. */
export type Shape =
  | true
  | { readonly items: Shape }
  | { readonly keys: Readonly<Record<string, Shape>> };

export function keys(names: string, deeper: Readonly<Record<string, Shape>> = {}): Shape {
  return { keys: Object.fromEntries(names.split(' ').map((key) => [key, deeper[key] ?? true])) };
}

export const REDIS = keys(
  'engine version install source port persistence minReplicasToWrite restartMs debugCommand config',
  { source: keys('urls sha256 test') },
);
export const SENTINEL = keys(
  'masterName port quorum downAfterMs failoverTimeoutMs parallelSyncs config',
);
const NODE = keys(
  'name ip memoryMb cpus role runsRedis runsSentinel priority redisPort sentinelPort builds uplinkMac labMac sentinelId',
);
/** What counts in every lab whose nodes are machines. */
export const OF_MACHINES = {
  network: keys('cidr address prefix netmask broadcast host'),
  nodes: { items: NODE },
  clients: { items: keys('name ip memoryMb cpus role uplinkMac labMac') },
  redis: REDIS,
  sentinel: SENTINEL,
};

/** 64 hex digits, the same for the same lab in every version. */
export function digestOf(lab: LabModel, shape: Shape): string {
  return hash('sha256', JSON.stringify(projected(lab, shape)));
}

function projected(value: unknown, shape: Shape): unknown {
  // An absent key stays absent in the digest.
  if (shape === true || value === undefined) return value;
  if ('items' in shape) return (value as unknown[]).map((item) => projected(item, shape.items));
  const from = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(shape.keys).map(([key, inner]) => [key, projected(from[key], inner)]),
  );
}
