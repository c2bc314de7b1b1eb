/** A detached call, as a session of its own. */
import type { RunOptions, Watch } from './call.js';

/** How long a program has between being asked to end and being ended, milliseconds. */
export const GRACE_MS = 2000;

/** A process and all that it started, as long as none of them begins a session of its own. */
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
    // A call without a signal (a package manager at work) is left to end by itself.
    if (signal) process.once('exit', this.#kill);
  }

  /** Called when the first of them has ended. If they were told to end, those that still run are killed now. */
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
