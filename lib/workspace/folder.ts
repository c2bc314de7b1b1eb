/** The only reader and writer of the disk. */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statfsSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WorkspaceError } from '../errors.js';
import { type Claims, fileClaims, linkClaims } from './claims.js';
import { patiently } from './patience.js';
import { isAside, readAll, TooLarge, withOpen, writeAside } from './regular.js';

export interface Found {
  /** Undefined for what is no regular file: a link, a folder, a device. */
  readonly content: Buffer | undefined;
  readonly executable: boolean;
}

/** Some of a file. */
export interface Part {
  /** Of the whole file, bytes. */
  readonly size: number;
  /** Another one under the same name is another file. */
  readonly identity: number;
  readonly bytes: Buffer;
}

/** No file of a lab, and none that is generated, is larger, bytes. */
const MOST_BYTES = 16_000_000;

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

/** No file that is read before it is trusted is larger, bytes. */
const MOST_TRUSTED = 4_194_304;

export class Folder {
  readonly root: string;
  readonly #claims: Claims;
  readonly #sound = new Set<string>();

  /** `claims`: how names are claimed; all who claim the same ones do it in the same way. */
  constructor(root: string, claims: Claims = claimsHere) {
    this.root = root;
    this.#claims = claims;
  }

  /**
   * What stands under a name; undefined where there is nothing.
   * @param most bytes
   * @throws WorkspaceError also when a link or a file stands where one of its folders belongs, and for
   * a file that has more bytes
   */
  read(name: string, most = MOST_BYTES): Found | undefined {
    const file = this.#resolve(name);
    return attempt('read', file, () => {
      const there = lstatSync(file, { throwIfNoEntry: false });
      if (!there) return undefined;
      const other = { content: undefined, executable: (there.mode & 0o100) !== 0 };
      if (!there.isFile()) return other;
      // It may have become something else since: what is open counts.
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
   * @param forbidden Rights that nobody but its owner may have, as bits of its mode: to read and write by default
   * @throws WorkspaceError for anything else: a link, somebody else's file, one that others have those rights to
   */
  readOwn(name: string, forbidden = 0o077): Buffer | undefined {
    const file = this.#resolve(name);
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

  /** Writes a new file that only this user can read; anything that stands there already is an error. */
  create(name: string, content: string): void {
    const file = this.#resolve(name);
    attempt('write', file, () => writeFileSync(file, content, { flag: 'wx', mode: 0o600 }));
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

  /**
   * Whether the root is there.
   * @throws WorkspaceError when it is a link, no folder, or somebody else's
   */
  isOwn(): boolean {
    const stat = statOf(this.root);
    if (!stat) return false;
    const what = stat.isSymbolicLink()
      ? 'is a link'
      : !stat.isDirectory()
        ? 'is not a folder'
        : stat.uid !== (process.getuid?.() ?? stat.uid)
          ? 'belongs to somebody else'
          : undefined;
    if (what === undefined) return true;
    throw new WorkspaceError(
      `${this.root} ${what}, and redis-lab keeps its own things there. Move it out of the way, and run the same command again.`,
    );
  }

  /** Makes the root, with what is above it, so that nobody else can look inside. */
  makePrivate(): void {
    attempt('make the folder', this.root, () => {
      if (statOf(this.root)) return;
      try {
        mkdirSync(this.root, { recursive: true, mode: 0o700 });
      } catch (error) {
        // With `recursive`, Node says ENOENT of a disk that is read-only.
        const code = whyNotWritable(this.root);
        throw code === undefined
          ? error
          : Object.assign(new Error(code, { cause: error }), { code });
      }
    });
    this.isOwn();
    attempt('change the mode of', this.root, () => chmodPrivate(this.root));
  }

  makeFolder(name: string): void {
    const folder = this.#resolve(name);
    attempt('make the folder', folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  }

  /** Names of what lies in a folder, sorted; none where there is no folder, or a link to one. `''` is the root. */
  list(name: string): string[] {
    const folder = name === '' ? this.root : this.#resolve(name);
    return statOf(folder)?.isDirectory() ? listFolder(folder) : [];
  }

  /** Removes whatever stands under a name, with all below it; a link, not what it leads to. */
  removeTree(name: string): void {
    const file = this.#resolve(name);
    attempt('remove', file, () => rmSync(file, { recursive: true, force: true }));
    this.#sound.clear();
  }

  /** Removes half files that somebody who was killed left in the root; nothing of another user, and no link. */
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
      this.#sound.clear();
    } catch {
      // Somebody else's file is in it, it is gone already, or never was ours: all are fine.
    }
  }

  /** Opens a file to add to its end, making it if need be; the descriptor is the caller's to close. */
  openAppend(name: string): number {
    const file = this.#resolve(name);
    const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = constants;
    return attempt('write', file, () =>
      openSync(file, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600),
    );
  }

  /** Up to `length` bytes of a file from `position` on; undefined where there is no file. */
  readPart(name: string, position: number, length: number): Part | undefined {
    const file = this.#resolve(name);
    return attempt('read', file, () => {
      if (!statOf(file)?.isFile()) return undefined;
      return withOpen(file, ({ descriptor, stat: { size, ino } }) => {
        const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
        const read = bytes.length > 0 ? readSync(descriptor, bytes, 0, bytes.length, position) : 0;
        return { size, identity: ino, bytes: bytes.subarray(0, read) };
      });
    });
  }

  /**
   * Puts a short text under a name in one step, unless something is there: of several who try at
   * once, one gets `true`. Whoever reads it sees all of it, or nothing.
   */
  claim(name: string, text: string): boolean {
    const file = this.#resolve(name);
    return attempt('make', file, () => this.#claims.put(file, text));
  }

  /** The text that {@link claim} put there; undefined where there is nothing, empty for what is no claim. */
  claimed(name: string): string | undefined {
    const file = this.#resolve(name);
    return attempt('read', file, () => this.#claims.get(file));
  }

  /** Takes a claim away, if it is there. */
  unclaim(name: string): void {
    const file = this.#resolve(name);
    try {
      patiently(() => unlinkSync(file));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw failed('remove', file, error);
    }
  }

  /** Gives a file another name, over what stands there. */
  rename(from: string, to: string): void {
    const file = this.#resolve(from);
    const target = this.#resolve(to);
    attempt('rename', file, () => patiently(() => renameSync(file, target)));
  }

  /** Changes who may read, write and run a file. */
  setMode(name: string, mode: number): void {
    const file = this.#resolve(name);
    attempt('change the mode of', file, () => chmodSync(file, mode));
  }

  /** Writes a new file as its bytes come; if they fail to, nothing of it stays. */
  async writeStream(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const file = this.#resolve(name);
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
      const what = stat.isSymbolicLink()
        ? 'is a link'
        : !stat.isDirectory()
          ? 'is not a folder'
          : isPlanted(stat, lstatSync(path.dirname(folder)))
            ? 'belongs to somebody else, and stands where everybody may put one'
            : undefined;
      if (what !== undefined) {
        throw new WorkspaceError(
          `${folder} ${what}: redis-lab writes below ${this.root} only. Remove it, or name another folder with --out.`,
        );
      }
    }
    this.#sound.add(folder);
  }
}

/** A new folder of this user's own for a short while, under a name that nobody can foresee. */
export function temporaryFolder(prefix: string): Folder {
  const home = tmpdir();
  return new Folder(
    attempt('make a folder in', home, () => mkdtempSync(path.join(realpathSync(home), prefix))),
  );
}

/** Whether there is something under this name, of whatever kind. */
export function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

export function closeFile(descriptor: number): void {
  closeSync(descriptor);
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

/** Bytes that this user may still write where a folder is, or would be made; undefined where nobody can tell. */
export function roomIn(folder: string): number | undefined {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const there = ifAny(() => statfsSync(place));
    if (there) return there.bavail * there.bsize;
    if (place === path.dirname(place)) return undefined;
  }
}

/** What tells of a machine or of a lab is short, also on machines with many processors; bytes. */
const MOST_TOLD = 8_000_000;

/**
 * Text of a file that may be gone at any moment, or not be ours to read, or be none, or a large one: then
 * undefined.
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

/** Of the folder itself, should a link have taken its place meanwhile. */
function chmodPrivate(folder: string): void {
  if (process.platform === 'win32') return;
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const descriptor = openSync(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    fchmodSync(descriptor, 0o700);
  } finally {
    closeSync(descriptor);
  }
}

/** Its owner could make a link of whatever we write in it. */
export function isPlanted(stat: Stats, parent: Stats): boolean {
  const trusted = process.getuid === undefined || [process.getuid(), 0].includes(stat.uid);
  return !trusted && (parent.mode & 0o002) !== 0;
}

/** What cannot be opened because too much is open already may well be there. */
const TOO_MANY: readonly string[] = ['EMFILE', 'ENFILE'];

function ifAny<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (TOO_MANY.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
}

function statOf(file: string) {
  return attempt('look at', file, () => lstatSync(file, { throwIfNoEntry: false }));
}

export function attempt<T>(what: string, file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw failed(what, file, error);
  }
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

export function failed(what: string, file: string, error: unknown): WorkspaceError {
  if (error instanceof WorkspaceError) return error;
  if (error instanceof TooLarge) {
    return new WorkspaceError(
      `cannot ${what} ${file}: it ${error.message}. Name another file, or a shorter one.`,
      error,
    );
  }
  const { code = 'unknown error', message } = error as NodeJS.ErrnoException;
  return new WorkspaceError(`cannot ${what} ${file}: ${code}. ${HINTS[code] ?? message}`, error);
}
