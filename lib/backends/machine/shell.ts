/** How the nodes are spoken to that are machines with systemd, whatever makes machines of them. */
import type { CommandResult, Invocation } from '../../command/call.js';

export interface CallOptions {
  /** Milliseconds. Default 60 000. */
  readonly deadlineMs?: number;
  readonly input?: string;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Root on the nodes, without a terminal. */
export interface Shell {
  invocation(node: string, argv: readonly string[]): Invocation;

  /** Runs it to its end, whatever that is. */
  attempt(node: string, argv: readonly string[], options?: CallOptions): Promise<CommandResult>;

  /**
   * Runs it; gives what it said.
   * @throws RedisLabError when it fails
   */
  call(node: string, argv: readonly string[], options?: CallOptions): Promise<string>;
}
