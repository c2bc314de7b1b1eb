/** What faults can do to processes of this machine. */
import { sleep } from '../../clock.js';
import { run } from '../../command/run.js';
import { usage } from '../../errors.js';
import type { FaultHost } from '../../faults/fault.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { ownNetwork } from '../../process/own-network.js';
import { type SeenProcess, signal, waitUntil } from '../../process/processes.js';
import type { Service } from '../backend.js';
import { breakable } from '../refusals.js';
import { clockOf } from './clock.js';
import type { Context } from './context.js';
import { invocationOn } from './invocation.js';
import { sourceOf } from './network.js';
import { OFFERS } from './offers.js';
import { at, configFolder, dataFolder, nodeFolder } from './paths.js';
import type { Surveyed } from './survey.js';

/** How long a script may take, milliseconds: it may wait a minute for a save. */
const SCRIPT_MS = 120_000;

/** How long the kernel may take to end a server that was killed, milliseconds. */
const KILLED_MS = 10_000;

/** Finds and starts the servers of a node, as they are at that moment. */
export interface Starter {
  seen(node: NodeModel, service: Service): Promise<SeenProcess | undefined>;
  /** @param options `first` ends it, as late as can be */
  start(
    node: NodeModel,
    service: Service,
    options: {
      readonly env?: Readonly<Record<string, string>> | undefined;
      readonly first?: () => Promise<void>;
    },
  ): Promise<void>;
}

export function faultHost(
  { paths, table }: Pick<Context, 'paths' | 'table'>,
  lab: LabModel,
  found: readonly Surveyed[],
  starter: Starter,
): FaultHost {
  const serverOf = (node: NodeModel, service: Service): SeenProcess => {
    const { process } = breakable(found, node.name, service);
    if (process) return process;
    throw usage(`${node.name} does not run. Start it with redis-lab heal.`, 'node.not-running');
  };
  const notOffered = async () => {
    throw new Error('this backend has neither a root shell nor power');
  };
  return {
    lab,
    offers: OFFERS,
    async signal(node, service, ...names) {
      for (const name of names) {
        if (typeof name === 'number') await sleep(name);
        else await signal(table, serverOf(node, service), `SIG${name}`);
      }
    },
    async becomes({ name }, service, state, withinMs) {
      const isIt = (seen: SeenProcess | undefined) => !seen || (state === 'halted' && seen.halted);
      const own = found.find((each) => each.node.name === name && each.service === service);
      return !own?.process || waitUntil(table, own.process, withinMs, isIt);
    },
    places: ({ name }) => ({
      data: at(paths, dataFolder(name, 'redis')),
      config: at(paths, configFolder(name)),
      run: at(paths, nodeFolder(name)),
    }),
    async asOwner({ name }, script, ...args) {
      // Nothing is run in a folder that a link leads to, and one that somebody removed is there again.
      paths.folder.makeFolder(nodeFolder(name));
      const call = invocationOn(paths, lab.name, name, ['/bin/sh', '-ec', script, 'sh', ...args]);
      // Ended with all that it started: a client that waits for a server that stands still would keep its output open.
      const { code, stdout, stderr } = await run(call, { deadlineMs: SCRIPT_MS, detached: true });
      return { code, said: `${stdout}${stderr}`.trim() };
    },
    async restart(node, service) {
      const killed = serverOf(node, service);
      const first = async () => {
        await signal(table, killed, 'SIGKILL');
        await waitUntil(table, killed, KILLED_MS, (seen) => !seen);
      };
      await starter.start(node, service, { first });
    },
    clock: clockOf(
      { paths, table },
      {
        seen: (node) => starter.seen(node, 'sentinel'),
        start: (node, env) => starter.start(node, 'sentinel', { env }),
      },
    ),
    // In a network of its own, whoever runs redis-lab is root.
    async asRoot(_node, script, ...args) {
      if (!ownNetwork()) return notOffered();
      const call = { program: 'sh', args: ['-ec', script, 'sh', ...args] };
      const { code, stdout, stderr } = await run(call, { deadlineMs: SCRIPT_MS });
      return { code, said: `${stdout}${stderr}`.trim() };
    },
    fromSentinel: (node) => `-s ${sourceOf(node, 'sentinel')}`,
    addresses: (node) => [sourceOf(node, 'redis'), sourceOf(node, 'sentinel')],
    cutPower: notOffered,
  };
}
