/** Processes, known by their number and their start: the number alone is given to another process later. */

import { now, sleep } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';

export interface Identity {
  readonly pid: number;
  /** When it started, in the words of this system and this boot; equal for the same process only. */
  readonly started: string;
}

export interface SeenProcess extends Identity {
  /** Stopped by a signal; it goes on when it is told to. */
  readonly halted: boolean;
  readonly command: string;
  /** Its working directory, without links; undefined where the system does not tell. */
  readonly folder?: string | undefined;
}

/** A server that should have left its traces in a place. */
export interface Trace {
  /** Its working directory, absolute, without links. */
  readonly dataFolder: string;
  /** Where its standard output goes, in the same way. A server may be told to work in another folder. */
  readonly logFile: string;
  readonly pidFile: string;
  /** What the command line or the title of the process has in it. */
  readonly marks: readonly string[];
  /** Where to look first: what was noted down is no proof of anything. */
  readonly pid?: number | undefined;
}

/** The processes of this machine. What has ended and was not yet collected by its parent is gone. */
export interface ProcessTable {
  /** Whether a server must leave a pid file to be found again. */
  readonly needsPidFile: boolean;
  look(pids: readonly number[]): Promise<ReadonlyMap<number, SeenProcess>>;
  /** For each trace the servers that belong to it beyond doubt, of this user. */
  find(traces: readonly Trace[]): Promise<readonly (readonly SeenProcess[])[]>;
}

/** The process, if it is still the same one. */
export async function proven(
  table: ProcessTable,
  { pid, started }: Identity,
): Promise<SeenProcess | undefined> {
  const seen = (await table.look([pid])).get(pid);
  return seen?.started === started ? seen : undefined;
}

/** Sends a signal to that very process; false if it is gone. */
export async function signal(
  table: ProcessTable,
  identity: Identity,
  ...names: readonly NodeJS.Signals[]
): Promise<boolean> {
  if (!(await proven(table, identity))) return false;
  try {
    for (const name of names) process.kill(identity.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

const POLL_MS = 10;

/** Whether a process (undefined: gone) is as it should be within the time. */
export async function waitUntil(
  table: ProcessTable,
  identity: Identity,
  ms: number,
  isSo: (seen: SeenProcess | undefined) => boolean,
): Promise<boolean> {
  const end = now() + ms;
  while (!isSo(await proven(table, identity))) {
    if (now() >= end) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** How long the kernel has to end a process that was killed, milliseconds. */
const KILL_MS = 5000;

/**
 * Ends a process gently, and after `graceMs` for good (`killed`); undefined if it was gone before.
 * @throws RedisLabError (5) when even that does not end it
 */
export async function end(
  table: ProcessTable,
  name: string,
  identity: Identity,
  graceMs: number,
): Promise<'ended' | 'killed' | undefined> {
  // A stopped process receives the signal only when it goes on.
  if (!(await signal(table, identity, 'SIGTERM', 'SIGCONT'))) return undefined;
  const gone = (seen: SeenProcess | undefined) => !seen;
  if (await waitUntil(table, identity, graceMs, gone)) return 'ended';
  await signal(table, identity, 'SIGKILL');
  if (await waitUntil(table, identity, KILL_MS, gone)) return 'killed';
  throw new RedisLabError(
    `${name} (pid ${identity.pid}) is still there ${KILL_MS} ms after it was killed: the kernel waits for something, such as a disk. Run the same command again when that is over.`,
    { exitCode: EXIT.deadline, code: 'deadline.kill' },
  );
}
