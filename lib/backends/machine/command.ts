import { isClient, type LabModel, type MachineModel } from '../../model/model.js';
import { clientArgs } from '../../render/client-args.js';

/** A command line for a node, where `redis-cli` gets the address of the node's own server; without words, a shell. */
export function commandOn(
  { redis }: LabModel,
  machine: MachineModel,
  [program, ...args]: readonly string[],
): string[] {
  if (program === undefined) return ['bash', '-l'];
  if (program !== 'redis-cli' || isClient(machine)) return [program, ...args];
  return [`${redis.engine}-cli`, ...clientArgs({ port: machine.redisPort }), ...args];
}
