/** Claims: short texts under a name. Of several processes that claim a name at once, one succeeds. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { patiently } from './patience.js';

/** Errors are the system's own. */
export interface Claims {
  /** False where something is under that name already. */
  put(file: string, text: string): boolean;
  /** Undefined where there is nothing, empty for what is no claim. */
  get(file: string): string | undefined;
}

/** What is needed of the disk, by its names in `node:fs`. */
export interface Disk {
  linkSync(existing: string, file: string): void;
  lstatSync(file: string): { isFile(): boolean };
  readFileSync(file: string, encoding: 'utf8'): string;
  readlinkSync(file: string): string;
  rmSync(file: string, options: { readonly force: true }): void;
  symlinkSync(target: string, file: string): void;
  writeFileSync(file: string, text: string, options: { flag: 'wx'; flush: true }): void;
}

/** A claim is the target of a link that leads nowhere, so it is whole or not there, also after a power cut. */
export function linkClaims(disk: Disk): Claims {
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

/** What a claim begins with, so that no other file is taken for one. */
const MARK = 'redis-lab claim: ';

/**
 * For Windows, where symbolic links are for administrators. A claim is a file that is written under a name of its own
 * first. A hard link then gives it the wanted name, which is one step and needs no special rights.
 */
export function fileClaims(disk: Disk): Claims {
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

/** By now it is decided whether the claim was made. That must be told, even if this fails. */
function removeIfAny(disk: Disk, file: string): void {
  try {
    patiently(() => disk.rmSync(file, { force: true }));
  } catch {
    // A few bytes under a name that nobody asks for.
  }
}
