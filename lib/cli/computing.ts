import { EXIT, RedisLabError } from '../errors.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** On the global object, since the command is more than one bundle. */
const INTERRUPTED = Symbol.for('redis-lab.interrupted');

const shared = globalThis as { [INTERRUPTED]?: boolean };

/** Makes every later {@link computing} fail. */
export function noteInterrupted(): void {
  shared[INTERRUPTED] = true;
}

/**
 * Does work that only reads and computes. Meanwhile a signal ends the process at once: such work keeps the event loop
 * busy, so that no handler would run before it is over, and it leaves nothing to clean up.
 * @throws RedisLabError (130) when a signal has come before
 */
export async function computing<T>(work: () => T | Promise<T>): Promise<T> {
  // A signal that has arrived already is handled first.
  await new Promise((resolve) => setImmediate(resolve));
  if (shared[INTERRUPTED]) throw new RedisLabError('interrupted', { exitCode: EXIT.interrupted });
  const listening = SIGNALS.map((name) => [name, process.rawListeners(name)] as const);
  for (const name of SIGNALS) process.removeAllListeners(name);
  try {
    return await work();
  } finally {
    for (const [name, listeners] of listening) {
      for (const each of listeners) process.on(name, each as NodeJS.SignalsListener);
    }
  }
}
