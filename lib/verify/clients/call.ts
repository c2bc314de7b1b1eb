/** How a client of a library is run, and whether this machine has the library. */
import type { Invocation } from '../../command/call.js';
import { run } from '../../command/run.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { LIBRARIES, type LibraryName } from '../../model/libraries.js';
import { documentFile } from '../../render/documents.js';
import { type ClientCall, planFor } from './plan.js';

/** Enough for a busy machine that reads a library from its disk for the first time, milliseconds. */
const CHECK_MS = 60_000;

/** A Python of a user's own comes first; that of Debian has what Debian's package brings. */
const PYTHONS = ['python3', '/usr/bin/python3'] as const;

/** @throws RedisLabError (3) with everything that this machine lacks for them; (5); the signal's reason */
export async function callsFor(
  libraries: readonly LibraryName[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<LibraryName, ClientCall>> {
  const found = new Map<LibraryName, ClientCall>();
  const lacks: string[] = [];
  for (const library of new Set(libraries)) {
    const looked = await look(library, signal);
    if (typeof looked === 'string') lacks.push(looked);
    else found.set(library, looked);
  }
  if (lacks.length === 0) return found;
  throw new RedisLabError(lacks.join('\n'), { exitCode: EXIT.notReady, code: 'client.missing' });
}

/** Its call, or why it cannot run here. */
async function look(
  library: LibraryName,
  signal: AbortSignal | undefined,
): Promise<ClientCall | string> {
  const { install, runtime } = LIBRARIES[library];
  const said: string[] = [];
  for (const call of callsOf(library)) {
    const checked = await run(call, {
      deadlineMs: CHECK_MS,
      input: planFor(library, { check: true }),
      signal,
    }).catch((error: unknown) => {
      if (error instanceof RedisLabError && error.code === 'program.not-started') return error;
      throw error;
    });
    if (checked instanceof Error) said.push(checked.message);
    else if (checked.code === EXIT.ok) return { call, version: checked.stdout.trim() };
    else said.push(checked.stderr.trim().split('\n').at(-1) ?? '');
  }
  const here = runtime === 'node' ? ', in the folder where you call redis-lab' : '';
  return `The client ${library} cannot run here: ${said.join('; ')}. Install it: ${install}${here}.`;
}

/** Where it may be, from what a user is likely to mean. */
export function callsOf(library: LibraryName): Invocation[] {
  const { runtime } = LIBRARIES[library];
  if (runtime === 'node') {
    const script = documentFile('workload/client.mjs');
    return [{ program: process.execPath, args: ['--input-type=module', '--eval', script] }];
  }
  return PYTHONS.map((program) => ({ program, args: ['-c', documentFile('workload/client.py')] }));
}
