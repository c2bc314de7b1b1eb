import { now } from './clock.js';

/** Passes on at most one text in `everyMs`, so that a log does not drown. */
export function throttle<T extends readonly unknown[]>(
  say: ((...what: T) => void) | undefined,
  everyMs = 2000,
): (...what: T) => void {
  let last = -Infinity;
  return (...what) => {
    if (!say || now() - last < everyMs) return;
    last = now();
    say(...what);
  };
}
