/** A lab in a network of its own: the addresses that its servers send from, and what its packet filter does. */
import { run } from '../../command/run.js';
import { type Filtering, filteringIn, MARKS, summed } from '../../faults/packet-filter.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { compareVersions } from '../../model/releases.js';
import type { Service } from '../../model/services.js';
import { ownNetwork } from '../../process/own-network.js';

/** How long the packet filter may take, milliseconds. */
const ASK_MS = 30_000;

/**
 * The address that a server sends from. A Sentinel has one of its own, since what it sends could not be told from what the server
 * beside it sends: nodes that are processes share one user.
 */
export function sourceOf({ ip }: NodeModel, service: Service): string {
  if (service === 'redis') return ip;
  const [first, second, third, fourth] = ip.split('.').map(Number);
  return [first, second, (third ?? 0) ^ 128, fourth].join('.');
}

/** The line of a configuration that says so; none elsewhere than in a network of its own, and before Redis 7.0. */
export function sourceLine(
  { redis: { engine, version } }: LabModel,
  node: NodeModel,
  service: Service,
): string | undefined {
  if (!ownNetwork()) return undefined;
  if (engine === 'redis' && compareVersions(version, '7.0.0') < 0) return undefined;
  return `bind-source-addr ${sourceOf(node, service)}`;
}

/** What the packet filter drops or holds back. */
export async function filtering(): Promise<Filtering[]> {
  if (!ownNetwork()) return [];
  const call = { program: 'sh', args: ['-c', MARKS] };
  const { stdout } = await run(call, { deadlineMs: ASK_MS });
  return summed(filteringIn(stdout, ''));
}
