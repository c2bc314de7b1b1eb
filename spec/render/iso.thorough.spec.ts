import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type IsoFile, isoImage } from '../../lib/render/iso.js';
import { needs, skip } from '../support/skip.js';

const SECTOR = 2048;

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Content that says whose it is, so that a file which points to another's data is found out. */
function file(name: string, size = 100): IsoFile {
  const content = new Uint8Array(size);
  const next = random(createHash('sha256').update(name).digest().readInt32LE());
  for (let index = 0; index < size; index += 1) content[index] = next() * 256;
  return { name, content };
}

function randomFiles(seed: number): IsoFile[] {
  const next = random(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  // Few letters and many dots: collisions of 8.3 names, and every order of separators.
  const letters = seed % 2 ? 'aB0._-' : 'abcdefghijklmnoABCDEFGHIJKLMNO0123456789._-';
  const files = new Map<string, IsoFile>();
  for (let count = below(80); count > 0; count -= 1) {
    const length = 1 + below(seed % 3 ? 64 : 5);
    const name = Array.from({ length }, () => letters[below(letters.length)]).join('');
    if (!name.endsWith('.')) files.set(name.toLowerCase(), file(name, below(3) * below(3000)));
  }
  return [...files.values()];
}

const SEED_FILES = [
  file('user-data', 900),
  file('meta-data', 60),
  file('network-config', 300),
  file('redis-8.2.8-ubuntu-24.04-x86_64.build.tar.gz', 100_000),
];

const CASES: Record<string, IsoFile[]> = {
  // As it is committed: `generate --check` compares the image itself.
  'the seed of the default lab': ['user-data', 'meta-data', 'network-config'].map((name) => ({
    name,
    content: fs.readFileSync(join(import.meta.dirname, '../../generated/nodes/master', name)),
  })),
  'no file': [],
  'one file': [file('user-data')],
  'three files': SEED_FILES.slice(0, 3),
  'a seed with a build': SEED_FILES,
  '300 files': Array.from({ length: 300 }, (_, index) => file(`common-prefix-${index}.conf`)),
  'sizes around a sector, and 5 MB': [0, 1, 2047, 2048, 2049, 5_000_000].map((size) =>
    file(`size-${size}`, size),
  ),
  'only empty files': [file('a', 0), file('b', 0)],
  'the longest names': ['a', 'b', 'c.d', '-.-'].map((end) => file(end.padStart(64, 'Long.'))),
  'names in awkward order': 'a.b a ab a-b a.- a0 A1 a_ .a - _ 0 a.b.c a..b'
    .split(' ')
    .map((name) => file(name)),
};

describe('isoImage', () => {
  it('gives the same bytes for the same files, whatever their order', () => {
    const files = [...(CASES['300 files'] ?? []), ...SEED_FILES];
    const given = [...files];
    const image = isoImage('cidata', files);
    expect(files, 'the argument is left alone').to.deep.equal(given);
    expect(Buffer.compare(isoImage('cidata', [...files].reverse()), image)).to.equal(0);
    const next = random(1);
    const shuffled = files
      .map((entry) => ({ entry, key: next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ entry }) => entry);
    expect(Buffer.compare(isoImage('cidata', shuffled), image)).to.equal(0);
  });

  it('gives the bytes that it gave when the readers below were last asked', () => {
    const digest = createHash('sha256').update(isoImage('cidata', SEED_FILES)).digest('hex');
    expect(digest).to.equal('1e7688035207523bf76f4c6205f55525b1846bfb01a3b47c87bfbbf48c06a576');
  });

  for (const label of ['', 'x'.repeat(33), 'ci data', 'ci.data', 'cidatä', 'cidata\n']) {
    it(`refuses the label ${JSON.stringify(label)}`, () => {
      expect(() => isoImage(label, []))
        .to.throw(TypeError, JSON.stringify(label))
        .with.property('message')
        .that.includes('1 to 32 of A-Z a-z 0-9 _ -');
    });
  }

  for (const name of ['', '.', '..', 'a.', 'a/b', 'a b', 'a\n', 'ü', 'a;1', 'x'.repeat(65)]) {
    it(`refuses the file name ${JSON.stringify(name)}`, () => {
      expect(() => isoImage('cidata', [file('ok'), file(name)]))
        .to.throw(TypeError, JSON.stringify(name))
        .with.property('message')
        .that.includes('1 to 64 of A-Z a-z 0-9 . _ -');
    });
  }

  for (const [first, second] of [
    ['a', 'a'],
    ['User-Data', 'user-data'],
  ] as const) {
    it(`refuses ${second} beside ${first}`, () => {
      expect(() => isoImage('cidata', [file(first), file('b'), file(second)])).to.throw(
        TypeError,
        `file name "${second}" beside "${first}" cannot be recorded: names must differ`,
      );
    });
  }

  it('refuses a file of 4 GiB', () => {
    const content = new Uint8Array(1);
    Object.defineProperty(content, 'length', { value: 2 ** 32 });
    expect(() => isoImage('cidata', [{ name: 'big', content }])).to.throw(
      TypeError,
      'file name "big" with 4294967296 bytes cannot be recorded: allowed are at most 4294967295',
    );
  });
});

describe('the structure of an isoImage', () => {
  for (const [title, files] of allCases(30)) {
    it(`holds for ${title}`, () => {
      const image = isoImage('cidata', files);
      const trees = [parse(image, 16, 1), parse(image, 17, 2)] as const;
      const [primary, joliet] = trees;

      expect(image.length % SECTOR).to.equal(0);
      expect([...image.subarray(18 * SECTOR, 18 * SECTOR + 7)]).to.deep.equal([
        255,
        ...Buffer.from('CD001'),
        1,
      ]);
      for (const { records, label, volumeSectors, root } of trees) {
        expect(label).to.equal('cidata');
        expect(volumeSectors).to.equal(image.length / SECTOR);
        const self = { sector: root.sector, length: root.length, flags: 2 };
        expect(records.slice(0, 2).map(({ name }) => name)).to.deep.equal(['\0', '\x01']);
        for (const special of records.slice(0, 2)) expect(special).to.include(self);
        for (const { position, size } of records) {
          expect(size % 2, 'a record is even').to.equal(0);
          const last = position + size - 1;
          expect(Math.floor(last / SECTOR)).to.equal(Math.floor(position / SECTOR));
        }
      }

      const shortNames = primary.records.slice(2).map(({ name }) => name);
      for (const name of shortNames) expect(name).to.match(/^[A-Z0-9_]{1,8}\.[A-Z0-9_]{0,3};1$/);
      expect(new Set(shortNames).size).to.equal(files.length);
      // 9.3: names and extensions, each filled up with spaces.
      const padded = shortNames.map((name) => {
        const [stem = '', extension = ''] = name.slice(0, -2).split('.');
        return stem.padEnd(8) + extension.padEnd(3);
      });
      expect(padded).to.deep.equal([...padded].sort());

      const names = files.map(({ name }) => name).sort();
      expect(joliet.records.slice(2).map(({ name }) => name)).to.deep.equal(names);
      const extents = (records: typeof primary.records, exact: 'name' | 'alternate') =>
        new Map(records.slice(2).map((each) => [each[exact], [each.sector, each.length]]));
      const shared = extents(joliet.records, 'name');
      expect(extents(primary.records, 'alternate')).to.deep.equal(shared);
      for (const { name, content } of files) {
        const [sector = 0, length] = shared.get(name) ?? [];
        expect(length).to.equal(content.length);
        const data = image.subarray(sector * SECTOR, sector * SECTOR + content.length);
        expect(Buffer.compare(data, content), name).to.equal(0);
      }
    });
  }

  it('spends no sector on an empty file, nor on padding', () => {
    const sectors = (files: IsoFile[]) => isoImage('cidata', files).length / SECTOR;
    const none = sectors([]);
    expect(sectors([file('a', 0)])).to.equal(none);
    expect(sectors([file('a', 2048)])).to.equal(none + 1);
    expect(sectors([file('a', 2049)])).to.equal(none + 2);
  });

  it('needs more than one sector for the directories of 300 files', () => {
    const image = isoImage('cidata', CASES['300 files'] ?? []);
    expect(parse(image, 16, 1).root.length).to.be.above(10 * SECTOR);
    expect(parse(image, 17, 2).root.length).to.be.above(10 * SECTOR);
  });

  it('cuts the label to 16 characters in Joliet', () => {
    const image = isoImage('abcdefghijklmnopqrstuvwxyz_-0189', []);
    expect(parse(image, 16, 1).label).to.equal('abcdefghijklmnopqrstuvwxyz_-0189');
    expect(parse(image, 17, 2).label).to.equal('abcdefghijklmnop');
  });
});

// What follows asks programs that others wrote. A golden proves sameness; they prove truth.

type Contents = Map<string, Uint8Array>;

interface Reader {
  readonly title: string;
  readonly program: string;
  /** Debian's package of it. */
  readonly debian: string;
  /** It sees the 8.3 names only. */
  readonly shortNames?: true;
  /** It is started anew for each file: hundreds of them are left to the others. */
  readonly oneByOne?: true;
  read(image: string, into: string): Contents;
}

const READERS: Reader[] = [
  ...(['-R', '-J'] as const).map((extension) => ({
    title: `isoinfo ${extension}`,
    program: 'isoinfo',
    debian: 'genisoimage',
    oneByOne: true as const,
    read: (image: string, into: string) => {
      const list = run('isoinfo', [extension, '-f', '-i', image]).toString().split('\n');
      const names = list.filter((path) => path !== '').map((path) => path.slice(1));
      // It extracts one file at a time, and a shell starts it with less ado than we.
      const each =
        'cd "$3" && while IFS= read -r name; do isoinfo "$1" -x "/$name" -i "$2" >"./$name" || exit; done';
      run(
        'bash',
        ['-c', each, 'bash', extension, image, into],
        names.map((name) => `${name}\n`).join(''),
      );
      return contentsOf(into);
    },
  })),
  ...(
    [
      ['Rock Ridge', 'nojoliet', {}],
      ['Joliet', 'norock', {}],
      ['neither', 'ecma119', { shortNames: true }],
    ] as const
  ).map(([title, tree, names]) => ({
    title: `xorriso (${title})`,
    program: 'xorriso',
    debian: 'xorriso',
    ...names,
    read: (image: string, into: string) => {
      const strict = ['-return_with', 'WARNING', '32', '-read_fs', tree, '-osirrox', 'on'];
      run('xorriso', [...strict, '-indev', image, '-extract', '/', into]);
      return contentsOf(into);
    },
  })),
  ...(
    [
      ['Rock Ridge', [], {}],
      ['Joliet', ['--options', 'iso9660:!rockridge'], {}],
      ['neither', ['--options', 'iso9660:!rockridge,iso9660:!joliet'], { shortNames: true }],
    ] as const
  ).map(([title, options, names]) => ({
    title: `bsdtar (${title})`,
    program: 'bsdtar',
    debian: 'libarchive-tools',
    ...names,
    read: (image: string, into: string) => {
      run('bsdtar', ['-x', '-f', image, '-C', into, ...options]);
      return contentsOf(into);
    },
  })),
  {
    title: '7z (Joliet)',
    program: '7z',
    debian: 'p7zip-full',
    read: (image, into) => {
      expect(run('7z', ['x', '-y', `-o${into}`, image]).toString()).to.include('Everything is Ok');
      return contentsOf(into);
    },
  },
];

describe('isoImage as other programs read it', function () {
  this.timeout(120_000);
  let scratch: string;
  before(() => {
    scratch = fs.mkdtempSync(join(tmpdir(), 'iso-spec-'));
  });
  after(() => {
    fs.rmSync(scratch, { recursive: true, force: true });
  });

  for (const reader of READERS) {
    describe(reader.title, () => {
      before(function () {
        needs(this, lacking(reader.program, reader.debian));
      });
      for (const [title, files] of allCases(3)) {
        if (reader.oneByOne && files.length > 100) continue;
        it(`reads ${title}`, () => {
          const into = fs.mkdtempSync(join(scratch, 'out-'));
          try {
            const seen = reader.read(written(scratch, files), into);
            expectContents(seen, files, reader.shortNames);
          } finally {
            // The mode has come from the image; only root could empty it so.
            fs.chmodSync(into, 0o755);
            fs.rmSync(into, { recursive: true });
          }
        });
      }
    });
  }

  it('blkid finds the label and no other file system', function () {
    needs(this, lacking('blkid', 'util-linux'));
    for (const label of ['cidata', 'CIDATA', 'A_label-of-32-characters-exactly']) {
      const image = written(scratch, SEED_FILES, label);
      const value = (tag: string) =>
        run('blkid', ['-p', '-o', 'value', '-s', tag, image]).toString().trimEnd();
      expect([value('LABEL'), value('TYPE')]).to.deep.equal([label, 'iso9660']);
    }
  });

  it('isoinfo finds the label and both extensions', function () {
    needs(this, lacking('isoinfo', 'genisoimage'));
    const image = written(scratch, SEED_FILES);
    const lines = run('isoinfo', ['-d', '-i', image]).toString().split('\n');
    expect(lines).to.include.members([
      'Volume id: cidata',
      'Joliet with UCS level 3 found',
      'Rock Ridge signatures version 1 found',
    ]);
  });

  it('isoinfo shows who may read the files, and when they are from', function () {
    needs(this, lacking('isoinfo', 'genisoimage'));
    const image = written(scratch, [file('user-data', 900)]);
    const lines = run('isoinfo', ['-R', '-l', '-i', image]).toString().split('\n');
    expect(lines.filter((line) => line.includes('1980'))).to.deep.equal([
      'dr-xr-xr-x   2    0    0            2048 Jan  1 1980 [     23 02]  . ',
      'dr-xr-xr-x   2    0    0            2048 Jan  1 1980 [     23 02]  .. ',
      '-r--r--r--   1    0    0             900 Jan  1 1980 [     26 00]  user-data ',
    ]);
  });

  describe('the Linux kernel, mounting it', () => {
    const cases = allCases(3);
    let mounts: string;

    // A kernel of its own, as a process: not every machine's has iso9660, or lets us mount.
    before(function () {
      // Debian has it for x86 only, and Linux 6.1 as a process crashes where the processor has AMX: it cannot hold
      // the registers that the machine's own kernel saves for it.
      if (process.platform !== 'linux' || process.arch !== 'x64') skip(this, 'Linux on x64');
      if (hasAmx()) skip(this, 'a processor without AMX');
      needs(this, lacking('linux.uml', 'user-mode-linux'));
      needs(this, lacking('insmod', 'kmod'));
      mounts = fs.mkdtempSync(join(scratch, 'mounts-'));
      const images = cases.map(([, files], index) => {
        const image = join(mounts, `${index}.iso`);
        fs.writeFileSync(image, isoImage('cidata', files));
        return image;
      });
      const init = join(mounts, 'init');
      fs.writeFileSync(init, MOUNT_ALL, { mode: 0o755 });
      const kernel = ['mem=256M', 'rootfstype=hostfs', 'rw', 'con=null', `init=${init}`];
      const disks = images.map((image, index) => `ubd${index}r=${image}`);
      const { error } = spawnSync('linux.uml', [...kernel, ...disks, `OUT=${mounts}`], {
        env: { ...process.env, PATH: SEARCHED.join(':') },
        input: '',
        timeout: 180_000,
        killSignal: 'SIGKILL',
      });
      expect(error, 'the kernel').to.equal(undefined);
      expect(fs.existsSync(join(mounts, 'done')), 'the kernel came to its end').to.equal(true);
    });

    for (const [options, shortNames] of [
      ['ro', undefined],
      ['norock', undefined],
      ['norock,nojoliet', true],
    ] as const) {
      for (const [index, [title, files]] of cases.entries()) {
        it(`-o ${options} reads ${title}`, () => {
          const seen = contentsOf(join(mounts, `${index}`, options));
          expectContents(seen, files, shortNames);
        });
      }
    }

    it('shows that everybody may read the files, and nobody write them', () => {
      const modes = fs.readFileSync(join(mounts, 'modes'), 'utf8').trim().split('\n');
      expect(new Set(modes)).to.deep.equal(new Set(['555 0 0', '444 0 0']));
    });
  });
});

/** What the kernel runs as its first and only program: mounts each disk each way, copies all out. */
const MOUNT_ALL = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
for module in cdrom isofs; do
  insmod "$(find "/usr/lib/uml/modules/$(uname -r)" -name "$module.ko*")"
done
mount -t tmpfs tmpfs /mnt
index=0
for disk in a b c d e f g h i j k l m n o p; do
  [ -e "$OUT/$index.iso" ] || break
  for options in ro norock norock,nojoliet; do
    mkdir -p "$OUT/$index/$options"
    mount -t iso9660 -o "ro,$options" "/dev/ubd$disk" /mnt || continue
    cp -R /mnt/. "$OUT/$index/$options/"
    [ "$options" != ro ] || find /mnt -exec stat -c '%a %u %g' {} + >>"$OUT/modes"
    umount /mnt
  done
  index=$((index + 1))
done
touch "$OUT/done"
halt -f -p
`;

/** Each of the CASES, and as many sets of random files as are asked for. */
function allCases(random: number): [string, IsoFile[]][] {
  const seeds = Array.from({ length: random }, (_, index) => index + 1);
  return [
    ...Object.entries(CASES),
    ...seeds.map((seed): [string, IsoFile[]] => [`random files, seed ${seed}`, randomFiles(seed)]),
  ];
}

function hasAmx(): boolean {
  return /^flags\b.*\bamx_tile\b/m.test(fs.readFileSync('/proc/cpuinfo', 'utf8'));
}

function lacking(program: string, debian: string): string | undefined {
  const here = SEARCHED.some((folder) => fs.existsSync(join(folder, program)));
  return here ? undefined : `${program} (Debian's ${debian})`;
}

/** Users other than root often lack the last two, where blkid and mount's helpers are. */
const SEARCHED = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];

/** Runs a program to its end, and takes neither a failure nor a warning. */
function run(program: string, args: readonly string[], input = ''): Buffer {
  const env = { ...process.env, PATH: SEARCHED.join(':'), LC_ALL: 'C' };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env,
    input,
    maxBuffer: 2 ** 26,
  });
  const said = `${program} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}\n${stderr}`;
  expect(status, said).to.equal(0);
  expect(`${stderr}`, said).not.to.match(/warn|invalid|error|corrupt|sorry|failure/i);
  return stdout;
}

function written(folder: string, files: readonly IsoFile[], label = 'cidata'): string {
  const path = join(folder, 'image.iso');
  fs.writeFileSync(path, isoImage(label, files));
  return path;
}

function contentsOf(folder: string): Contents {
  return new Map(fs.readdirSync(folder).map((name) => [name, fs.readFileSync(join(folder, name))]));
}

function expectContents(seen: Contents, files: readonly IsoFile[], shortNames?: boolean): void {
  const digest = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
  if (shortNames) {
    const digests = [...seen.values()].map(digest).sort();
    expect(digests).to.deep.equal(files.map(({ content }) => digest(content)).sort());
    for (const name of seen.keys()) expect(name).to.match(/^\w{1,8}(\.\w{0,3})?(;1)?$/);
    return;
  }
  const listed = (entries: Iterable<readonly [string, Uint8Array]>) =>
    Object.fromEntries([...entries].map(([name, content]) => [name, digest(content)]));
  expect(listed(seen)).to.deep.equal(listed(files.map((each) => [each.name, each.content])));
}

/** Reads a tree by ECMA-119 alone, and insists that numbers recorded twice agree. */
function parse(image: Uint8Array, descriptor: number, type: number) {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const both32 = (at: number) => {
    expect(view.getUint32(at + 4)).to.equal(view.getUint32(at, true));
    return view.getUint32(at, true);
  };
  const both16 = (at: number) => {
    expect(view.getUint16(at + 2)).to.equal(view.getUint16(at, true));
    return view.getUint16(at, true);
  };
  const latin1 = (at: number, length: number) =>
    Buffer.from(image.slice(at, at + length)).toString('latin1');
  const ucs2 = (at: number, length: number) =>
    new TextDecoder('utf-16be').decode(image.slice(at, at + length));
  const text = (at: number, length: number) =>
    (length % 2 || type === 1 ? latin1 : ucs2)(at, length);
  const at = descriptor * SECTOR;
  expect([image[at], latin1(at + 1, 5), image[at + 6]]).to.deep.equal([type, 'CD001', 1]);
  expect(latin1(at + 88, 3)).to.equal(type === 1 ? '\0\0\0' : '%/E');
  expect([both16(at + 120), both16(at + 124), both16(at + 128)]).to.deep.equal([1, 1, SECTOR]);

  const root = { sector: both32(at + 158), length: both32(at + 166) };
  expect(both32(at + 132), 'length of the path table').to.equal(10);
  for (const [field, little] of [
    [140, true],
    [148, false],
  ] as const) {
    const table = view.getUint32(at + field, little) * SECTOR;
    expect([image[table], image[table + 1], image[table + 8]]).to.deep.equal([1, 0, 0]);
    expect(view.getUint32(table + 2, little)).to.equal(root.sector);
    expect(view.getUint16(table + 6, little)).to.equal(1);
  }

  const records = [];
  const start = root.sector * SECTOR;
  for (let position = 0; position < root.length; ) {
    const size = image[start + position] ?? 0;
    if (size === 0) {
      position += SECTOR - (position % SECTOR);
      continue;
    }
    const from = start + position;
    const named = image[from + 32] ?? 0;
    const systemUse = from + 33 + named + (1 - (named % 2));
    records.push({
      position,
      size,
      sector: both32(from + 2),
      length: both32(from + 10),
      flags: image[from + 25],
      volume: both16(from + 28),
      name: text(from + 33, named),
      alternate: alternateName(Buffer.from(image.slice(systemUse, from + size))),
    });
    position += size;
  }
  return { root, records, volumeSectors: both32(at + 80), label: text(at + 40, 32).trimEnd() };
}

/** The NM entry of a system use area. */
function alternateName(systemUse: Buffer): string {
  for (let at = 0; at + 4 < systemUse.length; at += systemUse[at + 2] || systemUse.length) {
    const length = systemUse[at + 2] ?? 0;
    if (systemUse.toString('latin1', at, at + 2) === 'NM') {
      return systemUse.toString('latin1', at + 5, at + length);
    }
  }
  return '';
}
