/** What stands on the disk under a path, which may be anything, or gone at any moment. */
import {
  accessSync,
  constants,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statfsSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { attempt, failed } from './failed.js';
import { readAll, withOpen } from './regular.js';

/** Whether there is something under this name, of whatever kind. */
export function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Whether this is a file that this user may run, or a link to one. */
export function isProgram(file: string): boolean {
  return (
    ifAny(() => {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    }) ?? false
  );
}

/** Whether this user may read and write something, and if not, why. */
export function whyNotUsable(file: string): 'absent' | 'denied' | undefined {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'denied';
  }
}

/** Bytes that this user can still write to the disk of a folder, which need not exist; undefined if that is unknown. */
export function roomIn(folder: string): number | undefined {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const there = ifAny(() => statfsSync(place));
    if (there) return there.bavail * there.bsize;
    if (place === path.dirname(place)) return undefined;
  }
}

/** Files that describe a machine or a lab are no larger, bytes. */
const MOST_TOLD = 8_000_000;

/**
 * Text of a file; undefined if it does not exist, is not ours to read, is no regular file, or is too large.
 */
export function readIfAny(file: string): string | undefined {
  return ifAny(() =>
    withOpen(file, (open) => readAll(open, MOST_TOLD).toString('utf8'), { follow: true }),
  );
}

/** Where a link leads; undefined where there is none, or none that we may look at. */
export function linkTarget(file: string): string | undefined {
  return ifAny(() => readlinkSync(file));
}

/** A path without links; undefined where there is nothing. */
export function realPath(file: string): string | undefined {
  return ifAny(() => realpathSync(file));
}

/** What stands under a name: whose it is, and who may do what with it. */
export interface Entry {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly isLink: boolean;
  readonly isFolder: boolean;
}

/** Undefined where there is nothing; `unseen` where we may not look. */
export function entryAt(file: string): Entry | 'unseen' | undefined {
  try {
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (!stat) return undefined;
    const { uid, gid, mode } = stat;
    return { uid, gid, mode, isLink: stat.isSymbolicLink(), isFolder: stat.isDirectory() };
  } catch {
    return 'unseen';
  }
}

/** User id of a file's owner; undefined where there is none. */
export function ownerOf(file: string): number | undefined {
  return ifAny(() => lstatSync(file).uid);
}

/** Names in a folder, sorted; none if it is not there. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw failed('read', folder, error);
  }
}

/** Why a folder could not be made or written to, as the code of an error; undefined if it could. */
export function whyNotWritable(folder: string): string | undefined {
  for (let place = folder; ; place = path.dirname(place)) {
    try {
      accessSync(place, constants.W_OK | constants.X_OK);
      return lstatSync(realpathSync(place)).isDirectory() ? undefined : 'ENOTDIR';
    } catch (error) {
      const { code = 'unknown error' } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' || place === path.dirname(place)) return code;
    }
  }
}

/** The file may well be there: too many others are open. */
const TOO_MANY: readonly string[] = ['EMFILE', 'ENFILE'];

function ifAny<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (TOO_MANY.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
}

export function statOf(file: string) {
  return attempt('look at', file, () => lstatSync(file, { throwIfNoEntry: false }));
}
