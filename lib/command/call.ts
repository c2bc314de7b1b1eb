/** How a program is called. */
export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
  /** Default: the working directory of this process. */
  readonly cwd?: string;
  /** Variables over those of this process; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the program sees as its own name. Default: its path. */
  readonly argv0?: string;
}

export interface RunOptions {
  /** Milliseconds after which it is ended: first asked to, then killed. */
  readonly deadlineMs: number;
  /** Standard input; none by default. */
  readonly input?: string | Uint8Array;
  /** Each line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void;
  /** Its process id, once it runs. */
  readonly onStart?: (pid: number) => void;
  readonly signal?: AbortSignal | undefined;
  /**
   * Runs it in a session of its own: Ctrl-C on the terminal does not reach it, and ending it ends everything that it
   * started. Default false.
   *
   * Windows has no sessions, so Ctrl-C reaches it there. Ending it ends those descendants whose parents still run.
   */
  readonly detached?: boolean;
  /** The signal that asks a detached program to end. Default SIGTERM; on Windows it is killed at once. */
  readonly endBy?: 'SIGINT' | 'SIGTERM';
  /** Milliseconds from that signal until it is killed. Default 2000. */
  readonly graceMs?: number;
}

export interface CommandResult {
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Ends a process and everything that it started when its time is up or the call is aborted. Dispose of it when the process has
 * ended.
 */
export interface Watch extends Disposable {
  readonly timedOut: boolean;
}
