/** Running programs of this machine. Nothing here goes through a shell. */
import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { execa, type Options, type ResultPromise } from 'execa';
import { now } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';
import type { CommandResult, Invocation, RunOptions } from './call.js';
import { detachedHere } from './detached.js';
import { execaOptions } from './execa-options.js';
import { GRACE_MS } from './process-group.js';

/**
 * Runs a program to its end. The caller judges the exit code.
 * @param detaching how a program is detached; tests pass that of another system
 * @throws RedisLabError when it does not start (4), does not end in time (5)
 * @throws the signal's reason when that is aborted, once the program has ended
 */
export async function run(
  call: Invocation,
  options: RunOptions,
  detaching = detachedHere,
): Promise<CommandResult> {
  const { deadlineMs, input, onLine, signal } = options;
  signal?.throwIfAborted();
  const keeping = options.detached ? detaching : undefined;
  const child = execa(call.program, [...call.args], {
    ...execaOptions(call),
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(keeping ? { detached: keeping.detached, cleanup: false } : { timeout: deadlineMs }),
    ...(signal && !keeping ? { cancelSignal: signal } : {}),
    forceKillAfterDelay: GRACE_MS,
    reject: false,
    stripFinalNewline: false,
    all: onLine !== undefined,
  });
  if (child.pid !== undefined) options.onStart?.(child.pid);
  if (!keeping) letGo(child, { deadlineMs, signal });
  using watch = child.pid === undefined ? undefined : keeping?.watch(child.pid, options);
  if (onLine) for await (const line of child.iterable({ from: 'all' })) onLine(String(line));
  const result = await child;
  signal?.throwIfAborted();
  if (result.timedOut || watch?.timedOut) {
    throw tooLate(call, deadlineMs, String(result.stderr));
  }
  if (result.exitCode === undefined && result.signal === undefined) {
    throw notStarted(call, result);
  }
  return {
    command: textOf(call),
    code: codeOf(result),
    stdout: String(result.stdout),
    stderr: String(result.stderr),
  };
}

type Child = Pick<ResultPromise<Options>, 'once' | 'stdout' | 'stderr'> & PromiseLike<unknown>;

/** What a program that was ended has left may keep its output open: nobody waits for that. */
function letGo(child: Child, { deadlineMs, signal }: RunOptions): void {
  const until = now() + deadlineMs;
  child.once('exit', () => {
    if (now() < until && !signal?.aborted) return;
    const close = setTimeout(() => {
      for (const each of [child.stdout, child.stderr]) each?.destroy();
    }, GRACE_MS);
    const done = () => clearTimeout(close);
    child.then(done, done);
  });
}

/**
 * Runs a program in the foreground, on this process's terminal, where Ctrl-C goes to it. Gives its exit code, or 128 plus the
 * number of the signal that ended it.
 * @param passedOn signals to this process alone that are for the program
 * @throws RedisLabError (4) when it does not start
 */
export async function runAttached(
  call: Invocation,
  passedOn: readonly NodeJS.Signals[] = [],
): Promise<number> {
  const child = execa(call.program, [...call.args], {
    ...execaOptions(call),
    stdio: 'inherit',
    reject: false,
  });
  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of passedOn) process.on(signal, passOn);
  const result = await child;
  for (const signal of passedOn) process.off(signal, passOn);
  if (result.exitCode === undefined && result.signal === undefined) {
    throw notStarted(call, result);
  }
  return codeOf(result);
}

/** What the user can do about a limit of the system, by error code. */
const HINTS: Readonly<Record<string, string>> = {
  EAGAIN: '. This user may start no more processes: end some, or allow more (ulimit -u).',
  EMFILE: '. This process may open no more files: allow more (ulimit -n 1024).',
  ENFILE: '. All programs of this machine together may open no more files: end some of them.',
  ENOMEM: '. There is no memory left: end other programs.',
};

export function notStarted(
  { program }: Invocation,
  result: { readonly originalMessage?: string | undefined; readonly code?: string | undefined },
): RedisLabError {
  const { originalMessage, code = '' } = result;
  return new RedisLabError(
    `${program} could not be started: ${originalMessage}${HINTS[code] ?? ''}`,
    { exitCode: EXIT.program, code: 'program.not-started', cause: result },
  );
}

/** As in a shell: 128 plus the number of the signal that ended it. */
function codeOf(result: { readonly exitCode?: number; readonly signal?: string }): number {
  return result.exitCode ?? 128 + (constants.signals[result.signal as NodeJS.Signals] ?? 0);
}

/**
 * Starts a program that outlives this process, in a session of its own, where no Ctrl-C reaches it. Resolves as soon as it
 * runs. `ended` resolves when it has ended: `with exit code 1`.
 * @param output open file descriptor for its output; a pipe would close when this process ends
 * @throws RedisLabError (4) when it does not start
 */
export async function startDaemon(
  call: Invocation,
  output: number,
): Promise<{ readonly pid: number; readonly ended: Promise<string> }> {
  const child = privately(
    () =>
      execa(call.program, [...call.args], {
        ...execaOptions(call),
        stdin: 'ignore',
        stdout: output,
        stderr: output,
        detached: true,
        cleanup: false,
        buffer: false,
        reject: false,
      } as Options) as ResultPromise,
  );
  const { pid } = child;
  if (pid === undefined) {
    const result = await child;
    throw notStarted(call, result);
  }
  child.unref();
  const ended = child.then(({ exitCode, signal }) =>
    exitCode === undefined ? `by ${signal ?? 'an unknown signal'}` : `with exit code ${exitCode}`,
  );
  return { pid, ended };
}

/** Programs started by `start` create files that only this user can read (umask 077; not possible in a worker thread). */
function privately<T>(start: () => T): T {
  if (!isMainThread) return start();
  const before = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

/** @param stderr its last lines are shown */
export function tooLate(call: Invocation, deadlineMs: number, stderr: string): RedisLabError {
  const last = stderr.trimEnd().split('\n').slice(-10).join('\n');
  return new RedisLabError(
    `${textOf(call)} did not end within ${deadlineMs} ms and was stopped.\n${last}`,
    { exitCode: EXIT.deadline, code: 'deadline.command' },
  );
}

function textOf({ program, args }: Invocation): string {
  return [program, ...args].join(' ');
}
