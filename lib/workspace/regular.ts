/**
 * Files in folders that others can write to: reading is limited and never hangs, writing follows no link.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

// Windows lacks the last three and needs none: making symbolic links takes rights there, and named pipes are in no folder.
const {
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_WRONLY,
  O_NOFOLLOW = 0,
  O_NONBLOCK = 0,
  O_NOCTTY = 0,
} = constants;

/** A file is larger than its reader takes. */
export class TooLarge extends Error {
  readonly most: number;

  constructor(most: number) {
    super(`has more than ${most} bytes, and no more are read`);
    this.most = most;
  }
}

interface OpenFile {
  readonly descriptor: number;
  readonly stat: Stats;
}

/**
 * Opens a file for reading and does something with it; undefined for what is no regular file. Opening does not block, even on a
 * pipe without a writer.
 */
export function withOpen<T>(
  file: string,
  use: (open: OpenFile) => T,
  { follow = false } = {},
): T | undefined {
  const flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW);
  const descriptor = openSync(file, flags);
  try {
    const stat = fstatSync(descriptor);
    return stat.isFile() ? use({ descriptor, stat }) : undefined;
  } finally {
    closeSync(descriptor);
  }
}

const CHUNK = 65_536;

/**
 * All of an open file. Its size is only a hint: files of `/proc` have none, and a file may grow.
 * @throws TooLarge
 */
export function readAll({ descriptor, stat }: OpenFile, most: number): Buffer {
  if (stat.size > most) throw new TooLarge(most);
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.max(CHUNK, stat.size - size + 1));
    const read = readSync(descriptor, chunk, 0, chunk.length, null);
    if (read === 0) return Buffer.concat(chunks, size);
    size += read;
    if (size > most) throw new TooLarge(most);
    chunks.push(chunk.subarray(0, read));
  }
}

const PREFIX = '.redis-lab-';
const SUFFIX = '.tmp';

/** Whether {@link writeAside}, a lock file or an earlier version gives such a name to a temporary file. */
export function isAside(name: string): boolean {
  return /^\.redis-lab-(?:[0-9a-f]{32}|\d+(?:-[0-9a-f]{8})?)\.tmp$/.test(name);
}

/**
 * Writes a temporary file under an unpredictable name, to be renamed into its place; gives its path. If that fails, the file is
 * removed.
 * @param owner default: this user
 */
export function writeAside(
  folder: string,
  content: string | Uint8Array,
  mode: number,
  owner?: { readonly uid: number; readonly gid: number },
): string {
  const file = path.join(folder, `${PREFIX}${randomBytes(16).toString('hex')}${SUFFIX}`);
  // O_EXCL: a link of that name is an error.
  const descriptor = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    try {
      writeFileSync(descriptor, content);
      if (process.platform === 'win32') return file;
      const { uid, gid } = fstatSync(descriptor);
      const isOther = owner && (owner.uid !== uid || owner.gid !== gid);
      if (isOther) fchownSync(descriptor, owner.uid, owner.gid);
      fchmodSync(descriptor, mode);
    } finally {
      closeSync(descriptor);
    }
    return file;
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}
