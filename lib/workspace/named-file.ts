/** Files that the user named: reading is limited and never hangs, writing follows no link of another user. */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { now, sleep } from '../clock.js';
import { WorkspaceError } from '../errors.js';
import { attempt, failed } from './failed.js';
import { Folder } from './folder.js';
import { readAll, TooLarge, withOpen } from './regular.js';
import { isPlanted } from './safe-paths.js';

/** Standard input, also on systems that have no file of this name. */
export const STDIN = '/dev/stdin';

/** How long a pipe may be idle, milliseconds. */
const SILENCE_MS = 60_000;

/** The most bytes that are read, by kind of file. */
export const MOST = {
  /** A thousand nodes with all their keys, and comments. */
  description: 500_000,
  /** Thousands of runs of `verify --repeat`; V8's strings have room for no more. */
  result: 500_000_000,
  recording: 5_000_000,
  /** The students of a faculty. */
  class: 1_000_000,
  /** Twenty times the longest redis.conf that is shipped. */
  configuration: 2_500_000,
} as const;

/**
 * The text of a file that the user named: a regular file, or a pipe that this process was given (`/dev/stdin`, `/dev/fd/63`). A
 * named pipe or a device could go on for ever, and is refused.
 * @param most bytes
 * @throws WorkspaceError
 */
export async function readText(file: string, most: number): Promise<string> {
  return decoded(await readBytes(file, most));
}

/** The same, without decoding: what other programs read may have a mark in front, or be no text. */
export async function readBytes(file: string, most: number): Promise<Buffer> {
  if (path.resolve(file) === '/dev/null') return Buffer.alloc(0);
  try {
    const given = descriptorIn(file);
    if (given !== undefined) return await readGiven(file, given, most);
    const bytes = withOpen(file, (open) => readAll(open, most), { follow: true });
    if (bytes !== undefined) return bytes;
    throw notRegular(file, statSync(file));
  } catch (error) {
    // A socket, or a device that is not there, cannot even be opened.
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') throw notRegular(file);
    throw failed('read', file, error);
  }
}

function notRegular(file: string, stat?: Stats): WorkspaceError {
  if (stat?.isDirectory()) return failed('read', file, { code: 'EISDIR' });
  const what = stat?.isFIFO() ? 'a pipe' : 'a device or a socket';
  return new WorkspaceError(
    `cannot read ${file}: it is ${what}, not a file. Write it into a file first, or pipe it in and name /dev/stdin.`,
  );
}

/** The descriptor of this process that a path stands for. */
function descriptorIn(file: string): number | undefined {
  if (file === STDIN) return 0;
  const [, kind, number] =
    /^(?:\/dev|\/proc\/self)\/(stdin|fd\/(\d{1,6}))$/.exec(path.resolve(file)) ?? [];
  return kind === undefined ? undefined : Number(number ?? 0);
}

async function readGiven(file: string, descriptor: number, most: number): Promise<Buffer> {
  const stat = fstatSync(descriptor);
  if (stat.isFile()) return readAll({ descriptor, stat }, most);
  if (!stat.isFIFO() && !stat.isSocket()) throw notRegular(file, stat);
  const chunks: Buffer[] = [];
  let size = 0;
  // Loaded here, since few calls read a pipe.
  const { Socket } = await import('node:net');
  const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
  pipe.setTimeout(SILENCE_MS, () => {
    const what = `cannot read ${file}: nothing came for ${SILENCE_MS} ms. Check what should write into it.`;
    pipe.destroy(new WorkspaceError(what));
  });
  for await (const chunk of pipe as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new TooLarge(most);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** UTF-8, or UTF-16 with a byte order mark, as PowerShell writes files. The mark is left out. */
function decoded(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

/**
 * Writes a file that the user named, in one step; a pipe or a device such as `/dev/stdout` is written to. Makes missing folders.
 * @param wanted its permission bits; default: those that it has, or that any other program would give it
 * @throws WorkspaceError also where another user decides where the path leads
 */
export async function writeText(
  file: string,
  text: string | Uint8Array,
  wanted?: number,
): Promise<void> {
  checkWay(file);
  const there = attempt('write', file, () => statSync(file, { throwIfNoEntry: false }));
  if (there?.isDirectory()) throw failed('write', file, { code: 'EISDIR' });
  if (there && !there.isFile()) return writeInto(file, there, Buffer.from(text));
  const place = there ? realpathSync(file) : path.resolve(file);
  checkWritable(file);
  const folder = path.dirname(place);
  attempt('make the folder', folder, () => mkdirSync(folder, { recursive: true }));
  // The mode that any other program would give it.
  const mode = wanted ?? (there ? there.mode & 0o777 : 0o666 & ~process.umask());
  new Folder(folder).replace(path.basename(place), text, mode);
}

/**
 * A folder that the user named for files of ours; it need not exist.
 * @throws WorkspaceError where another user decides where the path leads, or could change what is written there
 */
export function namedFolder(name: string): Folder {
  checkWay(name);
  const folder = path.resolve(name);
  const [stat, above] = attempt('look at', folder, () => [
    lstatSync(folder, { throwIfNoEntry: false }),
    lstatSync(path.dirname(folder), { throwIfNoEntry: false }),
  ]);
  if (stat?.isDirectory() && above && isPlanted(stat, above)) {
    throw new WorkspaceError(
      `${folder} belongs to somebody else (user ${stat.uid}), and stands where everybody may put one: its owner could change what is written there. Name another folder.`,
    );
  }
  return new Folder(folder);
}

/** @throws WorkspaceError when {@link writeText} could not write there */
export function checkWritable(file: string): void {
  checkWay(file);
  const there = attempt('write', file, () => statSync(file, { throwIfNoEntry: false }));
  if (there && !there.isFile()) return;
  let folder = path.dirname(there ? realpathSync(file) : path.resolve(file));
  const stat = () => attempt('write', file, () => statSync(folder, { throwIfNoEntry: false }));
  let above = stat();
  // Those that are missing will be made.
  for (; !above; above = stat()) folder = path.dirname(folder);
  if (!above.isDirectory()) throw failed('write into', folder, { code: 'ENOTDIR' });
  attempt('write into', folder, () => accessSync(folder, constants.W_OK));
}

/** Writes to what is no regular file, without blocking this process. */
async function writeInto(file: string, there: Stats, bytes: Buffer): Promise<void> {
  if (there.isBlockDevice()) {
    throw new WorkspaceError(`${file} is a disk, and would be overwritten. Name a file.`);
  }
  const { O_WRONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  const descriptor = await patientlyOnPipe(file, 'ENXIO', () =>
    openSync(file, O_WRONLY | O_NONBLOCK | O_NOCTTY),
  );
  try {
    for (let at = 0; at < bytes.length; ) {
      at += await patientlyOnPipe(file, 'EAGAIN', () => writeSync(descriptor, bytes, at));
    }
  } finally {
    closeSync(descriptor);
  }
}

const POLL_MS = 5;

/** Tries again while nobody reads from a pipe, or the pipe is full. */
async function patientlyOnPipe<T>(file: string, code: string, action: () => T): Promise<T> {
  const deadline = now() + SILENCE_MS;
  for (;;) {
    try {
      return action();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== code) throw failed('write', file, error);
      if (now() >= deadline) {
        throw new WorkspaceError(
          `cannot write ${file}: nobody read from it for ${SILENCE_MS} ms. Check what should.`,
        );
      }
    }
    await sleep(POLL_MS);
  }
}

/** No kernel follows more links in one path. */
const MOST_LINKS = 40;

/**
 * Refuses a path over a link that another user put where everybody may, as Linux's protected_symlinks does, and a pipe or device
 * of another user at its end.
 */
function checkWay(file: string): void {
  if (process.getuid === undefined) return;
  const trusted = [process.getuid(), 0];
  let links = 0;
  let place = path.parse(path.resolve(file)).root;
  const rest = path.resolve(file).split(path.sep).filter(Boolean);
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const next = path.join(place, name);
    const [stat, folder] = attempt('look at', next, () => [
      lstatSync(next, { throwIfNoEntry: false }),
      lstatSync(place),
    ]);
    if (!stat) return;
    const isAnybodys = (folder.mode & 0o002) !== 0;
    const what = stat.isSymbolicLink() ? 'a link' : 'a pipe or a device';
    const isPlanted = stat.isSymbolicLink()
      ? isAnybodys || folder.uid !== stat.uid
      : isAnybodys && !stat.isFile() && !stat.isDirectory();
    if (isPlanted && !trusted.includes(stat.uid)) {
      throw new WorkspaceError(
        `${next} is ${what} of somebody else (user ${stat.uid}), and may lead anywhere. Remove it, or name another file.`,
      );
    }
    if (!stat.isSymbolicLink()) {
      place = next;
      continue;
    }
    if (++links > MOST_LINKS) throw failed('write', file, { code: 'ELOOP' });
    const target = attempt('look at', next, () => readlinkSync(next));
    if (path.isAbsolute(target)) place = path.parse(target).root;
    rest.unshift(...target.split(path.sep).filter((each) => each !== '' && each !== '.'));
  }
}
