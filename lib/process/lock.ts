/** Locks between processes of this user. A lock counts only while its holder lives. */
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
  /** What the holder is doing, for the message that others get: `up`. */
  readonly doing: string;
  /** What is locked, for that message: `the lab redis-lab`. */
  readonly what: string;
  /** How long to wait for another holder, milliseconds. Default 0. */
  readonly waitMs?: number;
  /**
   * Goes on without the lock if it cannot be written: `stop` and `down` must work on a full or read-only disk. Default false.
   */
  readonly evenUnlocked?: boolean | undefined;
}

/**
 * Does `work` under the lock `name` in a folder, which is created if need be.
 * @throws RedisLabError (3) that names the holder
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
    if (folder.readLock(name) === format(me)) folder.removeLock(name);
  }
}

/** A lock that changes hands more often than this while we look at it points to a fault. */
const TRIES = 100;

/**
 * Takes the lock; gives its holder instead if that is alive.
 *
 * A lock whose holder has died is taken over in two steps, so that nobody removes a lock that another process has just
 * taken. First we take a second lock, which is named after the first and the dead holder's nonce: only one process gets it,
 * the heir. Then the heir renames it over the first lock, if the dead holder still has that; otherwise it gives up.
 */
async function take(
  folder: Folder,
  name: string,
  table: ProcessTable,
  me: Holder,
): Promise<Holder | undefined> {
  const mine = format(me);
  for (let tries = 0; tries < TRIES; tries++) {
    if (tryLock(folder, name, mine)) return undefined;
    const text = folder.readLock(name);
    if (text === undefined) continue;
    const holder = parse(text);
    if (!holder) throw unreadable(folder, name);
    if (await proven(table, holder)) return holder;
    const heir = `${name}.${holder.nonce}`;
    const other = await take(folder, heir, table, me);
    if (other) return other;
    if (folder.readLock(name) === text) {
      folder.rename(heir, name);
      return undefined;
    }
    folder.removeLock(heir);
  }
  throw new RedisLabError(
    `${folder.root}/${name} changed hands ${TRIES} times while it was looked at. Run the same command again.`,
    { exitCode: EXIT.notReady, code: 'lab.busy' },
  );
}

/** False also if `down` of another process has just removed the folder. */
function tryLock(folder: Folder, name: string, text: string): boolean {
  try {
    folder.makePrivate();
    return folder.createLock(name, text);
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      return false;
    throw error;
  }
}

/** Errors of a disk that cannot be written. */
const UNWRITABLE: readonly string[] = ['EACCES', 'EDQUOT', 'ENOSPC', 'EPERM', 'EROFS'];

function cannotBeWritten(error: unknown): boolean {
  const { code = '' } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  return error instanceof WorkspaceError && UNWRITABLE.includes(code);
}

/** The holder of a lock that we cannot write; undefined if it has none that is alive. */
async function heldNow(
  folder: Folder,
  name: string,
  table: ProcessTable,
): Promise<Holder | undefined> {
  const holder = parse(folder.readLock(name) ?? '');
  return holder && (await proven(table, holder)) ? holder : undefined;
}

async function self(table: ProcessTable, doing: string): Promise<Holder> {
  const { pid } = process;
  const seen = (await table.look([pid])).get(pid);
  if (!seen) throw new Error(`our own process, ${pid}, is not in the process table`);
  return {
    pid,
    started: seen.started,
    since: Date.now(),
    doing,
    nonce: randomBytes(4).toString('hex'),
  };
}

// A link target below 60 bytes needs no block of the disk, which may be full.
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
    { exitCode: EXIT.notReady, code: 'lab.busy' },
  );
}

function unreadable(folder: Folder, name: string): WorkspaceError {
  return new WorkspaceError(
    `${folder.root}/${name} is no lock of redis-lab. Make sure that no other redis-lab is at work, remove it, and run the same command again.`,
  );
}
