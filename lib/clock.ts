/** The clock, and waiting. */
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds since an arbitrary moment, never going back. For differences. */
export function now(): number {
  return performance.now();
}

/** What the monotonic clock shows when the wall clock shows `epochMs`. */
export function fromEpoch(epochMs: number): number {
  return epochMs - performance.timeOrigin;
}

/** Milliseconds since 1970 at a moment of {@link now}. */
export function toEpoch(at: number): number {
  return at + performance.timeOrigin;
}

/** Waits, or throws the signal's reason as soon as it is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await wait(ms, undefined, signal ? { signal } : undefined);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** What waits for long goes by one of these, so that a test can move it. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const CLOCK: Clock = { now, sleep };

/** Acts again and again until it is over: one begins `everyMs` after the one before it, if that has ended by then. */
export async function repeat(
  everyMs: number,
  isOver: () => boolean,
  act: () => Promise<void>,
): Promise<void> {
  while (!isOver()) {
    const next = now() + everyMs;
    await act();
    // Also without a rest others must have their turn.
    await sleep(Math.max(0, next - now()));
  }
}

/**
 * What `work` gives; undefined if it takes longer than `ms` milliseconds.
 * @throws what `work` throws; the signal's reason as soon as that is aborted
 */
export async function within<T>(
  ms: number,
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  work.catch(() => undefined);
  const over = new AbortController();
  const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  try {
    return await Promise.race([work, sleep(ms, either).then(() => undefined)]);
  } finally {
    over.abort();
  }
}
