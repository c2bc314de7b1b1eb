/** The end of an instance that is wanted again. */
import { goOn } from '../machine/mend.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';
import { shellOf } from './shell.js';
import { type Instance, instanceNow } from './things.js';

/** How long an instance has to end by itself, seconds: its Redis server has 60 to write its data. */
const SHUTDOWN_SECONDS = 90;

/** Ends an instance in good order: its system is asked to. One that does not end in time loses its power. */
export async function shutDown(
  client: Client,
  lab: string,
  { node, status }: Pick<Instance, 'node' | 'status'>,
): Promise<void> {
  const instance = addressOf(client.remote, lab, node);
  if (status === 'frozen') await client.call(['start', instance]);
  await goOn(shellOf(client, lab), node);
  const asked = await client.attempt(['stop', '--timeout', String(SHUTDOWN_SECONDS), instance], {
    deadlineMs: (SHUTDOWN_SECONDS + 30) * 1000,
  });
  // What the client says depends on its version; what became of the instance does not.
  if (asked.code === 0 || (await instanceNow(client, lab, node)) === 'stopped') return;
  await client.call(['stop', '--force', instance]);
}
