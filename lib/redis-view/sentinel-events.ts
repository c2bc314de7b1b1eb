/** What a Sentinel publishes, as it happens. */
import { now, sleep } from '../clock.js';
import { Connection, type Endpoint } from './connection.js';

export interface SentinelEvent {
  /** `now()` when it arrived. */
  readonly at: number;
  /** `+sdown`, `+switch-master`, … */
  readonly type: string;
  readonly text: string;
}

const RETRY_MS = 100;

/**
 * Listens until the signal is aborted; connects again whenever the connection breaks, and says so. Resolves
 * when the first subscription stands.
 * @throws NoAnswer when the first connection fails
 */
export async function listenTo(
  endpoint: Endpoint,
  onEvent: (event: SentinelEvent) => void,
  signal: AbortSignal,
  onConnection: (state: 'lost' | 'back') => void = () => undefined,
): Promise<void> {
  const subscribe = async (): Promise<Connection> => {
    const connection = await Connection.open(endpoint);
    await connection.listen((type, text) => onEvent({ at: now(), type, text }));
    return connection;
  };
  const first = await subscribe();
  void (async () => {
    let connection: Connection | undefined = first;
    const close = () => connection?.close();
    signal.addEventListener('abort', close, { once: true });
    if (signal.aborted) close();
    while (!signal.aborted) {
      if (connection) {
        await connection.closed;
        connection = undefined;
        if (!signal.aborted) onConnection('lost');
      }
      await sleep(RETRY_MS, signal).catch(() => undefined);
      if (signal.aborted) break;
      connection = await subscribe().catch(() => undefined);
      if (connection && !signal.aborted) onConnection('back');
    }
    connection?.close();
  })();
}
