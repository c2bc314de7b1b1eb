/** Lock files: short texts under a name. Of several processes that create one at once, one succeeds. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { patiently } from './patience.js';

/** Throws errors of the system. */
export interface LockFiles {
  /** Creates one; false if something has that name already. */
  put(file: string, text: string): boolean;
  /** Its text; undefined where there is nothing, empty for what is no lock file. */
  get(file: string): string | undefined;
}

/** The functions of `node:fs` that are used; tests replace some. */
export interface Disk {
  linkSync(existing: string, file: string): void;
  lstatSync(file: string): { isFile(): boolean };
  readFileSync(file: string, encoding: 'utf8'): string;
  readlinkSync(file: string): string;
  rmSync(file: string, options: { readonly force: true }): void;
  symlinkSync(target: string, file: string): void;
  writeFileSync(file: string, text: string, options: { flag: 'wx'; flush: true }): void;
}

/** The text is the target of a dangling symbolic link: it is there as a whole or not at all, also after a power cut. */
export function symbolicLinkLocks(disk: Disk): LockFiles {
  return {
    put: (file, text) => isFirst(() => disk.symlinkSync(text, file)),
    get(file) {
      try {
        return disk.readlinkSync(file);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return undefined;
        if (code === 'EINVAL' || code === 'UNKNOWN') return '';
        throw error;
      }
    },
  };
}

/** What a lock file begins with, so that no other file is taken for one. Earlier versions write the same. */
const MARK = 'redis-lab claim: ';

/**
 * For Windows, where only administrators may create symbolic links. The file is written under a temporary name first. A hard
 * link then gives it its name, which is one step and needs no special rights.
 */
export function hardLinkLocks(disk: Disk): LockFiles {
  return {
    put(file, text) {
      const nonce = randomBytes(4).toString('hex');
      const temporary = path.join(path.dirname(file), `.redis-lab-${process.pid}-${nonce}.tmp`);
      try {
        disk.writeFileSync(temporary, `${MARK}${text}`, { flag: 'wx', flush: true });
        return isFirst(() => patiently(() => disk.linkSync(temporary, file)));
      } finally {
        removeIfAny(disk, temporary);
      }
    },
    get(file) {
      try {
        return patiently(() => {
          if (!disk.lstatSync(file).isFile()) return '';
          const text = disk.readFileSync(file, 'utf8');
          return text.startsWith(MARK) ? text.slice(MARK.length) : '';
        });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

function isFirst(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the lock file was created is decided by now, and must be told even if this fails. */
function removeIfAny(disk: Disk, file: string): void {
  try {
    patiently(() => disk.rmSync(file, { force: true }));
  } catch {
    // A few bytes stay behind under a name that nobody uses.
  }
}
