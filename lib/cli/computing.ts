import { EXIT, RedisLabError } from '../errors.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** On the global object, since the command is more than one bundle. */
const INTERRUPTED = Symbol.for('redis-lab.interrupted');

const shared = globalThis as { [INTERRUPTED]?: boolean };

/** From now on nothing is computed any more. */
export function noteInterrupted(): void {
  shared[INTERRUPTED] = true;
}

/**
 * Does what only reads and computes. Meanwhile a signal ends the process at once, as it ends any program that
 * does not listen: a computation hears of nothing until it is over, and leaves nothing that would have to be
 * put in order.
 * @throws RedisLabError (130) when a signal has come before
 */
export async function computing<T>(work: () => T | Promise<T>): Promise<T> {
  // What has come by now is heard first.
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
