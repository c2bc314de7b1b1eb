/**
 * Reads the kind of tar that a finished build is: files, folders and links with short names. Everything else is refused. (The
 * library for tar brings six more packages, and accepts more than is safe here.)
 */

/** Why something is no archive, or a damaged one. */
export class ArchiveFlaw extends Error {}

export interface Member {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Target of a link, as it is written. */
  readonly target: string;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Of a file with at most 4096 bytes; else undefined. */
  readonly content: Buffer | undefined;
}

/** The content of larger files is not kept, bytes. */
const MOST_READ = 4096;

const BLOCK = 512;

const KINDS: Readonly<Record<string, Member['kind']>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'link',
  '2': 'link',
  '5': 'folder',
};

/**
 * The members in their order. The chunks are read to their end, so that gunzip has compared its checksum by then.
 * @throws ArchiveFlaw, and what the chunks throw
 */
export async function* tarMembers(chunks: AsyncIterable<Buffer>): AsyncGenerator<Member> {
  const bytes = new Bytes(chunks[Symbol.asyncIterator]());
  for (;;) {
    const header = await bytes.take(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const member = headerOf(header);
    const padded = Math.ceil(member.size / BLOCK) * BLOCK;
    const isRead = member.kind === 'file' && member.size <= MOST_READ;
    const content = isRead ? (await bytes.take(padded)).subarray(0, member.size) : undefined;
    if (!isRead) await bytes.skip(padded);
    yield { ...member, content };
  }
  await bytes.drain();
}

function headerOf(header: Buffer): Omit<Member, 'content'> {
  const text = (from: number, length: number) => {
    const field = header.subarray(from, from + length).toString('latin1');
    return field.split('\0', 1)[0] ?? '';
  };
  if (text(257, 5) !== 'ustar') throw new ArchiveFlaw('it is no tar');
  const prefix = text(257, 8) === 'ustar' ? text(345, 155) : '';
  const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  const kind = KINDS[header.subarray(156, 157).toString('latin1')];
  if (!kind) throw new ArchiveFlaw(`${JSON.stringify(name)} in it is no file, folder or link`);
  const digits = text(124, 12).trim();
  if (!/^[0-7]{1,12}$/.test(digits)) {
    throw new ArchiveFlaw(`${JSON.stringify(name)} in it has no size`);
  }
  const size = kind === 'file' ? Number.parseInt(digits, 8) : 0;
  const mode = Number.parseInt(text(100, 8), 8);
  return { name, kind, target: text(157, 100), size, mode };
}

/** Reads as many bytes as wanted from chunks of any size. */
class Bytes {
  #rest: Buffer = Buffer.alloc(0);

  constructor(private readonly chunks: AsyncIterator<Buffer>) {}

  async take(length: number): Promise<Buffer> {
    while (this.#rest.length < length) this.#rest = Buffer.concat([this.#rest, await this.#next()]);
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async skip(length: number): Promise<void> {
    let left = length;
    while (left > this.#rest.length) {
      left -= this.#rest.length;
      this.#rest = await this.#next();
    }
    this.#rest = this.#rest.subarray(left);
  }

  async drain(): Promise<void> {
    while (!(await this.chunks.next()).done);
  }

  async #next(): Promise<Buffer> {
    const { value, done } = await this.chunks.next();
    if (done) throw new ArchiveFlaw('its end is missing');
    return value;
  }
}
