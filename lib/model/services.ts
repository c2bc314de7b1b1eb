import type { NodeModel } from './model.js';

/** One of the two servers of a node. */
export type Service = 'redis' | 'sentinel';

/** The servers that a node has, in the order in which they start. */
export function servicesOn({ runsRedis, runsSentinel }: NodeModel): Service[] {
  return [
    ...(runsRedis ? (['redis'] as const) : []),
    ...(runsSentinel ? (['sentinel'] as const) : []),
  ];
}
