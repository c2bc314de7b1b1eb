/** A detached call where there are no sessions: whose child is whose is all that is known. */
import type { RunOptions, Watch } from './call.js';

/**
 * A process and all that descends from it. The first of them is never ended alone: who its children are
 * cannot be found out any more when it has gone.
 */
export class ProcessTree implements Watch {
  timedOut = false;
  readonly #end: () => void;
  readonly #deadline: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;

  constructor(pid: number, { deadlineMs, signal }: RunOptions, end: (pid: number) => void) {
    this.#end = () => end(pid);
    this.#signal = signal;
    this.#deadline = setTimeout(() => {
      this.timedOut = true;
      end(pid);
    }, deadlineMs);
    signal?.addEventListener('abort', this.#end, { once: true });
    // As in a group: what nobody can abort is better left to end by itself.
    if (signal) process.once('exit', this.#end);
  }

  /** What it left behind when it ended stays: its number may be somebody else's by now. */
  [Symbol.dispose](): void {
    clearTimeout(this.#deadline);
    this.#signal?.removeEventListener('abort', this.#end);
    process.off('exit', this.#end);
  }
}
