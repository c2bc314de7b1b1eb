/** Where the faults of a scenario can be injected, if not here. */
import { backends } from '../backends/registry.js';
import { whoInjects } from '../faults/registry.js';
import { whyNoNetwork } from '../process/no-network.js';
import { ownNetwork } from '../process/own-network.js';
import { type Message, message } from '../report/messages.js';

/** Which backends can inject all of these, and what keeps this one from it. */
export async function elsewhere(faults: readonly string[], backend: string): Promise<Message[]> {
  const who = whoInjects(faults, backends());
  const others =
    who.backends.length === 0
      ? []
      : [message('elsewhere.backends', { backends: who.backends.join(', ') })];
  if (!who.inOwnNetwork.includes(backend) || ownNetwork() !== undefined) return others;
  const why = await whyNoNetwork();
  const here = why
    ? message('elsewhere.no-network', { backend, why })
    : message('elsewhere.own-network', { backend });
  return [here, ...others];
}
