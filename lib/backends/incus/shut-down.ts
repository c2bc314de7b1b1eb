/** The end of an instance that is wanted again. */
import { now, sleep } from '../../clock.js';
import { goOn } from '../machine/mend.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';
import { shellOf } from './shell.js';
import { type Instance, instanceNow } from './things.js';

/** How long one request waits, milliseconds. A system that did not hear it never ends of it (lxc/incus#4041). */
const REQUEST_MS = 15_000;

/**
 * Ends an instance in good order: its system is asked to. One that does not end in time loses its power.
 * @throws RedisLabError when the server cannot be asked, or does not let it be ended
 */
export async function shutDown(
  client: Client,
  lab: string,
  { node, status }: Pick<Instance, 'node' | 'status'>,
  timeMs: number,
): Promise<void> {
  const instance = addressOf(client.remote, lab, node);
  // What stands still hears nothing: it is made to go on, so that it can end in good order.
  if (status === 'frozen') await client.call(['start', instance]);
  await goOn(shellOf(client, lab), node);
  const end = now() + timeMs;
  for (let left = timeMs; left > 0; left = end - now()) {
    const seconds = String(Math.ceil(Math.min(left, REQUEST_MS) / 1000));
    const asked = await client.attempt(['stop', '--timeout', seconds, instance]);
    // What the client says differs between versions; what became of the instance is what counts.
    if (asked.code === 0 || (await instanceNow(client, lab, node)) === 'stopped') return;
    await sleep(1000);
  }
  await client.call(['stop', '--force', instance]);
}
