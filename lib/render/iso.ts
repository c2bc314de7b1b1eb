/**
 * ISO 9660 images, made in memory: the form in which a NoCloud seed reaches a machine. One flat
 * directory, described twice so that every reader finds the exact names: a primary tree with Rock
 * Ridge (Linux, BSD, macOS) and a Joliet tree (Windows). Both point at the same file data.
 *
 * Bare section numbers are of ECMA-119, 2nd edition (= ISO 9660:1988), which counts byte positions
 * from 1; offsets here count from 0.
 */

/** A file of the root directory. */
export interface IsoFile {
  /** 1 to 64 of `A-Z a-z 0-9 . _ -`, the last not a dot; unique, whatever the case. */
  readonly name: string;
  /** Less than 4 GiB. */
  readonly content: Uint8Array;
}

/** Where something lies: its first sector, and its length in bytes. */
interface Extent {
  readonly sector: number;
  readonly length: number;
}

/** A directory record (9.1) that lacks its extent. Without a file it is "." or "..". */
interface DirectoryRecord {
  readonly bytes: Uint8Array;
  readonly file?: IsoFile;
}

/** One of the two descriptions of the directory. */
interface Tree {
  readonly type: number;
  readonly escapes: string;
  /** Bytes a character. */
  readonly width: number;
  readonly root: Extent;
  readonly records: readonly DirectoryRecord[];
}

const SECTOR = 2048;

/** First sectors. Those before are the System Area (6.2.1). */
const AT = { descriptors: 16, pathTables: 19, directories: 23 };

/** 9.1.5: 1980-01-01 00:00:00 GMT. Zeros, "unspecified", are 1899 to bsdtar and 2036 to Linux. */
const RECORDED = [80, 1, 1, 0, 0, 0, 0];

const DIRECTORY = { flags: 2, mode: 0o040555, links: 2 };
const REGULAR = { flags: 0, mode: 0o100444, links: 1 };

/**
 * Makes an image whose root directory holds `files`, read-only and owned by root. Pure: the bytes
 * depend on the label and on the files, not on their order, nor on the clock.
 *
 * @param label volume identifier, 1 to 32 of `A-Z a-z 0-9 _ -`, recorded as it is (NoCloud looks
 *   for `cidata`); Joliet has room for its first 16 characters
 * @returns whole sectors of 2048 bytes
 * @throws TypeError for a label, a name or a size that cannot be recorded
 */
export function isoImage(label: string, files: readonly IsoFile[]): Uint8Array {
  check(label, files);
  const sorted = [...files].sort((a, b) => ascending(a.name, b.name));
  const primary = primaryTree(sorted);
  const continuation = end(primary.root);
  const joliet = jolietTree(sorted, continuation + 1);

  const extents = new Map<IsoFile | undefined, Extent>();
  let sectors = end(joliet.root);
  for (const file of sorted) {
    const { length } = file.content;
    // Empty files have no sector of their own: the first always exists, the next might not.
    extents.set(file, { sector: length === 0 ? 0 : sectors, length });
    sectors += Math.ceil(length / SECTOR);
  }

  const image = new Uint8Array(sectors * SECTOR);
  const from = (sector: number) => image.subarray(sector * SECTOR);
  [primary, joliet].forEach((tree, index) => {
    const pathTable = AT.pathTables + 2 * index;
    writeVolumeDescriptor(from(AT.descriptors + index), tree, { label, sectors, pathTable });
    // 9.4: its only record is the root, its own parent (directory number 1).
    const root = both32(tree.root.sector);
    from(pathTable).set([1, 0, ...root.subarray(0, 4), 1, 0]);
    from(pathTable + 1).set([1, 0, ...root.subarray(4), 0, 1]);
    const directory = from(tree.root.sector);
    for (const [position, { bytes, file }] of packed(tree.records)) {
      const { sector, length } = extents.get(file) ?? tree.root;
      directory.set(bytes, position);
      directory.set(both32(sector, length), position + 2);
    }
  });
  from(AT.descriptors + 2).set([255, ...coded('CD001'), 1]); // 8.3: terminator
  from(continuation).set(extensionReference());
  for (const file of sorted) from(extents.get(file)?.sector ?? 0).set(file.content);
  return image;
}

function check(label: string, files: readonly IsoFile[]): void {
  const refuse = (seen: string, allowed: string) => {
    throw new TypeError(`${seen} cannot be recorded: ${allowed}`);
  };
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(label)) {
    refuse(`volume label ${JSON.stringify(label)}`, 'allowed are 1 to 32 of A-Z a-z 0-9 _ -');
  }
  const names = new Map<string, string>();
  for (const { name, content } of files) {
    const seen = `file name ${JSON.stringify(name)}`;
    // Linux drops a dot at the end from Joliet names. That rule excludes "." and ".." as well.
    if (!/^[A-Za-z0-9._-]{0,63}[A-Za-z0-9_-]$/.test(name)) {
      const allowed = 'allowed are 1 to 64 of A-Z a-z 0-9 . _ -, the last not a dot';
      refuse(`${seen} (${name.length} characters)`, allowed);
    }
    // Joliet is read whatever the case: Linux would show one of the two under both names.
    const other = names.get(name.toLowerCase());
    if (other !== undefined) {
      refuse(`${seen} beside ${JSON.stringify(other)}`, 'names must differ in more than case');
    }
    names.set(name.toLowerCase(), name);
    if (content.length > 0xffff_ffff) {
      refuse(`${seen} with ${content.length} bytes`, 'allowed are at most 4294967295');
    }
  }
}

function primaryTree(files: readonly IsoFile[]): Tree {
  const posix = posixAttributes(DIRECTORY);
  // SUSP 5.3: SP opens the first record of the root. The ER that it needs does not fit behind.
  const self = (continuation: number) =>
    record([0], DIRECTORY.flags, [...sharingProtocol(), ...posix, ...continuedAt(continuation)]);
  const others = [record([1], DIRECTORY.flags, posix)];
  const regular = posixAttributes(REGULAR);
  for (const [name, file] of [...levelOneNames(files)].sort(([a], [b]) => ascending(a, b))) {
    const systemUse = [...regular, ...alternateName(file.name)];
    others.push(record(coded(`${name};1`), REGULAR.flags, systemUse, file));
  }
  const root = { sector: AT.directories, length: directoryLength([self(0), ...others]) };
  return { type: 1, escapes: '', width: 1, root, records: [self(end(root)), ...others] };
}

/** Takes `files` in the order of their names. Identifiers have no `;1`: no writer adds it here. */
function jolietTree(files: readonly IsoFile[], sector: number): Tree {
  const special = [0, 1].map((identifier) => record([identifier], DIRECTORY.flags, []));
  const regular = files.map((file) => record(coded(file.name, 2), REGULAR.flags, [], file));
  const records = [...special, ...regular];
  const root = { sector, length: directoryLength(records) };
  return { type: 2, escapes: '%/E', width: 2, root, records }; // UCS-2, level 3
}

/**
 * The 8.3 file identifiers of interchange level 1 (7.5.1, 10.1) without their version, for
 * readers that know neither extension: `user-data` is `USER_DAT.`, what collides ends in a number.
 */
function levelOneNames(files: readonly IsoFile[]): Map<string, IsoFile> {
  const names = new Map<string, IsoFile>();
  const dCharacters = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, '_'); // 7.4.1
  for (const file of files) {
    const [, stem = '', extension = ''] = /^(.+?)(?:\.([^.]*))?$/.exec(file.name) ?? [];
    const [left, right] = [dCharacters(stem).slice(0, 8), dCharacters(extension).slice(0, 3)];
    let name = `${left}.${right}`;
    // Counting from 1 would try every earlier number again.
    for (let number = names.size; names.has(name); number += 1) {
      name = `${left.slice(0, 8 - String(number).length)}${number}.${right}`;
    }
    names.set(name, file);
  }
  return names;
}

/** 9.1: even in length, and even up to the system use area. */
function record(
  identifier: Iterable<number> & ArrayLike<number>,
  flags: number,
  systemUse: readonly number[],
  file?: IsoFile,
): DirectoryRecord {
  const head = even(33 + identifier.length);
  const bytes = new Uint8Array(even(head + systemUse.length));
  bytes[0] = bytes.length;
  bytes.set([...RECORDED, flags], 18);
  bytes.set([...both16(1), identifier.length, ...identifier], 28); // volume 1 of the set
  bytes.set(systemUse, head);
  return file ? { bytes, file } : { bytes };
}

/** Each record with its place in the directory: none lies across the end of a sector (6.8.1.1). */
function* packed(records: readonly DirectoryRecord[]): Generator<[number, DirectoryRecord]> {
  let position = 0;
  for (const record of records) {
    const room = SECTOR - (position % SECTOR);
    if (record.bytes.length > room) position += room;
    yield [position, record];
    position += record.bytes.length;
  }
}

function directoryLength(records: readonly DirectoryRecord[]): number {
  let length = 0;
  for (const [position, { bytes }] of packed(records)) length = position + bytes.length;
  return Math.ceil(length / SECTOR) * SECTOR;
}

/** 8.4 and 8.5, which differ in the type, the escape sequences and the character set. */
function writeVolumeDescriptor(
  descriptor: Uint8Array,
  { type, escapes, width, root }: Tree,
  { label, sectors, pathTable }: { label: string; sectors: number; pathTable: number },
): void {
  const text = (value: string, offset: number, length: number) => {
    const characters = Math.floor(length / width);
    descriptor.set(coded(value.slice(0, characters).padEnd(characters), width), offset);
  };
  descriptor.set([type, ...coded('CD001'), 1]);
  text('', 8, 32); // system
  text(label, 40, 32);
  descriptor.set(both32(sectors), 80);
  descriptor.set(coded(escapes), 88);
  descriptor.set([1, 1, SECTOR].flatMap(both16), 120); // volumes in the set, which one, block size
  descriptor.set(both32(10), 132); // length of a path table
  descriptor.set(both32(pathTable).subarray(0, 4), 140); // type L
  descriptor.set(both32(pathTable + 1).subarray(4), 148); // type M
  descriptor.set(record([0], DIRECTORY.flags, []).bytes, 156);
  descriptor.set(both32(root.sector, root.length), 158);
  for (const offset of [190, 318, 446, 574]) text('', offset, 128); // set, publisher, preparer, …
  for (const offset of [702, 739, 776]) text('', offset, 37); // copyright, abstract, bibliography
  // 8.4.26.1: created, modified, expires, effective, all "not specified".
  for (const offset of [813, 830, 847, 864]) descriptor.set(coded('0'.repeat(16)), offset);
  descriptor[881] = 1; // version of the file structure
}

/** RRIP 4.1.1 in the 36 bytes of version 1.10: mode, links, user, group. */
function posixAttributes({ mode, links }: { mode: number; links: number }): number[] {
  return [...coded('PX'), 36, 1, ...both32(mode, links, 0, 0)];
}

/** RRIP 4.1.4. */
function alternateName(name: string): number[] {
  return [...coded('NM'), 5 + name.length, 1, 0, ...coded(name)];
}

/** SUSP 5.3. */
function sharingProtocol(): number[] {
  return [...coded('SP'), 7, 1, 0xbe, 0xef, 0];
}

/** SUSP 5.1. bsdtar only accepts a continuation that lies behind the directory. */
function continuedAt(sector: number): number[] {
  return [...coded('CE'), 28, 1, ...both32(sector, 0, extensionReference().length)];
}

/** SUSP 5.5, with the words that RRIP 4.3 prescribes. */
function extensionReference(): number[] {
  const texts = [
    'RRIP_1991A',
    'THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS',
    'PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER IDENTIFIER IN ' +
      'PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION.',
  ];
  const text = coded(texts.join(''));
  return [...coded('ER'), 8 + text.length, 1, ...texts.map(({ length }) => length), 1, ...text];
}

/**
 * 9.3. By the value of the characters: the dot sorts before all that an 8.3 name is made of, so
 * the shorter name comes first without padding.
 */
function ascending(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The sector behind. */
function end({ sector, length }: Extent): number {
  return sector + Math.ceil(length / SECTOR);
}

function even(length: number): number {
  return length + (length % 2);
}

/** ASCII text in `width` bytes a character, most significant byte first (2: UCS-2). */
function coded(text: string, width = 1): Uint8Array {
  const bytes = new Uint8Array(text.length * width);
  for (let index = 0; index < text.length; index += 1) {
    bytes[(index + 1) * width - 1] = text.charCodeAt(index);
  }
  return bytes;
}

/** 7.3.3: little-endian, then big-endian. */
function both32(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, index) => {
    view.setUint32(8 * index, value, true);
    view.setUint32(8 * index + 4, value);
  });
  return new Uint8Array(view.buffer);
}

/** 7.2.3. */
function both16(value: number): number[] {
  return [value & 255, value >> 8, value >> 8, value & 255];
}
