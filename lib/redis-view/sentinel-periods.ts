/** Sentinel's periods, which SENTINEL DEBUG shows and changes (Redis 7.0 and newer). */
import { type Connection, withConnection } from './connection.js';
import type { Endpoint } from './endpoints.js';
import { type Fields, pairs } from './fields.js';

/** Those that decide how soon a server that is back is noticed and made a replica, milliseconds. */
const HURRIED: Fields = {
  'info-period': '100',
  'ping-period': '100',
  'publish-period': '100',
};

/**
 * Shortens the periods of some Sentinels; gives a function that restores them.
 * @throws Refusal if a Sentinel has no such command, NoAnswer if one does not answer; all periods are restored then
 */
export async function hurry(endpoints: readonly Endpoint[]): Promise<() => Promise<void>> {
  const before = new Map<Endpoint, Fields>();
  const restore = () =>
    all([...before], ([endpoint, fields]) =>
      withConnection(endpoint, (connection) => set(connection, fields)),
    );
  try {
    await all(endpoints, (endpoint) =>
      withConnection(endpoint, async (connection) => {
        const shown = pairs(await connection.ask('SENTINEL', 'DEBUG'));
        const own = Object.keys(HURRIED).map((key) => [key, shown[key.toUpperCase()] ?? '']);
        before.set(endpoint, Object.fromEntries(own));
        await set(connection, HURRIED);
      }),
    );
  } catch (error) {
    await restore().catch(() => undefined);
    throw error;
  }
  return restore;
}

/** Does `work` for every item, even if it fails for some; then throws the first failure. */
async function all<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(items.map(work));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function set(connection: Connection, fields: Fields): Promise<void> {
  const words = Object.entries(fields)
    .filter(([, value]) => value !== '')
    .flat();
  await connection.ask('SENTINEL', 'DEBUG', ...words);
}
