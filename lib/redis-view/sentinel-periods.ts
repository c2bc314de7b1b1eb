/** Sentinel's own periods, which SENTINEL DEBUG shows and changes (Redis 7.0 and newer). */
import { Connection, type Place } from './connection.js';
import { type Fields, pairs } from './fields.js';

/** Those that decide how fast a server that is back is noticed and taken in, in milliseconds. */
const HURRIED: Fields = {
  'info-period': '100',
  'ping-period': '100',
  'publish-period': '100',
};

/**
 * Shortens the periods of some Sentinels; gives what puts back what each had.
 * @throws Refusal where a Sentinel has no such command
 */
export async function hurry(places: readonly Place[]): Promise<() => Promise<void>> {
  const before = await Promise.all(
    places.map((place) =>
      using(place, async (connection) => {
        const shown = pairs(await connection.ask('SENTINEL', 'DEBUG'));
        await set(connection, HURRIED);
        return [
          place,
          Object.fromEntries(
            Object.keys(HURRIED).map((key) => [key, shown[key.toUpperCase()] ?? '']),
          ),
        ] as const;
      }),
    ),
  );
  return async () => {
    await Promise.all(
      before.map(([place, fields]) => using(place, (connection) => set(connection, fields))),
    );
  };
}

async function set(connection: Connection, fields: Fields): Promise<void> {
  const words = Object.entries(fields)
    .filter(([, value]) => value !== '')
    .flat();
  await connection.ask('SENTINEL', 'DEBUG', ...words);
}

async function using<T>(place: Place, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.open(place);
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}
