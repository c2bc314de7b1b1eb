/** A folder, below which files are read, written and removed. */
import {
  chmodSync,
  closeSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attempt, failed } from './failed.js';
import { listFolder, statOf } from './inspect.js';
import { hardLinkLocks, type LockFiles, symbolicLinkLocks } from './lock-files.js';
import { isOwnFolder, makeOwnFolder } from './own-folder.js';
import { patiently } from './patience.js';
import { type Found, type Part, readFound, readOwnFile, readPartOf } from './reading.js';
import { isAside, writeAside } from './regular.js';
import { SafePaths } from './safe-paths.js';

/** No source and no build in the cache is larger, bytes. */
export const MOST_KEPT = 1_000_000_000;

const disk = {
  linkSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
};

/** Both kinds of lock files. */
export const LOCK_FILES = { links: symbolicLinkLocks(disk), files: hardLinkLocks(disk) };

const lockFilesHere = process.platform === 'win32' ? LOCK_FILES.files : LOCK_FILES.links;

export class Folder {
  readonly root: string;
  readonly #lockFiles: LockFiles;
  readonly #paths: SafePaths;

  /** @param lockFiles the kind of its lock files, the same for everybody who uses them in this folder */
  constructor(root: string, lockFiles: LockFiles = lockFilesHere) {
    this.root = root;
    this.#lockFiles = lockFiles;
    this.#paths = new SafePaths(root);
  }

  /**
   * The file of a name; undefined where there is nothing.
   * @param most bytes; 16,000,000 by default
   * @throws WorkspaceError also for a larger file, and when a link or a file is in the place of one of its folders
   */
  read(name: string, most?: number): Found | undefined {
    return readFound(this.#paths.resolve(name), most);
  }

  /**
   * The content of a file that belongs to this user; undefined where there is nothing.
   * @param forbidden bits of its mode that must not be set; default: every right of other users
   * @throws WorkspaceError for anything else: a link, another user's file, one with such a bit
   */
  readOwn(name: string, forbidden = 0o077): Buffer | undefined {
    return readOwnFile(this.#paths.resolve(name), forbidden);
  }

  /** Up to `length` bytes of a file from `position` on; undefined where there is no file. */
  readPart(name: string, position: number, length: number): Part | undefined {
    return readPartOf(this.#paths.resolve(name), position, length);
  }

  /** Writes a new file that only this user can read; if anything has that name already, that is an error. */
  create(name: string, content: string): void {
    const file = this.#paths.resolve(name);
    attempt('write', file, () => writeFileSync(file, content, { flag: 'wx', mode: 0o600 }));
  }

  /** Writes a file in one step, over what was there: readers see the old one or the new one, never half of it. */
  replace(name: string, content: string | Uint8Array, mode: number): void {
    const file = this.#paths.resolve(name);
    const folder = path.dirname(file);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw failed('make the folder', folder, error);
    }
    const aside = attempt('write', file, () => writeAside(folder, content, mode));
    try {
      patiently(() => renameSync(aside, file));
    } catch (error) {
      rmSync(aside, { force: true });
      throw failed('write', file, error);
    }
  }

  /** Removes a file, and folders that this leaves empty; never the root. */
  remove(name: string): void {
    const file = this.#paths.resolve(name);
    try {
      rmSync(file, { force: true });
    } catch (error) {
      throw failed('remove', file, error);
    }
    for (let folder = path.dirname(file); folder !== this.root; folder = path.dirname(folder)) {
      try {
        rmdirSync(folder);
        this.#paths.forget();
      } catch {
        return; // another file is in it, or it is gone already
      }
    }
  }

  /**
   * Whether the root exists.
   * @throws WorkspaceError when it is a link, no folder, or another user's
   */
  isOwn(): boolean {
    return isOwnFolder(this.root);
  }

  /** Makes the root, and the folders above it, so that nobody else can look inside. */
  makePrivate(): void {
    makeOwnFolder(this.root);
  }

  makeFolder(name: string): void {
    const folder = this.#paths.resolve(name);
    attempt('make the folder', folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  }

  /** Names in a folder, sorted; none where there is no folder, or a link to one. `''` is the root. */
  list(name: string): string[] {
    const folder = name === '' ? this.root : this.#paths.resolve(name);
    return statOf(folder)?.isDirectory() ? listFolder(folder) : [];
  }

  /** Removes whatever has a name, with all below it. Of a link, only the link is removed. */
  removeTree(name: string): void {
    const file = this.#paths.resolve(name);
    attempt('remove', file, () => rmSync(file, { recursive: true, force: true }));
    this.#paths.forget();
  }

  /** Removes half-written files of this user that a killed process left in the root. */
  removeAsides(): void {
    for (const name of this.list('')) {
      const stat = isAside(name) ? statOf(path.join(this.root, name)) : undefined;
      const isOurs = stat?.isFile() && stat.uid === (process.getuid?.() ?? stat.uid);
      if (isOurs) this.removeTree(name);
    }
  }

  /** Removes the root if it is empty. */
  removeEmptyRoot(): void {
    try {
      if (this.isOwn()) rmdirSync(this.root);
      this.#paths.forget();
    } catch {
      // It is not empty, gone already, or not ours.
    }
  }

  /** Opens a file to add to its end, making it if need be; the descriptor is the caller's to close. */
  openAppend(name: string): number {
    const file = this.#paths.resolve(name);
    const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = constants;
    return attempt('write', file, () =>
      openSync(file, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600),
    );
  }

  /**
   * Creates a lock file with a short text, unless something has that name: of several that try at once, one gets `true`. Readers
   * see all of it or nothing.
   */
  createLock(name: string, text: string): boolean {
    const file = this.#paths.resolve(name);
    return attempt('make', file, () => this.#lockFiles.put(file, text));
  }

  /** The text of a lock file; undefined where there is nothing, empty for what is no lock file. */
  readLock(name: string): string | undefined {
    const file = this.#paths.resolve(name);
    return attempt('read', file, () => this.#lockFiles.get(file));
  }

  /** Removes a lock file, if it is there. */
  removeLock(name: string): void {
    const file = this.#paths.resolve(name);
    try {
      patiently(() => unlinkSync(file));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw failed('remove', file, error);
    }
  }

  /** Renames a file, over what has the new name. */
  rename(from: string, to: string): void {
    const file = this.#paths.resolve(from);
    const target = this.#paths.resolve(to);
    attempt('rename', file, () => patiently(() => renameSync(file, target)));
  }

  /** Changes the mode of a file. */
  setMode(name: string, mode: number): void {
    const file = this.#paths.resolve(name);
    attempt('change the mode of', file, () => chmodSync(file, mode));
  }

  /** Writes a new file as its bytes come; if that fails, the file is removed. */
  async writeStream(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const file = this.#paths.resolve(name);
    const descriptor = attempt('write', file, () => openSync(file, 'wx', 0o600));
    let whole = false;
    try {
      for await (const chunk of chunks) {
        for (let at = 0; at < chunk.length; ) {
          at += attempt('write', file, () => writeSync(descriptor, chunk, at));
        }
      }
      whole = true;
    } finally {
      closeSync(descriptor);
      if (!whole) rmSync(file, { force: true });
    }
  }
}

/** A new temporary folder of this user, under an unpredictable name. */
export function temporaryFolder(prefix: string): Folder {
  const home = tmpdir();
  return new Folder(
    attempt('make a folder in', home, () => mkdtempSync(path.join(realpathSync(home), prefix))),
  );
}

export function closeFile(descriptor: number): void {
  closeSync(descriptor);
}
