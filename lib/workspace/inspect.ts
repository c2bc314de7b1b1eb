/** Looking at paths, which may be anything and may be gone at any moment. */
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

/** Whether anything has this path, of whatever kind. */
export function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Whether this is a file that this user may execute, or a link to one. */
export function isProgram(file: string): boolean {
  return (
    ifAny(() => {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    }) ?? false
  );
}

/** Why this user cannot read and write something; undefined if it can. */
export function whyNotUsable(file: string): 'absent' | 'denied' | undefined {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'denied';
  }
}

/** Free bytes for this user on the disk of a folder, which need not exist; undefined if that is unknown. */
export function roomIn(folder: string): number | undefined {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const there = ifAny(() => statfsSync(place));
    if (there) return there.bavail * there.bsize;
    if (place === path.dirname(place)) return undefined;
  }
}

/** The most that {@link readIfAny} reads, bytes. */
const MOST_TOLD = 8_000_000;

/**
 * Text of a file; undefined if it does not exist, cannot be read, is no regular file, or has more than 8,000,000 bytes.
 */
export function readIfAny(file: string): string | undefined {
  return ifAny(() =>
    withOpen(file, (open) => readAll(open, MOST_TOLD).toString('utf8'), { follow: true }),
  );
}

/** Target of a link; undefined if there is none, or it cannot be read. */
export function linkTarget(file: string): string | undefined {
  return ifAny(() => readlinkSync(file));
}

/** A path with all links resolved; undefined where there is nothing. */
export function realPath(file: string): string | undefined {
  return ifAny(() => realpathSync(file));
}

/** Owner, rights and kind of what has a path. */
export interface Entry {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly isLink: boolean;
  readonly isFolder: boolean;
}

/** Undefined where there is nothing; `unseen` if we may not look. */
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

/** User id of a file's owner; undefined where there is no file. */
export function ownerOf(file: string): number | undefined {
  return ifAny(() => lstatSync(file).uid);
}

/** Names in a folder, sorted; none if it does not exist. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw failed('read', folder, error);
  }
}

/** Why a folder cannot be made or written to, as an error code; undefined if it can. */
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

/** Errors that say nothing about the file: too many others are open. */
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
