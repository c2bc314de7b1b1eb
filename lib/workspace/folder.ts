/** A folder, and what is read, written and removed below it. */
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
import { type Claims, fileClaims, linkClaims } from './claims.js';
import { attempt, failed } from './failed.js';
import { listFolder, statOf } from './inspect.js';
import { isOwnFolder, makeOwnFolder } from './own-folder.js';
import { patiently } from './patience.js';
import { type Found, type Part, readFound, readOwnFile, readPartOf } from './reading.js';
import { isAside, writeAside } from './regular.js';
import { SafePaths } from './safe-paths.js';

/** No source and no build that is kept is larger, bytes. */
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

/** The ways of claiming a name that there are. */
export const CLAIMS = { links: linkClaims(disk), files: fileClaims(disk) };

const claimsHere = process.platform === 'win32' ? CLAIMS.files : CLAIMS.links;

export class Folder {
  readonly root: string;
  readonly #claims: Claims;
  readonly #paths: SafePaths;

  /** `claims`: how names are claimed, the same for everybody who claims names in this folder. */
  constructor(root: string, claims: Claims = claimsHere) {
    this.root = root;
    this.#claims = claims;
    this.#paths = new SafePaths(root);
  }

  /**
   * What stands under a name; undefined where there is nothing.
   * @param most bytes; 16,000,000 by default
   * @throws WorkspaceError also when a link or a file stands where one of its folders belongs, and for
   * a file that has more bytes
   */
  read(name: string, most?: number): Found | undefined {
    return readFound(this.#paths.resolve(name), most);
  }

  /**
   * The content of a file that belongs to this user; undefined where there is nothing.
   * @param forbidden Rights that nobody but its owner may have, as bits of its mode: to read and write by default
   * @throws WorkspaceError for anything else: a link, somebody else's file, one that others have those rights to
   */
  readOwn(name: string, forbidden = 0o077): Buffer | undefined {
    return readOwnFile(this.#paths.resolve(name), forbidden);
  }

  /** Up to `length` bytes of a file from `position` on; undefined where there is no file. */
  readPart(name: string, position: number, length: number): Part | undefined {
    return readPartOf(this.#paths.resolve(name), position, length);
  }

  /** Writes a new file that only this user can read; anything that stands there already is an error. */
  create(name: string, content: string): void {
    const file = this.#paths.resolve(name);
    attempt('write', file, () => writeFileSync(file, content, { flag: 'wx', mode: 0o600 }));
  }

  /** Puts a file in its place in one step: readers see the old one or the new one, never half of it. */
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
        return; // somebody else's file is in it, or it is gone already: both are fine
      }
    }
  }

  /**
   * Whether the root is there.
   * @throws WorkspaceError when it is a link, no folder, or somebody else's
   */
  isOwn(): boolean {
    return isOwnFolder(this.root);
  }

  /** Makes the root, with what is above it, so that nobody else can look inside. */
  makePrivate(): void {
    makeOwnFolder(this.root);
  }

  makeFolder(name: string): void {
    const folder = this.#paths.resolve(name);
    attempt('make the folder', folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  }

  /** Names of what lies in a folder, sorted; none where there is no folder, or a link to one. `''` is the root. */
  list(name: string): string[] {
    const folder = name === '' ? this.root : this.#paths.resolve(name);
    return statOf(folder)?.isDirectory() ? listFolder(folder) : [];
  }

  /** Removes whatever stands under a name, with all below it; a link, not what it leads to. */
  removeTree(name: string): void {
    const file = this.#paths.resolve(name);
    attempt('remove', file, () => rmSync(file, { recursive: true, force: true }));
    this.#paths.forget();
  }

  /** Removes half-written files that a killed process left in the root; none of another user, and no link. */
  removeAsides(): void {
    for (const name of this.list('')) {
      const stat = isAside(name) ? statOf(path.join(this.root, name)) : undefined;
      const isOurs = stat?.isFile() && stat.uid === (process.getuid?.() ?? stat.uid);
      if (isOurs) this.removeTree(name);
    }
  }

  /** Removes the root if nothing is in it any more. */
  removeEmptyRoot(): void {
    try {
      if (this.isOwn()) rmdirSync(this.root);
      this.#paths.forget();
    } catch {
      // It is not empty, gone already, or not ours: all are fine.
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
   * Puts a short text under a name in one step, unless something is there: of several who try at
   * once, one gets `true`. Whoever reads it sees all of it, or nothing.
   */
  claim(name: string, text: string): boolean {
    const file = this.#paths.resolve(name);
    return attempt('make', file, () => this.#claims.put(file, text));
  }

  /** The text that {@link claim} put there; undefined where there is nothing, empty for what is no claim. */
  claimed(name: string): string | undefined {
    const file = this.#paths.resolve(name);
    return attempt('read', file, () => this.#claims.get(file));
  }

  /** Takes a claim away, if it is there. */
  unclaim(name: string): void {
    const file = this.#paths.resolve(name);
    try {
      patiently(() => unlinkSync(file));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw failed('remove', file, error);
    }
  }

  /** Gives a file another name, over what stands there. */
  rename(from: string, to: string): void {
    const file = this.#paths.resolve(from);
    const target = this.#paths.resolve(to);
    attempt('rename', file, () => patiently(() => renameSync(file, target)));
  }

  /** Changes who may read, write and run a file. */
  setMode(name: string, mode: number): void {
    const file = this.#paths.resolve(name);
    attempt('change the mode of', file, () => chmodSync(file, mode));
  }

  /** Writes a new file as its bytes come; if they fail to, nothing of it stays. */
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

/** A new folder of this user's own for a short while, under a name that nobody can foresee. */
export function temporaryFolder(prefix: string): Folder {
  const home = tmpdir();
  return new Folder(
    attempt('make a folder in', home, () => mkdtempSync(path.join(realpathSync(home), prefix))),
  );
}

export function closeFile(descriptor: number): void {
  closeSync(descriptor);
}
