/** A detached program on Windows, which has no sessions: only the parent of each process is known. */
import type { RunOptions, Watch } from './call.js';

/**
 * A process and all its descendants. The first is never ended alone: its children could not be found any more.
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
    // As in a process group: without a signal it is left to end by itself.
    if (signal) process.once('exit', this.#end);
  }

  /** Descendants that outlive it are left alone: its process id may belong to another process by now. */
  [Symbol.dispose](): void {
    clearTimeout(this.#deadline);
    this.#signal?.removeEventListener('abort', this.#end);
    process.off('exit', this.#end);
  }
}
