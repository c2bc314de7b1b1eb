/** Processes, identified by process id and start time, since the id alone is used again. */

import { now, sleep } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';

export interface Identity {
  readonly pid: number;
  /** When it started, in a form of this system and boot; together with the id it is unique. */
  readonly started: string;
}

export interface SeenProcess extends Identity {
  /** Stopped by SIGSTOP, until SIGCONT. */
  readonly halted: boolean;
  readonly command: string;
  /** Its working directory, without links; undefined where the system does not tell. */
  readonly folder?: string | undefined;
}

/** How a server of ours is recognised. */
export interface Trace {
  /** Its working directory, absolute, without links. */
  readonly dataFolder: string;
  /** File of its standard output, in the same form: a server may have been told to work in another folder. */
  readonly logFile: string;
  readonly pidFile: string;
  /** Words, one of which is in its command line or title. */
  readonly marks: readonly string[];
  /** The process id to look at first. It was noted down, which proves nothing. */
  readonly pid?: number | undefined;
}

/** The processes of this machine. One that has ended and not been waited for by its parent (a zombie) counts as gone. */
export interface ProcessTable {
  /** Whether a server must write a pid file to be found again. */
  readonly needsPidFile: boolean;
  look(pids: readonly number[]): Promise<ReadonlyMap<number, SeenProcess>>;
  /** For each trace the servers of this user that certainly belong to it. */
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

/** Waits until a process (undefined: gone) is as it should be; false if it is not in time. */
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

/** How long a killed process may take to end, milliseconds. */
const KILL_MS = 5000;

/**
 * Asks a process to end, and kills it after `graceMs` milliseconds; undefined if it was gone before.
 * @throws RedisLabError (5) when it is still there five seconds after it was killed
 */
export async function end(
  table: ProcessTable,
  name: string,
  identity: Identity,
  graceMs: number,
): Promise<'ended' | 'killed' | undefined> {
  // A stopped process gets SIGTERM only when it is continued.
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
