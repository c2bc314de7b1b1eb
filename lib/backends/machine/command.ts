import type { LabModel, NodeModel } from '../../model/model.js';
import { clientArgs } from '../../render/client-args.js';

/** A command line for a node, where `redis-cli` gets the address of the node's own server; without words, a shell. */
export function commandOn(
  { redis }: LabModel,
  { redisPort }: NodeModel,
  [program, ...args]: readonly string[],
): string[] {
  if (program === undefined) return ['bash', '-l'];
  if (program !== 'redis-cli') return [program, ...args];
  return [`${redis.engine}-cli`, ...clientArgs({ port: redisPort }), ...args];
}
