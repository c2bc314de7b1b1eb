/** One at a time on a lab. */
import { randomBytes } from 'node:crypto';
import { now, sleep } from '../clock.js';
import { EXIT, RedisLabError, WorkspaceError } from '../errors.js';
import type { Folder } from '../workspace/folder.js';
import { type Identity, type ProcessTable, proven } from './processes.js';

interface Holder extends Identity {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly doing: string;
  /** No two holders have the same, not even two of one process. */
  readonly nonce: string;
}

export interface LockOptions {
  /** What the others are told: `up`. */
  readonly doing: string;
  /** What is locked, for a message: `the lab redis-lab`. */
  readonly what: string;
  /** How long to wait for somebody else, milliseconds. Default 0. */
  readonly waitMs?: number;
  /**
   * Goes on without the lock if none can be written. For calls that end something, which must work on a disk that is full or
   * read-only. Default false.
   */
  readonly evenUnlocked?: boolean | undefined;
}

/**
 * Does something under the lock of that name in the folder, which is made if need be.
 * @throws RedisLabError (3) that says who has it
 */
export async function locked<T>(
  folder: Folder,
  name: string,
  table: ProcessTable,
  { doing, what, waitMs = 0, evenUnlocked = false }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const me = await self(table, doing);
  const end = now() + waitMs;
  for (;;) {
    const holder = await take(folder, name, table, me).catch((error: unknown) => {
      if (evenUnlocked && cannotBeWritten(error)) return heldNow(folder, name, table);
      throw error;
    });
    if (!holder) break;
    if (now() >= end) throw busy(what, holder);
    await sleep(10);
  }
  try {
    return await work();
  } finally {
    if (folder.claimed(name) === format(me)) folder.unclaim(name);
  }
}

/** If a lock changes hands so often while it is looked at, something is wrong. */
const TRIES = 100;

/**
 * Takes the lock; gives who has it if somebody lives who does.
 *
 * A lock whose holder is gone has an heir: whoever claims the lock's name with the holder's nonce
 * behind it, which only one can, and which is itself such a lock. The heir's claim then takes the
 * place of the old one. Only the heir may do that, so nobody ever takes away a lock that somebody else
 * has just taken: an heir who finds another holder than the one it is the heir of gives up.
 */
async function take(
  folder: Folder,
  name: string,
  table: ProcessTable,
  me: Holder,
): Promise<Holder | undefined> {
  const mine = format(me);
  for (let tries = 0; tries < TRIES; tries++) {
    if (claim(folder, name, mine)) return undefined;
    const text = folder.claimed(name);
    if (text === undefined) continue;
    const holder = parse(text);
    if (!holder) throw unreadable(folder, name);
    if (await proven(table, holder)) return holder;
    const heir = `${name}.${holder.nonce}`;
    const other = await take(folder, heir, table, me);
    if (other) return other;
    if (folder.claimed(name) === text) {
      folder.rename(heir, name);
      return undefined;
    }
    folder.unclaim(heir);
  }
  throw new RedisLabError(
    `${folder.root}/${name} changed hands ${TRIES} times while it was looked at. Run the same command again.`,
    { exitCode: EXIT.noBackend, code: 'lab.busy' },
  );
}

/** False also where `down` of another process has just removed the folder. */
function claim(folder: Folder, name: string, text: string): boolean {
  try {
    folder.makePrivate();
    return folder.claim(name, text);
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      return false;
    throw error;
  }
}

/** Why a disk takes nothing. */
const UNWRITABLE: readonly string[] = ['EACCES', 'EDQUOT', 'ENOSPC', 'EPERM', 'EROFS'];

function cannotBeWritten(error: unknown): boolean {
  const { code = '' } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  return error instanceof WorkspaceError && UNWRITABLE.includes(code);
}

/** Who has a lock that cannot be taken. */
async function heldNow(
  folder: Folder,
  name: string,
  table: ProcessTable,
): Promise<Holder | undefined> {
  const holder = parse(folder.claimed(name) ?? '');
  return holder && (await proven(table, holder)) ? holder : undefined;
}

async function self(table: ProcessTable, doing: string): Promise<Holder> {
  const { pid } = process;
  const seen = (await table.look([pid])).get(pid);
  if (!seen) throw new Error(`the system does not know our own process, ${pid}`);
  return {
    pid,
    started: seen.started,
    since: Date.now(),
    doing,
    nonce: randomBytes(4).toString('hex'),
  };
}

// Short: below 60 bytes it needs no block of a disk that may be full.
function format({ pid, started, since, doing, nonce }: Holder): string {
  return [pid, started, since.toString(36), doing, nonce].join(',');
}

function parse(text: string): Holder | undefined {
  const [pid = '', started = '', since = '', doing = '', nonce = '', ...rest] = text.split(',');
  if (!/^[1-9]\d*$/.test(pid) || !/^[0-9a-f]{8}$/.test(nonce) || rest.length > 0) return undefined;
  return { pid: Number(pid), started, since: Number.parseInt(since, 36), doing, nonce };
}

function busy(what: string, { pid, doing, since }: Holder): RedisLabError {
  const when = new Date(since).toTimeString().slice(0, 8);
  return new RedisLabError(
    `Another redis-lab is at work on ${what}: ${doing}, process ${pid}, since ${when}. Wait until it is done, or end it (kill ${pid}), then run the same command again.`,
    { exitCode: EXIT.noBackend, code: 'lab.busy' },
  );
}

function unreadable(folder: Folder, name: string): WorkspaceError {
  return new WorkspaceError(
    `${folder.root}/${name} is no lock of redis-lab. Make sure that no other redis-lab is at work, remove it, and run the same command again.`,
  );
}
