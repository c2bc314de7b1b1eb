/** Shutting down an instance. */
import { now, sleep } from '../../clock.js';
import { goOn } from '../machine/mend.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';
import { type Instance, instanceNow } from './resources.js';
import { shellOf } from './shell.js';

/** How long one request waits, milliseconds. A system that missed it does not end (lxc/incus#4041), so it is repeated. */
const REQUEST_MS = 15_000;

/**
 * Asks the system of an instance to shut down, and cuts the power of one that does not in time.
 * @throws RedisLabError when the server cannot be asked, or does not let it be ended
 */
export async function shutDown(
  client: Client,
  lab: string,
  { node, status }: Pick<Instance, 'node' | 'status'>,
  timeMs: number,
): Promise<void> {
  const instance = addressOf(client.remote, lab, node);
  // A frozen instance cannot shut down.
  if (status === 'frozen') await client.call(['start', instance]);
  await goOn(shellOf(client, lab), node);
  const end = now() + timeMs;
  for (let left = timeMs; left > 0; left = end - now()) {
    const seconds = String(Math.ceil(Math.min(left, REQUEST_MS) / 1000));
    const asked = await client.attempt(['stop', '--timeout', seconds, instance]);
    // The client's exit code differs between versions; the state of the instance counts.
    if (asked.code === 0 || (await instanceNow(client, lab, node)) === 'stopped') return;
    await sleep(1000);
  }
  await client.call(['stop', '--force', instance]);
}
