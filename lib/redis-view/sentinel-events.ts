/** Listening to what a Sentinel publishes. */
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
  /** Called before each connection: after a new `up` the Sentinel has another password. */
  readonly endpoint: () => Endpoint;
  readonly onEvent: (event: SentinelEvent) => void;
  /** Called when the connection is lost or made again; also for the first one, unless {@link listenTo} made it. */
  readonly onConnection?: (state: 'lost' | 'heard') => void;
  /** Ends the listening. */
  readonly signal: AbortSignal;
  /** Milliseconds from a connection that broke or failed to the next try. Default 100. */
  readonly retryMs?: number;
}

export interface Subscription {
  /** Settles once the signal is aborted and the connection is closed. */
  readonly over: Promise<void>;
  /** Closes the connection so that it is made again: a machine that lost its power does not close it. */
  readonly renew: () => void;
}

/**
 * Resolves with the first subscription, and listens from then on like {@link keepListening}.
 * @throws NoAnswer when the first connection fails
 */
export async function listenTo(listening: Listening): Promise<Subscription> {
  return keepListening(listening, await subscribe(listening));
}

/** Listens until the signal is aborted, and connects again whenever the connection breaks. */
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
