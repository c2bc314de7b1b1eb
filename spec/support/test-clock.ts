/** A clock that a test moves. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../lib/clock.js';

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

export class TestClock implements Clock {
  #nowMs = 0;
  #sleepers: Sleeper[] = [];

  now = (): number => this.#nowMs;

  sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { untilMs: this.#nowMs + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  };

  /** Lets time pass, second by second, so that whoever wakes can go to sleep again. */
  async pass(ms: number): Promise<void> {
    for (const end = this.#nowMs + ms; this.#nowMs < end; ) {
      this.#nowMs = Math.min(end, this.#nowMs + 1000);
      const due = this.#sleepers.filter(({ untilMs }) => untilMs <= this.#nowMs);
      this.#sleepers = this.#sleepers.filter((each) => !due.includes(each));
      for (const { wake } of due) wake();
      // What they do then takes some turns of the loop.
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
  }
}
