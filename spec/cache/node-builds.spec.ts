/** Finished builds of nodes, kept and given again. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { keepNodeBuild, type NodeBuildFile, nodeBuilds } from '../../lib/cache/node-builds.js';
import { NODE_BUILD_FLAGS } from '../../lib/render/lab-env.js';
import { inEnglish, type Sentence } from '../../lib/report/messages.js';
import { refusal } from '../backends/support/server-errors.js';
import { probe } from '../support/probe.js';
import {
  bomb,
  finishedBuild,
  manifest,
  programs,
  REDIS,
  redisOf,
  sha256,
  tarOf,
} from './support/builds.js';
import { filesBelow, scratchFolder } from './support/folders.js';

const NAME = 'redis-8.2.8-debian-12-x86_64.build.tar.gz';

describe('builds for nodes', () => {
  const cache = scratchFolder();
  const keep = (file: NodeBuildFile, redis = REDIS) =>
    keepNodeBuild(redis, file, { cache: cache.root });
  const given = (redis = REDIS) => nodeBuilds(redis, { cache: cache.root });

  /** The folder of the one build that is kept. */
  function place(): string {
    const folder = path.join(cache.root, 'node-builds');
    expect(fs.readdirSync(folder)).to.have.lengthOf(1);
    return path.join(folder, fs.readdirSync(folder)[0] ?? '');
  }

  async function told(redis = REDIS): Promise<string> {
    const lines: string[] = [];
    const onProgress = (said: Sentence) => void lines.push(inEnglish(said));
    expect(await nodeBuilds(redis, { cache: cache.root, onProgress })).to.deep.equal([]);
    return lines.join('\n');
  }

  it('are none before one is kept, and looking makes nothing', async () => {
    expect(await given()).to.deep.equal([]);
    expect(fs.readdirSync(cache.root)).to.deep.equal([]);
  });

  it('are given as they were kept, with all that a payload takes', async () => {
    const file = finishedBuild();
    const kept = await keep(file);
    expect(await given()).to.deep.equal([kept]);
    expect(kept).to.deep.equal({
      name: NAME,
      path: path.join(place(), NAME),
      sha256: file.sha256,
      distribution: 'debian-12',
      architecture: 'x86_64',
    });
    expect(fs.readFileSync(kept.path).equals(file.content)).to.equal(true);
    expect(fs.readFileSync(`${kept.path}.sha256`, 'utf8')).to.equal(`${file.sha256}  ${NAME}\n`);
    expect(filesBelow(place())).to.deep.equal([NAME, `${NAME}.sha256`]);
  });

  it('lie under a name that has source, flags, distribution and architecture', async () => {
    await keep(finishedBuild());
    const source = REDIS.source.sha256.slice(0, 12);
    const flags = sha256(NODE_BUILD_FLAGS.join(' ')).slice(0, 12);
    expect(path.basename(place())).to.equal(`redis-8.2.8-${source}-${flags}-debian-12-x86_64`);
  });

  it('are kept side by side for every distribution, architecture, release and source', async () => {
    const repacked = redisOf({ source: { sha256: 'b'.repeat(64) } });
    const valkey = redisOf({ engine: 'valkey' });
    await keep(finishedBuild());
    await keep(finishedBuild(REDIS, { architecture: 'aarch64' }));
    await keep(finishedBuild(REDIS, { distribution: 'ubuntu-24.04' }));
    await keep(finishedBuild(repacked), repacked);
    await keep(finishedBuild(valkey), valkey);
    const origins = async (redis = REDIS) =>
      (await given(redis)).map((each) => `${each.distribution} ${each.architecture}`);
    expect(await origins()).to.deep.equal([
      'debian-12 aarch64',
      'debian-12 x86_64',
      'ubuntu-24.04 x86_64',
    ]);
    expect(await origins(repacked)).to.deep.equal(['debian-12 x86_64']);
    expect(await origins(valkey)).to.deep.equal(['debian-12 x86_64']);
  });

  it('are none for a description of packages', async () => {
    await keep(finishedBuild());
    const packaged = { ...REDIS, install: 'package' as const };
    expect(await given(packaged)).to.deep.equal([]);
    expect(await refusal(keep(finishedBuild(), packaged), 4)).to.contain(
      'the description asks for packages',
    );
  });

  it('replace an older one, which may not have run', async () => {
    await keep(finishedBuild());
    const other = finishedBuild(REDIS, { compiler: 'another' });
    const kept = await keep(other);
    expect(await given()).to.deep.equal([kept]);
    expect(kept.sha256).to.equal(other.sha256);
    expect(filesBelow(cache.root)).to.have.lengthOf(2);
  });

  it('are left alone when the very same comes again', async () => {
    const { path: file } = await keep(finishedBuild());
    const { ino } = fs.statSync(file);
    await keep(finishedBuild());
    expect(fs.statSync(file).ino).to.equal(ino);
  });

  describe('are not kept', () => {
    const other = 'c'.repeat(64);
    const good = finishedBuild();
    const made = (content: Buffer) => ({ name: NAME, content, sha256: sha256(content) });
    const flags = NODE_BUILD_FLAGS.join(' ');
    const cases: [what: string, file: NodeBuildFile, seen: string][] = [
      [
        'with another digest',
        { ...good, sha256: other },
        `its SHA-256 is ${good.sha256}, not ${other}`,
      ],
      [
        'when something was added',
        { ...good, content: Buffer.concat([good.content, Buffer.from('x')]) },
        `not ${good.sha256}`,
      ],
      [
        'when the end is missing',
        made(good.content.subarray(0, -20)),
        'it cannot be unpacked: unexpected end of file',
      ],
      [
        'of another version',
        finishedBuild(redisOf({ version: '7.0.15' })),
        'it is redis 7.0.15, and the description asks for redis 8.2.8',
      ],
      [
        'of another engine',
        finishedBuild(redisOf({ engine: 'valkey' })),
        'it is valkey 8.1.9, and the description asks for redis 8.2.8',
      ],
      [
        'of another source',
        finishedBuild(REDIS, { source_sha256: other }),
        `the SHA-256 of its source is ${other}, and the description asks for ${REDIS.source.sha256}`,
      ],
      [
        'with other flags',
        finishedBuild(REDIS, { flags: 'MALLOC=libc' }),
        `it was built with "MALLOC=libc", and nodes build with "${flags}"`,
      ],
      [
        'under another name',
        { ...good, name: 'redis-8.2.8-debian-13-x86_64.build.tar.gz' },
        `it is called "redis-8.2.8-debian-13-x86_64.build.tar.gz", not ${NAME}`,
      ],
      [
        'under a name that leads elsewhere',
        { ...good, name: `../../${NAME}` },
        `it is called "../../${NAME}", not ${NAME}`,
      ],
      [
        'with a member that leads elsewhere',
        made(gzipSync(tarOf(manifest(REDIS), ...programs(REDIS), { name: '../evil' }))),
        '"../evil" in it is no part of a build',
      ],
      ['when they are a bomb', made(bomb(1)), 'it is empty'],
    ];
    for (const [what, file, seen] of cases) {
      it(what, async () => {
        const message = await refusal(keep(file), 4);
        expect(message.startsWith(`${file.name} is no build for this lab: `)).to.equal(true);
        expect(message).to.contain(`${seen}. Let a node build its own`);
        expect(fs.readdirSync(cache.root)).to.deep.equal([]);
      });
    }
  });

  describe('that are damaged', () => {
    const damages: [what: string, damage: (file: string) => void, seen: RegExp][] = [
      ['by a changed byte', (file) => fs.appendFileSync(file, 'x'), /its SHA-256 is \w+, not \w+$/],
      ['by a lost end', (file) => fs.truncateSync(file, 100), /its SHA-256 is \w+, not \w+$/],
      ['by an empty file', (file) => fs.truncateSync(file), /its SHA-256 is \w+, not \w+$/],
      ['by a lost digest', (file) => fs.rmSync(`${file}.sha256`), /there is no digest beside it$/],
      [
        'by a digest that is none',
        (file) => fs.writeFileSync(`${file}.sha256`, 'x'),
        /there is no digest beside it$/,
      ],
      ['by a lost build', (file) => fs.rmSync(file), /there is no build in it$/],
      [
        'by a link',
        (file) => {
          fs.renameSync(file, path.join(cache.root, 'elsewhere'));
          fs.symlinkSync(path.join(cache.root, 'elsewhere'), file);
        },
        /its build is no file$/,
      ],
      [
        'by a build of another source that has its digest',
        (file) => {
          const { content, sha256 } = finishedBuild(REDIS, { source_sha256: 'd'.repeat(64) });
          fs.writeFileSync(file, content);
          fs.writeFileSync(`${file}.sha256`, `${sha256}\n`);
        },
        /the SHA-256 of its source is d{64}, and the description asks for /,
      ],
      [
        'by a file where their folder was',
        (file) => {
          fs.rmSync(path.dirname(file), { recursive: true });
          fs.writeFileSync(path.dirname(file), '');
        },
        /there is no build in it$/,
      ],
      [
        'by a link where their folder was',
        (file) => {
          const folder = path.dirname(file);
          fs.renameSync(folder, path.join(cache.root, 'elsewhere'));
          fs.symlinkSync(path.join(cache.root, 'elsewhere'), folder);
        },
        /there is no build in it$/,
      ],
    ];
    for (const [what, damage, seen] of damages) {
      it(`${what} are told of, not given, and replaced by the next`, async () => {
        const file = finishedBuild();
        const kept = await keep(file);
        damage(kept.path);
        expect(await told())
          .to.match(seen)
          .and.to.contain('not used: ');
        expect(await keep(file)).to.deep.equal(kept);
        expect(await given()).to.deep.equal([kept]);
        expect(filesBelow(place())).to.have.lengthOf(2);
      });
    }

    it('do not hide those that are sound', async () => {
      const arm = await keep(finishedBuild(REDIS, { architecture: 'aarch64' }));
      const kept = await keep(finishedBuild());
      fs.truncateSync(kept.path, 10);
      expect(await given()).to.deep.equal([arm]);
    });

    it('do not stop a lab where the whole cache is of no use', async () => {
      const file = path.join(cache.root, 'node-builds');
      fs.writeFileSync(file, '');
      expect(await given()).to.deep.equal([]);
      fs.rmSync(file);
      fs.mkdirSync(path.join(cache.root, 'elsewhere'));
      fs.symlinkSync(path.join(cache.root, 'elsewhere'), file);
      expect(await given()).to.deep.equal([]);
      expect(await refusal(keep(finishedBuild()), 2)).to.contain('is a link');
    });
  });

  it('are whole whoever is at it at the same time, in one process', async () => {
    const files = [1, 2, 3, 4].map((n) => finishedBuild(REDIS, { n: String(n) }));
    const looks = files.map(async () => {
      for (const build of await given())
        expect(files.map((f) => f.sha256)).to.include(build.sha256);
    });
    const kept = await Promise.all(files.map((file) => keep(file)));
    await Promise.all(looks);
    expect(kept.map((each) => each.sha256)).to.deep.equal(files.map((each) => each.sha256));
    expect(await given()).to.have.lengthOf(1);
    expect(filesBelow(cache.root)).to.have.lengthOf(2);
  });

  it('are whole whoever is at it at the same time, in several', async () => {
    const keeper = probe(path.join(import.meta.dirname, 'support', 'keep-probe.ts'));
    const runs = [1, 2, 3].map((n) =>
      promisify(execFile)(process.execPath, [keeper, cache.root, String(n)], {
        timeout: 180_000,
      }),
    );
    for (const { stdout } of await Promise.all(runs)) expect(stdout).to.equal('40 kept, 0 broken');
    expect(await given()).to.have.lengthOf(1);
    expect(filesBelow(cache.root)).to.have.lengthOf(2);
  }).timeout(60_000);

  it('leave nothing behind of those who were killed, a day later', async () => {
    const folder = path.join(cache.root, 'node-builds');
    const old = path.join(folder, `.making-${Date.now() - 25 * 3_600_000}-x`);
    const young = path.join(folder, `.making-${Date.now() - 23 * 3_600_000}-x`);
    for (const each of [old, young]) fs.mkdirSync(each, { recursive: true });
    await keep(finishedBuild());
    expect([old, young].map((each) => fs.existsSync(each))).to.deep.equal([false, true]);
    expect(await given()).to.have.lengthOf(1);
  });
});
