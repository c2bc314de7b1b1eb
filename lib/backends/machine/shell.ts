/** Running commands on machines. */
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

  /** Runs it to its end, whatever its exit code. */
  attempt(node: string, argv: readonly string[], options?: CallOptions): Promise<CommandResult>;

  /**
   * Runs it, and gives its standard output.
   * @throws RedisLabError when it fails
   */
  call(node: string, argv: readonly string[], options?: CallOptions): Promise<string>;
}
