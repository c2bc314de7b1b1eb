/** A node unpacks nothing that the host would not keep: what is no build, for both. */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { execa } from 'execa';
import { readBuild } from '../../../lib/cache/read-build.js';
import { verbatim } from '../../../lib/render/template.js';
import {
  bomb,
  type Entry,
  finishedBuild,
  manifest,
  programs,
  REDIS,
  redisOf,
  tarOf,
} from '../../cache/support/builds.js';
import { filesBelow, scratchFolder } from '../../cache/support/folders.js';
import { PYTHON, readers, systemPython } from '../../readers/support/readers.js';

const packed = (...entries: Entry[]) => gzipSync(tarOf(...entries));
const build = (...more: Entry[]) => packed(manifest(REDIS), ...programs(REDIS), ...more);

readers('what a node unpacks', [systemPython], () => {
  const scratch = scratchFolder();

  /** @param most bytes that it may unpack to */
  async function unpack(
    content: Buffer,
    { said = String(manifest(REDIS).content), engine = 'redis', most = '500_000_000' } = {},
  ) {
    const file = path.join(scratch.root, 'fetched');
    const stage = path.join(scratch.root, 'stage');
    const script = verbatim('node/unpack.py').replace('500_000_000', most);
    fs.writeFileSync(path.join(scratch.root, 'unpack.py'), script);
    fs.writeFileSync(file, content);
    fs.mkdirSync(stage);
    const { exitCode, all } = await execa(
      PYTHON,
      ['-IS', path.join(scratch.root, 'unpack.py'), file, stage, engine],
      { all: true, reject: false, input: said, timeout: 200_000 },
    );
    return { code: exitCode, said: String(all), stage };
  }

  async function expectRefused(content: Buffer, flaw: RegExp, most?: string): Promise<void> {
    const { code, said, stage } = await unpack(content, most === undefined ? {} : { most });
    expect(said).to.match(flaw);
    expect(said.split('\n'), said).to.have.lengthOf(1);
    expect(code, said).to.equal(1);
    // Not even what stood before it.
    expect(fs.readdirSync(stage)).to.deep.equal([]);
    expect(filesBelow(scratch.root)).to.deep.equal(['fetched', 'unpack.py']);
  }

  it('is a build, with its links, and programs that anybody may run', async () => {
    const hard = { name: 'bin/redis-check-rdb', type: '1', target: 'bin/redis-server' };
    const { code, said, stage } = await unpack(build(hard));
    expect(said).to.equal('');
    expect(code).to.equal(0);
    expect(filesBelow(stage)).to.deep.equal(
      [
        'BUILD',
        ...['check-rdb', 'cli', 'sentinel', 'server'].map((name) => `bin/redis-${name}`),
      ].sort(),
    );
    const server = fs.statSync(path.join(stage, 'bin/redis-server'));
    expect(server.mode & 0o7777).to.equal(0o755);
    expect(fs.statSync(path.join(stage, 'bin/redis-check-rdb')).ino).to.equal(server.ino);
    expect(fs.readlinkSync(path.join(stage, 'bin/redis-sentinel'))).to.equal('redis-server');
    expect(fs.readFileSync(path.join(stage, 'bin/redis-server'), 'utf8')).to.equal(
      'the server'.repeat(1000),
    );
  });

  it('is one of Valkey as well, and may say more of itself than is asked', async () => {
    const valkey = redisOf({ engine: 'valkey' });
    const said = String(manifest(valkey).content);
    const content = packed(manifest(valkey, { compiler: 'gcc' }), ...programs(valkey));
    expect((await unpack(content, { said, engine: 'valkey' })).said).to.equal('');
  });

  const server = { name: 'bin/redis-check-aof', content: 'x' };
  const members: Readonly<Record<string, Entry>> = {
    'an absolute path': { name: '/etc/passwd' },
    'a path that leads up': { name: 'bin/../../evil' },
    'a path that leads up from the beginning': { name: '../evil' },
    'a file beside the programs': { name: 'evil' },
    'a second BUILD': { name: 'BUILD', content: 'x' },
    'a hidden program': { name: 'bin/.evil' },
    'a program of another kind': { name: 'bin/sudo' },
    'a folder among the programs': { name: 'bin/redis-evil/', type: '5' },
    'another folder': { name: 'etc/', type: '5' },
    'a name with a line break': { name: 'bin/redis-evil\nroot' },
    'a link for the folder': { name: 'bin', type: '2', target: '/etc' },
    'a link to an absolute path': { name: 'bin/redis-evil', type: '2', target: '/etc/passwd' },
    'a link that leads up': { name: 'bin/redis-evil', type: '2', target: '../../etc/passwd' },
    'a hard link to outside': { name: 'bin/redis-evil', type: '1', target: 'etc/passwd' },
    'a hard link to an absolute path': { name: 'bin/redis-evil', type: '1', target: '/etc/passwd' },
    'a character device': { name: 'bin/redis-null', type: '3' },
    'a block device': { name: 'bin/redis-disk', type: '4' },
    'a FIFO': { name: 'bin/redis-pipe', type: '6' },
    'a file with holes': { name: 'bin/redis-holes', type: 'S' },
    'a long name': { name: '././@LongLink', type: 'L', content: '../evil' },
    'what a pax header says': {
      name: 'bin/redis-evil',
      type: 'x',
      content: '20 path=../../evil\n',
    },
    'what a global pax header says': {
      name: 'bin/redis-evil',
      type: 'g',
      content: '18 path=../evil\n',
    },
    'a size below zero': { ...server, says: '\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff' },
    'a size that it has not': { ...server, says: '77777777777\0' },
    'the rights of its owner for everybody': { ...server, mode: '0004755' },
    'the rights of its group for everybody': { ...server, mode: '0002755' },
  };
  for (const [what, entry] of Object.entries(members)) {
    it(`is nothing with ${what}, on the host as on the node`, async () => {
      const content = build(entry);
      const kept = await readBuild(content).then(
        () => 'kept',
        (error: Error) => error.message,
      );
      expect(kept).not.to.equal('kept');
      await expectRefused(content, /./);
    });
  }

  for (const [what, content, flaw] of [
    [
      'a file behind a link of its name',
      build(
        { name: 'bin/redis-evil', type: '2', target: 'redis-cli' },
        { name: 'bin/redis-evil', content: 'x' },
      ),
      /^'bin\/redis-evil' is in it twice$/,
    ],
    [
      'a hard link to what comes later',
      build({ name: 'bin/redis-a', type: '1', target: 'bin/redis-b' }, { name: 'bin/redis-b' }),
      /link to what does not stand before it/,
    ],
    ['no gzip', Buffer.from('<html>Please log in</html>'), /^it cannot be unpacked: /],
    ['nothing', Buffer.alloc(0), /^its end is missing$/],
    ['no tar', gzipSync(Buffer.alloc(2048, 'x')), /^it is no tar$/],
    ['an empty tar', packed(), /^it is empty$/],
    ['programs only', packed(...programs(REDIS)), /^it does not begin with the file BUILD/],
    ['no server', packed(manifest(REDIS)), /^there is no bin\/redis-server in it$/],
    [
      'a link for a server',
      packed(manifest(REDIS), { name: 'bin/redis-server', type: '2', target: 'redis-cli' }),
      /^there is no bin\/redis-server in it$/,
    ],
    [
      'an endless BUILD',
      packed({ name: 'BUILD', content: 'x'.repeat(5000) }, ...programs(REDIS)),
      /^it does not begin with the file BUILD/,
    ],
    [
      'another source',
      packed(manifest(REDIS, { source_sha256: 'e'.repeat(64) }), ...programs(REDIS)),
      /^its file BUILD does not say source_sha256=/,
    ],
    [
      'more members than a build has',
      build(...Array.from({ length: 100 }, (_, i) => ({ name: `bin/redis-${i}` }))),
      /^it has more than 100 members$/,
    ],
  ] as const) {
    it(`is nothing with ${what}`, async () => {
      await expectRefused(content, flaw);
    });
  }

  it('is nothing that is cut off, or of which a byte has changed', async () => {
    const { content } = finishedBuild();
    for (const length of [1, 9, 100, content.length - 8, content.length - 1]) {
      const { code, stage } = await unpack(content.subarray(0, length));
      expect(code, `${length} bytes`).to.equal(1);
      expect(fs.readdirSync(stage)).to.deep.equal([]);
      fs.rmdirSync(stage);
    }
    // The last eight bytes are checksum and length.
    const changed = Buffer.from(content);
    changed.writeUInt8(changed.readUInt8(content.length - 6) ^ 1, content.length - 6);
    await expectRefused(changed, /^it cannot be unpacked: CRC/);
  });

  it('is nothing that unpacks to more than a disk has, also behind its end', async () => {
    const begin = gzipSync(
      Buffer.concat([
        tarOf(manifest(REDIS)).subarray(0, 1024),
        tarOf({ name: 'bin/redis-server', says: '77777777777\0' }).subarray(0, 512),
      ]),
    );
    for (const content of [Buffer.concat([begin, bomb(2)]), Buffer.concat([build(), bomb(2)])]) {
      const flaw = /^it unpacks to more than 10000000 bytes$/;
      await expectRefused(content, flaw, '10_000_000');
      fs.rmSync(path.join(scratch.root, 'stage'), { recursive: true });
    }
  });
});
