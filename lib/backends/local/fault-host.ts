/** What faults can do to processes of this machine. */
import { sleep } from '../../clock.js';
import { usage } from '../../errors.js';
import type { FaultHost } from '../../faults/fault.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { type ProcessTable, type SeenProcess, signal, waitUntil } from '../../process/processes.js';
import type { Service } from '../backend.js';
import { breakable } from '../refusals.js';
import { OFFERS } from './offers.js';
import type { Surveyed } from './survey.js';

export function faultHost(
  table: ProcessTable,
  lab: LabModel,
  found: readonly Surveyed[],
): FaultHost {
  const serverOf = (node: NodeModel, service: Service): SeenProcess => {
    const { process } = breakable(found, node.name, service);
    if (process) return process;
    throw usage(`${node.name} does not run. Start it with redis-lab heal.`, 'node.not-running');
  };
  const notOffered = async () => {
    throw new Error('this backend offers signals only');
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
    becomes: (node, service, state, withinMs) =>
      waitUntil(
        table,
        serverOf(node, service),
        withinMs,
        (seen) => !seen || (state === 'halted' && seen.halted),
      ),
    asRoot: notOffered,
    cutPower: notOffered,
  };
}
