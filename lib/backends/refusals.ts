/** Errors of calls that make no sense on the lab as it is, the same for every backend. */
import { type RedisLabError, usage } from '../errors.js';
import { differences } from '../model/differences.js';
import {
  isClient,
  type LabModel,
  type MachineModel,
  machinesOf,
  type NodeModel,
} from '../model/model.js';
import type { Service } from './backend.js';
import { servicesOf } from './services.js';

export function notUp({ name }: LabModel): RedisLabError {
  return usage(`The lab ${name} is not up. Bring it up: redis-lab up.`, 'lab.not-up');
}

export function isStopped({ name }: LabModel): RedisLabError {
  return usage(`The lab ${name} is stopped. Bring it up: redis-lab up.`, 'lab.stopped');
}

/** @param lives whether any of it runs */
export function anotherDescription(
  described: LabModel,
  here: LabModel,
  { lives, ofMachines }: { readonly lives: boolean; readonly ofMachines: boolean },
): RedisLabError {
  const { name } = described;
  const each = differences(here, described, ofMachines).map(
    (difference) =>
      `\n  ${difference.path} is ${difference.here}, described is ${difference.described}`,
  );
  const which = each.length > 0 ? `:${each.join('')}\n` : '. ';
  const ways = lives
    ? 'Take it down first (redis-lab down)'
    : 'Begin anew, without its data (redis-lab up --fresh), take it down (redis-lab down)';
  return usage(
    `The lab ${name} is ${lives ? 'up' : 'stopped'} here, and was brought up from another description${which}${ways}, or give this one another name.`,
    'lab.other-description',
  );
}

/** @throws RedisLabError (2) when the lab has no such machine, with those that it has */
export function machineIn(lab: LabModel, name: string): MachineModel {
  const machines = machinesOf(lab);
  const machine = machines.find((each) => each.name === name);
  if (machine) return machine;
  throw usage(
    `There is no node ${JSON.stringify(name)}; there are ${listed(machines)}.`,
    'node.unknown',
  );
}

/** @throws RedisLabError (2) when the lab has no such node, or it is a client, with those that it has */
export function nodeIn(lab: LabModel, name: string): NodeModel {
  const machine = machineIn(lab, name);
  if (!isClient(machine)) return machine;
  throw usage(
    `${name} is a client, which runs neither a Redis server nor a Sentinel; ${listed(lab.nodes)} do.`,
    'node.is-client',
  );
}

function listed(machines: readonly MachineModel[]): string {
  return machines.map(({ name }) => name).join(', ');
}

/** @throws RedisLabError (2) when the node has no such service */
export function checkService(lab: LabModel, node: string, service: Service): void {
  if (servicesOf(lab).some((each) => each.node.name === node && each.service === service)) return;
  throw usage(
    `${node} runs no ${service === 'redis' ? 'Redis server' : 'Sentinel'}.`,
    'node.no-service',
  );
}

/**
 * What a fault breaks: a server, or for a whole node any of its servers.
 * @throws RedisLabError (2) when the node has none, or it does not run
 */
export function breakable<
  Found extends {
    readonly node: NodeModel;
    readonly service: Service;
    readonly state: 'running' | 'hung' | 'stopped';
  },
>(services: readonly Found[], node: string, target: 'redis' | 'sentinel' | 'node'): Found {
  const named = target === 'sentinel' ? 'Sentinel' : target === 'redis' ? 'Redis server' : 'server';
  const all = services.filter(
    (each) => each.node.name === node && (target === 'node' || each.service === target),
  );
  if (all.length === 0) {
    throw usage(`${node} runs no ${named} that could be broken.`, 'node.no-service');
  }
  const running = all.find(({ state }) => state !== 'stopped');
  if (running) return running;
  throw usage(`${node}'s ${named} does not run. Start it with redis-lab heal.`, 'node.not-running');
}
