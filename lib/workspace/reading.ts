/** Reading files up to a size, and only regular ones. */
import { lstatSync, readSync } from 'node:fs';
import { WorkspaceError } from '../errors.js';
import { attempt } from './failed.js';
import { statOf } from './inspect.js';
import { readAll, withOpen } from './regular.js';

export interface Found {
  /** Undefined for what is no regular file: a link, a folder, a device. */
  readonly content: Buffer | undefined;
  readonly executable: boolean;
}

/** Part of a file. */
export interface Part {
  /** Size of the whole file, bytes. */
  readonly size: number;
  /** Differs for another file under the same name. */
  readonly identity: number;
  readonly bytes: Buffer;
}

/** No file of a lab and no generated file is larger, bytes. */
const MOST_BYTES = 16_000_000;

/** The most that {@link readOwnFile} reads, bytes. */
const MOST_TRUSTED = 4_194_304;

/**
 * The file at a path; undefined where there is nothing.
 * @param most bytes
 * @throws WorkspaceError also for a larger file
 */
export function readFound(file: string, most = MOST_BYTES): Found | undefined {
  return attempt('read', file, () => {
    const there = lstatSync(file, { throwIfNoEntry: false });
    if (!there) return undefined;
    const other = { content: undefined, executable: (there.mode & 0o100) !== 0 };
    if (!there.isFile()) return other;
    // The file may have been replaced since: what is open counts.
    return (
      withOpen(file, (open) => ({
        content: readAll(open, most),
        executable: (open.stat.mode & 0o100) !== 0,
      })) ?? other
    );
  });
}

/**
 * The content of a file that belongs to this user; undefined where there is nothing.
 * @param forbidden bits of its mode that must not be set
 * @throws WorkspaceError for anything else: a link, another user's file, one with such a bit
 */
export function readOwnFile(file: string, forbidden: number): Buffer | undefined {
  const flaw = (what: string) =>
    new WorkspaceError(
      `${file} ${what}: it is not as redis-lab made it. Take the lab down (redis-lab down) and bring it up again.`,
    );
  const there = statOf(file);
  if (!there) return undefined;
  if (!there.isFile()) throw flaw(there.isSymbolicLink() ? 'is a link' : 'is no regular file');
  const found = attempt('read', file, () =>
    withOpen(file, (open) => {
      const { uid, mode } = open.stat;
      if (uid !== (process.getuid?.() ?? uid)) return 'belongs to somebody else';
      if (process.platform !== 'win32' && (mode & forbidden) !== 0) {
        return `is open to others (mode ${(mode & 0o777).toString(8)})`;
      }
      return readAll(open, MOST_TRUSTED);
    }),
  );
  if (typeof found === 'object') return found;
  throw flaw(found ?? 'was changed at this moment');
}

/** Up to `length` bytes of a file from `position` on; undefined where there is no file. */
export function readPartOf(file: string, position: number, length: number): Part | undefined {
  return attempt('read', file, () => {
    if (!statOf(file)?.isFile()) return undefined;
    return withOpen(file, ({ descriptor, stat: { size, ino } }) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
      const read = bytes.length > 0 ? readSync(descriptor, bytes, 0, bytes.length, position) : 0;
      return { size, identity: ino, bytes: bytes.subarray(0, read) };
    });
  });
}
