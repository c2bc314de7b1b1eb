/** A detached program, in a session of its own. */
import type { RunOptions, Watch } from './call.js';

/** How long a program has between being asked to end and being ended, milliseconds. */
export const GRACE_MS = 2000;

/** A process and everything that it started, except what has begun a session of its own. */
export class ProcessGroup implements Watch {
  timedOut = false;
  readonly #signal: AbortSignal | undefined;
  readonly #endBy: NodeJS.Signals;
  readonly #graceMs: number;
  readonly #deadline: NodeJS.Timeout;
  #force: NodeJS.Timeout | undefined;

  constructor(
    private readonly pid: number,
    { deadlineMs, signal, endBy = 'SIGTERM', graceMs = GRACE_MS }: RunOptions,
  ) {
    this.#signal = signal;
    this.#endBy = endBy;
    this.#graceMs = graceMs;
    this.#deadline = setTimeout(() => {
      this.timedOut = true;
      this.#end();
    }, deadlineMs);
    signal?.addEventListener('abort', this.#end, { once: true });
    // Without a signal (a package manager) it is left to end by itself.
    if (signal) process.once('exit', this.#kill);
  }

  /** Called when the first process has ended. If the group was told to end, what still runs of it is killed. */
  [Symbol.dispose](): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#force);
    this.#signal?.removeEventListener('abort', this.#end);
    process.off('exit', this.#kill);
    if (this.timedOut || this.#signal?.aborted) this.#kill();
  }

  readonly #end = (): void => {
    this.#send(this.#endBy);
    this.#force = setTimeout(this.#kill, this.#graceMs);
  };

  readonly #kill = (): void => this.#send('SIGKILL');

  #send(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // All of them have ended.
    }
  }
}
