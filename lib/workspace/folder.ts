/** The only reader and writer of the disk. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { WorkspaceError } from '../errors.js';

export interface Found {
  /** Undefined for what is no regular file: a link, a folder, a device. */
  readonly content: Buffer | undefined;
  readonly executable: boolean;
}

export class Folder {
  readonly root: string;
  readonly #sound = new Set<string>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * What stands under a name; undefined where there is nothing.
   * @throws WorkspaceError also when a link or a file stands where one of its folders belongs
   */
  read(name: string): Found | undefined {
    const file = this.#resolve(name);
    try {
      const stat = lstatSync(file, { throwIfNoEntry: false });
      if (!stat) return undefined;
      const content = stat.isFile() ? readFileSync(file) : undefined;
      return { content, executable: (stat.mode & 0o100) !== 0 };
    } catch (error) {
      throw failed('read', file, error);
    }
  }

  /** Puts a file in its place in one step: readers see the old one or the new one, never half of it. */
  replace(name: string, content: string | Uint8Array, mode: number): void {
    const file = this.#resolve(name);
    const folder = path.dirname(file);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw failed('make the folder', folder, error);
    }
    const temporary = path.join(folder, `.redis-lab-${process.pid}.tmp`);
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
      rmSync(file, { force: true });
    } catch (error) {
      throw failed('remove', file, error);
    }
    for (let folder = path.dirname(file); folder !== this.root; folder = path.dirname(folder)) {
      try {
        rmdirSync(folder);
        this.#sound.delete(folder);
      } catch {
        return; // somebody else's file is in it, or it is gone already: both are fine
      }
    }
  }

  /** The place of a name, once no folder on the way leads elsewhere. */
  #resolve(name: string): string {
    const file = path.join(this.root, ...name.split('/'));
    this.#check(path.dirname(file));
    return file;
  }

  #check(folder: string): void {
    if (this.#sound.has(folder)) return;
    if (folder !== this.root) {
      this.#check(path.dirname(folder));
      const stat = lstatSync(folder, { throwIfNoEntry: false });
      if (!stat) return;
      if (!stat.isDirectory()) {
        const what = stat.isSymbolicLink() ? 'is a link' : 'is not a folder';
        throw new WorkspaceError(
          `${folder} ${what}: redis-lab writes below ${this.root} only. Remove it, or name another folder with --out.`,
        );
      }
    }
    this.#sound.add(folder);
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
