/**
 * What of a description needs a new lab when it changes, as a digest. What counts is listed here, in this order: a key
 * that a later version adds to the model changes no digest, and so orphans no lab that runs, before it is listed.
 */
import { createHash } from 'node:crypto';
import type { LabModel } from './model.js';

/** All of a value, of each item of a list, or only of these keys. */
type Shape = true | { readonly items: Shape } | { readonly keys: Readonly<Record<string, Shape>> };

function keys(names: string, deeper: Readonly<Record<string, Shape>> = {}): Shape {
  return { keys: Object.fromEntries(names.split(' ').map((key) => [key, deeper[key] ?? true])) };
}

const REDIS = keys(
  'engine version install source port persistence minReplicasToWrite restartMs debugCommand config',
  { source: keys('urls sha256 test') },
);
const SENTINEL = keys('masterName port quorum downAfterMs failoverTimeoutMs parallelSyncs');
const MACHINE = keys(
  'name ip memoryMb cpus role runsRedis runsSentinel priority redisPort sentinelPort builds uplinkMac labMac sentinelId',
);
const OF_MACHINES = {
  network: keys('cidr address prefix netmask broadcast host'),
  nodes: { items: MACHINE },
  redis: REDIS,
  sentinel: SENTINEL,
};

/** By backend. What is for the others only does not count: boxes and memory where nodes are processes. */
const SHAPES = {
  local: keys('name nodes redis sentinel', {
    nodes: { items: keys('name ip role runsRedis runsSentinel priority') },
    redis: REDIS,
    sentinel: SENTINEL,
  }),
  incus: keys('name network nodes allow redis sentinel incus', {
    ...OF_MACHINES,
    incus: keys('image remote project vm uplink limits'),
  }),
  vagrant: keys('name network nodes allow redis sentinel vagrant', {
    ...OF_MACHINES,
    vagrant: keys('box version virtualbox libvirt', {
      virtualbox: keys('gui linkedClone'),
      libvirt: keys('driver managementNetworkMode diskCache'),
    }),
  }),
} as const satisfies Readonly<Record<string, Shape>>;

/** 64 hex digits, the same for the same lab in every version. */
export function digestOf(lab: LabModel, backend: keyof typeof SHAPES): string {
  return createHash('sha256')
    .update(JSON.stringify(projected(lab, SHAPES[backend])))
    .digest('hex');
}

function projected(value: unknown, shape: Shape): unknown {
  if (shape === true) return value;
  if ('items' in shape) return (value as unknown[]).map((item) => projected(item, shape.items));
  const from = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(shape.keys).map(([key, inner]) => [key, projected(from[key], inner)]),
  );
}
