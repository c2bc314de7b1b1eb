/** What a Sentinel publishes, as it happens. */
import { now, sleep } from '../clock.js';
import { Connection } from './connection.js';
import type { Endpoint } from './endpoints.js';

export interface SentinelEvent {
  /** `now()` when it arrived. */
  readonly at: number;
  /** `+sdown`, `+switch-master`, … */
  readonly type: string;
  readonly text: string;
}

export interface Listening {
  /** Where the Sentinel is, asked before each connection: one that comes up anew has another password. */
  readonly endpoint: () => Endpoint;
  readonly onEvent: (event: SentinelEvent) => void;
  /** Each time it is heard again, or is not any more; without a first connection, also the first time. */
  readonly onConnection?: (state: 'lost' | 'heard') => void;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** From a connection that broke, or could not be made, to the next try; milliseconds. Default 100. */
  readonly retryMs?: number;
}

export interface Subscription {
  /** Settles once the signal was aborted and nothing is open any more. */
  readonly over: Promise<void>;
  /** Breaks the connection, so that it is made anew: a machine that loses its power does not end it. */
  readonly renew: () => void;
}

/**
 * Resolves when the first subscription stands, and listens from then on like {@link keepListening}.
 * @throws NoAnswer when the first connection fails
 */
export async function listenTo(listening: Listening): Promise<Subscription> {
  return keepListening(listening, await subscribe(listening));
}

/** Listens until the signal is aborted; connects again whenever the connection breaks, and says so. */
export function keepListening(listening: Listening, first?: Connection): Subscription {
  const { onConnection = () => undefined, signal, retryMs = 100 } = listening;
  let connection = first;
  const close = () => connection?.close();
  const listen = async () => {
    let isLost = first === undefined;
    while (!signal.aborted) {
      connection ??= await subscribe(listening).catch(() => undefined);
      if (signal.aborted) break;
      if (connection) {
        if (isLost) onConnection('heard');
        isLost = false;
        await connection.closed;
        connection = undefined;
        if (signal.aborted) break;
      }
      if (!isLost) onConnection('lost');
      isLost = true;
      await sleep(retryMs, signal).catch(() => undefined);
    }
    signal.removeEventListener('abort', close);
    close();
    await connection?.closed;
  };
  signal.addEventListener('abort', close, { once: true });
  return { over: listen(), renew: close };
}

async function subscribe({ endpoint, onEvent }: Listening): Promise<Connection> {
  const connection = await Connection.open(endpoint());
  await connection.listen((type, text) => onEvent({ at: now(), type, text }));
  return connection;
}
