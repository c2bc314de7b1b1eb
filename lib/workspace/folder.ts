/** The only reader and writer of the output folder. Synchronous: see `write`. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { WorkspaceError } from '../errors.js';

export interface Found {
  readonly content: Buffer;
  readonly executable: boolean;
}

export class Folder {
  readonly root: string;
  readonly #made = new Set<string>();

  constructor(root: string) {
    this.root = root;
  }

  /** A file of the folder; undefined where there is none. */
  read(name: string): Found | undefined {
    const file = this.#resolve(name);
    try {
      const stat = lstatSync(file);
      // Anything else in a file's place is put out of the way by the rename, not followed.
      if (!stat.isFile()) return undefined;
      return { content: readFileSync(file), executable: (stat.mode & 0o100) !== 0 };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw failed('read', file, error);
    }
  }

  /** Puts a file in its place in one step: readers see the old one or the new one, never half of it. */
  replace(name: string, content: string | Uint8Array, mode: number): void {
    const file = this.#resolve(name);
    this.#ensureFolder(path.dirname(file));
    const temporary = path.join(path.dirname(file), `.redis-lab-${process.pid}.tmp`);
    try {
      writeFileSync(temporary, content);
      if (process.platform !== 'win32') chmodSync(temporary, mode);
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw failed('write', file, error);
    }
  }

  /** Removes a file, and folders that this leaves empty; never the root. */
  remove(name: string): void {
    const file = this.#resolve(name);
    try {
      unlinkSync(file);
    } catch (error) {
      if (!isMissing(error)) throw failed('remove', file, error);
    }
    for (let folder = path.dirname(file); folder !== this.root; folder = path.dirname(folder)) {
      try {
        if (readdirSync(folder).length > 0) return;
        rmdirSync(folder);
      } catch {
        return; // somebody else's file came in, or the folder is gone already: both are fine
      }
    }
  }

  #resolve(name: string): string {
    return path.join(this.root, ...name.split('/'));
  }

  /** Makes the folder, and refuses to follow a link out of the root. */
  #ensureFolder(folder: string): void {
    if (this.#made.has(folder)) return;
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw failed('make the folder', folder, error);
    }
    for (let at = folder; at !== this.root; at = path.dirname(at)) {
      if (lstatSync(at).isSymbolicLink()) {
        throw new WorkspaceError(
          `${at} is a link: redis-lab writes below ${this.root} only. Remove the link, or name another folder with --out.`,
        );
      }
      this.#made.add(at);
    }
  }
}

/** The text of a file that the user named. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw failed('read', file, error);
  }
}

/** Whether there is something under this name, of whatever kind. */
export function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'Nobody gave you the right to; choose another folder, or change its owner.',
  EPERM: 'The system does not permit it; choose another folder.',
  EROFS: 'That disk is read-only; choose another folder.',
  ENOSPC: 'The disk is full; make room and run the same command again.',
  EDQUOT: 'Your quota is used up; make room and run the same command again.',
  ENOTDIR: 'A file stands where a folder is needed; remove it, or choose another folder.',
  EEXIST: 'A file stands where a folder is needed; remove it, or choose another folder.',
  EISDIR: 'A folder stands where a file is needed; remove it, or choose another name.',
  ENOENT: 'There is no such file.',
};

function failed(what: string, file: string, error: unknown): WorkspaceError {
  const { code = 'unknown error', message } = error as NodeJS.ErrnoException;
  return new WorkspaceError(`cannot ${what} ${file}: ${code}. ${HINTS[code] ?? message}`, error);
}
