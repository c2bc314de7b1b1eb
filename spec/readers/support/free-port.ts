import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port that nobody has. Not one of those that the system gives to whoever connects somewhere, which would be taken before a
 * server of the test listens there. Of a cluster, the port above by 10,000 is used as well.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 10_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port was found');
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port);
  const isOpen = await Promise.race([
    once(probe, 'listening').then(() => true),
    once(probe, 'error').then(() => false),
  ]);
  if (!isOpen) return false;
  probe.close();
  await once(probe, 'close');
  return true;
}
