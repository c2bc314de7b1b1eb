/** What is a finished build, and what is none. */
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type BuildManifest, readBuild } from '../../lib/cache/read-build.js';
import { ArchiveFlaw } from '../../lib/cache/tar-members.js';
import { NODE_BUILD_FLAGS } from '../../lib/render/lab-env.js';
import {
  bomb,
  type Entry,
  finishedBuild,
  manifest,
  programs,
  REDIS,
  redisOf,
  tarOf,
} from './support/builds.js';

async function flawOf(reading: Promise<BuildManifest>): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ArchiveFlaw) return error.message;
  throw error ?? new Error('it was taken');
}

const packed = (...entries: Entry[]) => gzipSync(tarOf(...entries));
const withMember = (entry: Entry) => packed(manifest(REDIS), ...programs(REDIS), entry);

describe('reading a finished build', () => {
  it('gives what it says of itself', async () => {
    expect(await readBuild(finishedBuild().content)).to.deep.equal({
      engine: 'redis',
      version: '8.2.8',
      sha256: REDIS.source.sha256,
      flags: NODE_BUILD_FLAGS.join(' '),
      distribution: 'debian-12',
      architecture: 'x86_64',
    });
    const valkey = redisOf({ engine: 'valkey' });
    const arm = { distribution: 'ubuntu-24.04', architecture: 'aarch64' };
    expect(await readBuild(finishedBuild(valkey, arm).content)).to.include(arm);
  });

  it('takes hard links between programs, and a line in BUILD that it does not know', async () => {
    const link = { name: 'bin/redis-check-rdb', type: '1', target: 'bin/redis-server' };
    const more = manifest(REDIS, { compiler: 'gcc' });
    expect(await readBuild(packed(more, ...programs(REDIS), link))).to.include({ engine: 'redis' });
  });

  for (const [what, content, flaw] of [
    ['no gzip', Buffer.from('<html>Please log in</html>'), /^it cannot be unpacked: incorrect/],
    ['nothing', Buffer.alloc(0), /^it cannot be unpacked: unexpected end of file$/],
    ['no tar', gzipSync(Buffer.alloc(2048, 'x')), /^it is no tar$/],
    ['an empty tar', packed(), /^it is empty$/],
    ['a tar without an end', gzipSync(tarOf(manifest(REDIS)).subarray(0, 700)), /end is missing/],
    ['programs only', packed(...programs(REDIS)), /^it does not begin with the file BUILD/],
    [
      'a link for BUILD',
      packed({ ...manifest(REDIS), type: '2', target: '/etc/passwd' }),
      /does not begin with the file BUILD/,
    ],
    [
      'an endless BUILD',
      packed({ name: 'BUILD', content: 'x'.repeat(5000) }, ...programs(REDIS)),
      /does not begin with the file BUILD/,
    ],
    ['no server', packed(manifest(REDIS)), /^there is no bin\/redis-server in it$/],
    [
      'a link for a server',
      packed(manifest(REDIS), { name: 'bin/redis-server', type: '2', target: 'redis-cli' }),
      /^there is no bin\/redis-server in it$/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expect(await flawOf(readBuild(content))).to.match(flaw);
    });
  }

  for (const [key, value] of [
    ['engine', 'keydb'],
    ['version', '8.2'],
    ['source_sha256', 'ABC'],
    ['flags', ''],
    ['distribution', '../../../etc'],
    ['architecture', 'x86_64/..'],
  ] as const) {
    it(`refuses a BUILD that says ${key}=${value}`, async () => {
      const content = packed(manifest(REDIS, { [key]: value }), ...programs(REDIS));
      const said = `the file BUILD in it says ${key}=${JSON.stringify(value)}`;
      expect(await flawOf(readBuild(content))).to.equal(said);
    });
  }

  const FOREIGN = /^"[^"]+"(?:, a link to "[^"]+",)? in it is no part of a build$/;
  const ODD = /^"[^"]+" in it is no file, folder or link$/;
  for (const [entry, flaw] of [
    [{ name: '/etc/passwd' }, FOREIGN],
    [{ name: '../evil' }, FOREIGN],
    [{ name: 'bin/../../evil' }, FOREIGN],
    [{ name: 'bin/folder/evil' }, FOREIGN],
    [{ name: 'bin/.evil' }, FOREIGN],
    [{ name: 'evil' }, FOREIGN],
    [{ name: 'BUILD' }, FOREIGN],
    [{ name: 'bin/evil\nroot' }, FOREIGN],
    [{ name: 'etc/', type: '5' }, FOREIGN],
    [{ name: 'bin', type: '2', target: '/etc' }, FOREIGN],
    [{ name: 'bin/redis-check-rdb', type: '2', target: '/etc/passwd' }, FOREIGN],
    [{ name: 'bin/redis-check-rdb', type: '2', target: '../../etc/passwd' }, FOREIGN],
    [{ name: 'bin/redis-check-rdb', type: '1', target: 'etc/passwd' }, FOREIGN],
    [{ name: 'bin/null', type: '3' }, ODD],
    [{ name: `bin/${'x'.repeat(95)}`, type: 'L', content: '../evil' }, ODD],
    [{ name: 'bin/evil', says: '\u0080\0\0\0\0\0\0\u00ff' }, /^"bin\/evil" in it has no size$/],
    [{ name: 'bin/evil', says: '-0000000001\0' }, /^"bin\/evil" in it has no size$/],
    [{ name: 'bin/evil', says: '777777777777' }, /^its end is missing$/],
  ] satisfies [Entry, RegExp][]) {
    it(`refuses a member ${JSON.stringify(entry)}`, async () => {
      expect(await flawOf(readBuild(withMember(entry)))).to.match(flaw);
    });
  }

  it('refuses more members than a build has', async () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ name: `bin/redis-${i}` }));
    const content = packed(manifest(REDIS), ...programs(REDIS), ...many);
    expect(await flawOf(readBuild(content))).to.equal('it has more than 100 members');
  });

  it('notices every truncation, and a byte that has changed', async () => {
    const { content } = finishedBuild();
    for (let length = 0; length < content.length; length += 7) {
      const flaw = await flawOf(readBuild(content.subarray(0, length)));
      expect(flaw).to.match(/cannot be unpacked|end is missing|is no tar/);
    }
    // The last eight bytes are checksum and length.
    const changed = Buffer.from(content);
    changed.writeUInt8(changed.readUInt8(content.length - 6) ^ 1, content.length - 6);
    expect(await flawOf(readBuild(changed))).to.match(/incorrect data check/);
  });

  it('stops at a size that no build has', async () => {
    const begin = gzipSync(
      Buffer.concat([
        tarOf(manifest(REDIS)).subarray(0, 1024),
        tarOf({ name: 'bin/redis-server', says: '77777777777\0' }).subarray(0, 512),
      ]),
    );
    const before = process.memoryUsage().rss;
    const flaw = await flawOf(readBuild(Buffer.concat([begin, bomb(60)])));
    expect(flaw).to.equal('it unpacks to more than 500000000 bytes');
    // All of it would be more than that; what is not yet collected is less.
    expect(process.memoryUsage().rss - before).to.be.lessThan(450e6);
    expect(await flawOf(readBuild(Buffer.concat([begin, bomb(2)]), 10_000_000))).to.equal(
      'it unpacks to more than 10000000 bytes',
    );
  });

  it('stops at such a size behind the end of the tar as well', async () => {
    const { content } = finishedBuild();
    const flaw = await flawOf(readBuild(Buffer.concat([content, bomb(2)]), 10_000_000));
    expect(flaw).to.equal('it unpacks to more than 10000000 bytes');
  });
});
