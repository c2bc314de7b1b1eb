/** A program that is kept running, and written to and read from through pipes. */
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import type { Invocation } from './call.js';
import { detachedHere } from './detached.js';
import { endProcessTree } from './end-process-tree.js';
import { execaOptions } from './execa-options.js';

export interface PipedProgram {
  readonly input: Writable;
  readonly output: Readable;
  /** Resolves when it has ended or could not be started: with its standard error, or with how it ended if that is empty. */
  readonly ended: Promise<string>;
  /** Whether this process stays alive for it. At first it does. */
  hold(wanted: boolean): void;
  /** Closes its input, on which it should end; it is killed if it does not within two seconds. */
  end(): void;
}

/** How long a program has to end by itself once its input is closed, milliseconds. */
const GRACE_MS = 2000;

/** Starts a program that Ctrl-C on the terminal does not reach. It ends with this process at the latest. */
export function startPiped(call: Invocation): PipedProgram {
  const child = execa(call.program, [...call.args], {
    ...execaOptions(call),
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: detachedHere.detached,
    cleanup: false,
    buffer: { stdout: false, stderr: true },
    reject: false,
  });
  const { pid, stdin, stdout, stderr } = child;
  // `ended` tells those who write to it.
  stdin.on('error', () => undefined);
  const kill = () => {
    if (pid !== undefined) endAll(pid);
  };
  if (running.size === 0) process.once('exit', endRunning);
  running.add(kill);
  let force: NodeJS.Timeout | undefined;
  const ended = child.then((result) => {
    running.delete(kill);
    if (running.size === 0) process.off('exit', endRunning);
    clearTimeout(force);
    const how = result.originalMessage ?? `it ended with ${result.exitCode ?? result.signal}`;
    return String(result.stderr).trim() || how;
  });
  return {
    input: stdin,
    output: stdout,
    ended,
    hold(wanted) {
      for (const each of [child, stdin, stdout, stderr] as Partial<NodeJS.RefCounted>[]) {
        if (wanted) each.ref?.();
        else each.unref?.();
      }
    },
    end() {
      stdin.end();
      force ??= setTimeout(kill, GRACE_MS);
      force.unref();
    },
  };
}

/** Kills each that runs. */
const running = new Set<() => void>();

function endRunning(): void {
  for (const kill of running) kill();
}

/** Kills a program and everything that it started. */
function endAll(pid: number): void {
  try {
    if (detachedHere.detached) process.kill(-pid, 'SIGKILL');
    else endProcessTree(pid);
  } catch {
    // It has ended.
  }
}
