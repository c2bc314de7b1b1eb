/** The output of a program, line by line, as it comes. */
import { execa } from 'execa';
import { EXIT, RedisLabError } from '../errors.js';
import type { Invocation } from './call.js';
import { execaOptions } from './execa-options.js';
import { notStarted, tooLate } from './run.js';

export interface LinesOptions {
  /** Whether it runs until it is ended. */
  readonly follow: boolean;
  /** Milliseconds that a program may take that does not follow. Default 60 000. */
  readonly deadlineMs?: number;
  /** Ends the program, and the lines, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program and yields the lines of its standard output. When the reader stops, the program is ended.
 * @throws RedisLabError when it does not start or fails (4), or does not end in time (5)
 */
export async function* lines(
  call: Invocation,
  { follow, deadlineMs = 60_000, signal }: LinesOptions,
): AsyncGenerator<string> {
  if (signal?.aborted) return;
  const child = execa(call.program, [...call.args], {
    ...execaOptions(call),
    stdin: 'ignore',
    reject: false,
    buffer: { stdout: false, stderr: true },
    ...(follow ? {} : { timeout: deadlineMs }),
    ...(signal ? { cancelSignal: signal } : {}),
    forceKillAfterDelay: 2000,
  });
  let whole = false;
  try {
    for await (const line of child.iterable({ from: 'stdout' })) {
      yield String(line);
      if (signal?.aborted) return;
    }
    whole = true;
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    if (!whole) child.kill();
    await child;
  }
  const result = await child;
  if (signal?.aborted || result.exitCode === 0) return;
  const said = String(result.stderr).trim();
  if (result.timedOut) throw tooLate(call, deadlineMs, said);
  if (result.exitCode === undefined && result.signal === undefined) throw notStarted(call, result);
  throw new RedisLabError(
    `${[call.program, ...call.args].join(' ')} ended with ${result.exitCode ?? result.signal}: ${said || result.originalMessage}`,
    { exitCode: EXIT.program },
  );
}
