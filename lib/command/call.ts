/** How a program is called. */
export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
  /** Default: the working directory of this process. */
  readonly cwd?: string;
  /** Put over the environment of this process; undefined takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the program sees as its own name, where that is not its path. */
  readonly argv0?: string;
}

export interface RunOptions {
  /** Milliseconds after which it is ended, first gently. */
  readonly deadlineMs: number;
  /** Standard input; none by default. */
  readonly input?: string | Uint8Array;
  /** Each line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void;
  /** Its process id, once it runs. */
  readonly onStart?: (pid: number) => void;
  readonly signal?: AbortSignal | undefined;
  /**
   * In a session of its own: no Ctrl-C of the terminal reaches it, and when it is ended, so is all
   * that it started. Default false.
   *
   * Windows has no such session, only a console window of its own, which nobody wants to see: a Ctrl-C
   * reaches it there as well. When it is ended, so is all that it started, as long as whoever started
   * it still runs.
   */
  readonly detached?: boolean;
  /** How a detached one is asked to end. Default SIGTERM. On Windows nothing can be asked: it is ended at once. */
  readonly endBy?: 'SIGINT' | 'SIGTERM';
  /** How long it has then before it is ended, milliseconds. Default 2000; on Windows none. */
  readonly graceMs?: number;
}

export interface CommandResult {
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ends a process and all that it started when time is up, or the call is aborted. Disposed of once the process has ended. */
export interface Watch extends Disposable {
  readonly timedOut: boolean;
}
