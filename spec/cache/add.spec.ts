/** Files that somebody brings along. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { type Added, addFiles } from '../../lib/cache/add.js';
import { nodeBuilds } from '../../lib/cache/node-builds.js';
import { keptSource } from '../../lib/cache/source.js';
import { knownSha256 } from '../../lib/model/releases.js';
import { refusal } from '../backends/support/server-errors.js';
import { finishedBuild, REDIS, redisOf, sha256 } from './support/builds.js';
import { filesBelow, scratchFolder } from './support/folders.js';

const SOURCE = Buffer.from('a source');
const DESCRIBED = redisOf({
  version: '7.0.99',
  source: { url: 'http://127.0.0.1:9/none.tar.gz', sha256: sha256(SOURCE) },
});

describe('adding files to the cache', () => {
  const scratch = scratchFolder();
  const stick = (name: string) => path.join(scratch.root, 'stick', name);
  const cache = () => path.join(scratch.root, 'cache');

  beforeEach(() => fs.mkdirSync(stick('')));

  function lay(name: string, content: string | Buffer): string {
    fs.writeFileSync(stick(name), content);
    return stick(name);
  }

  function layBuild(redis = REDIS, changes: Readonly<Record<string, string>> = {}): string {
    const { name, content, sha256 } = finishedBuild(redis, changes);
    lay(`${name}.sha256`, `${sha256}  ${name}\n`);
    return lay(name, content);
  }

  const add = (redis: typeof REDIS, ...files: string[]): Promise<readonly Added[]> =>
    addFiles(redis, files, { cache: cache() });

  it('takes the source that is described, whatever it is called, and says as what', async () => {
    const file = lay('download (1).tgz', SOURCE);
    const [added] = await add(DESCRIBED, file);
    expect(added).to.deep.equal({
      file,
      kind: 'source',
      engine: 'redis',
      version: '7.0.99',
      system: null,
      architecture: null,
      sha256: sha256(SOURCE),
      path: await keptSource(DESCRIBED, { cache: cache() }),
      already: false,
    });
    expect(await add(DESCRIBED, file)).to.deep.equal([{ ...added, already: true }]);
  });

  it('mends a source that is damaged', async () => {
    const file = lay('redis.tar.gz', SOURCE);
    const [added] = await add(DESCRIBED, file);
    fs.truncateSync(added?.path ?? '', 3);
    expect((await add(DESCRIBED, file))[0]).to.include({ already: false });
    expect(await keptSource(DESCRIBED, { cache: cache() })).to.equal(added?.path);
  });

  it('takes a build with its digest beside it, and says for what', async () => {
    const file = layBuild();
    const [added] = await add(REDIS, file);
    const [kept] = await nodeBuilds(REDIS, { cache: cache() });
    expect(added).to.deep.equal({
      file,
      kind: 'node-build',
      engine: 'redis',
      version: '8.2.8',
      system: 'debian-12',
      architecture: 'x86_64',
      sha256: finishedBuild().sha256,
      path: kept?.path,
      already: false,
    });
    expect((await add(REDIS, file))[0]).to.include({ already: true });
  });

  it('takes all that lies in a folder, digests and all, and what a link leads to', async () => {
    const build = layBuild(DESCRIBED);
    const source = lay('redis.tar.gz', SOURCE);
    const digest = lay('redis.tar.gz.sha256', `${sha256(SOURCE)}\n`);
    fs.symlinkSync(source, stick('link.tar.gz'));
    const files = [`${build}.sha256`, build, digest, source, stick('link.tar.gz')];
    const added = await add(DESCRIBED, ...files);
    expect(added.map(({ kind, already }) => `${kind} ${already}`)).to.deep.equal([
      'node-build false',
      'source false',
      'source true',
    ]);
  });

  it('keeps what it had taken from its own cache', async () => {
    const [added] = await add(REDIS, layBuild());
    expect(await add(REDIS, added?.path ?? '')).to.have.lengthOf(1);
    expect(filesBelow(cache())).to.have.lengthOf(2);
  });

  describe('refuses, and keeps nothing:', () => {
    const other = sha256('other');
    const cases: [what: string, file: () => string, problem: RegExp | string][] = [
      ['what is not there', () => stick('none.tar.gz'), 'there is no such file here'],
      ['a folder', () => stick(''), 'it is no regular file, but a folder or a device'],
      ['a device', () => '/dev/zero', 'it is no regular file, but a folder or a device'],
      [
        'a link to a device',
        () => {
          fs.symlinkSync('/dev/zero', stick('redis-8.2.8.tar.gz'));
          return stick('redis-8.2.8.tar.gz');
        },
        'it is no regular file, but a folder or a device',
      ],
      [
        'what is too large, without reading it',
        () => {
          const file = lay('large.tar.gz', '');
          fs.truncateSync(file, 200_000_001);
          return file;
        },
        'it has 200000001 bytes, and at most 200000000 are taken',
      ],
      [
        'another source',
        () => lay('redis-7.0.99.tar.gz', 'other'),
        `its SHA-256 is ${other}, which is no source that is wanted`,
      ],
      [
        'a digest alone',
        () => lay('redis-7.0.99.tar.gz.sha256', 'x'),
        'it is a digest; name the file that it is of, and it is read as well',
      ],
      [
        'a build without a digest',
        () => {
          const file = layBuild(DESCRIBED);
          fs.rmSync(`${file}.sha256`);
          return file;
        },
        /^the digest beside it, \S+\.build\.tar\.gz\.sha256, is missing: there is no such file/,
      ],
      [
        'a build with an endless digest',
        () => {
          const file = layBuild(DESCRIBED);
          fs.rmSync(`${file}.sha256`);
          fs.symlinkSync('/dev/zero', `${file}.sha256`);
          return file;
        },
        /is missing: it is no regular file/,
      ],
      [
        'a build with a digest that is none',
        () => {
          const file = layBuild(DESCRIBED);
          fs.writeFileSync(`${file}.sha256`, 'none');
          return file;
        },
        /^there is no SHA-256 in \S+\.sha256$/,
      ],
      [
        'a build that has changed',
        () => {
          const file = layBuild(DESCRIBED);
          fs.appendFileSync(file, 'x');
          return file;
        },
        /^its SHA-256 is \w+, not \w+$/,
      ],
      [
        'a build of another release',
        () => layBuild(),
        'it is redis 8.2.8, and the description asks for redis 7.0.99',
      ],
      [
        'a build with other flags',
        () => layBuild(DESCRIBED, { flags: 'MALLOC=libc' }),
        /^it was built with "MALLOC=libc", and nodes build with /,
      ],
    ];
    for (const [what, make, problem] of cases) {
      it(what, async () => {
        const file = make();
        const message = await refusal(add(DESCRIBED, file), 2);
        const [title, line = ''] = message.split('\n');
        expect(title).to.equal('The file was not kept:');
        expect(line.startsWith(`  ${file}: `), line).to.equal(true);
        const seen = line.slice(`  ${file}: `.length);
        if (typeof problem === 'string') expect(seen).to.equal(problem);
        else expect(seen).to.match(problem);
        expect(fs.existsSync(cache())).to.equal(false);
      });
    }

    it('all, if one of them cannot be taken, and says what is wrong with each', async () => {
      const good = lay('good.tar.gz', SOURCE);
      const bad = lay('bad.tar.gz', 'other');
      const message = await refusal(add(DESCRIBED, good, bad, stick('none')), 2);
      expect(message.split('\n').slice(0, 3)).to.deep.equal([
        'No file was kept, because of 2 of them:',
        `  ${bad}: its SHA-256 is ${other}, which is no source that is wanted`,
        `  ${stick('none')}: there is no such file here`,
      ]);
      expect(fs.existsSync(cache())).to.equal(false);
    });
  });

  it('says which digests are wanted where one is unknown, the described one first', async () => {
    const lines = (await refusal(add(DESCRIBED, lay('bad.tar.gz', 'other')), 2)).split('\n');
    expect(lines[3]).to.equal(`  ${sha256(SOURCE)}  redis 7.0.99, as described`);
    expect(lines).to.include(`  ${knownSha256('redis', '8.2.8')}  redis 8.2.8, as published`);
    expect(lines).to.include(`  ${knownSha256('valkey', '8.1.9')}  valkey 8.1.9, as published`);
    expect(lines.at(-1)).to.include('redis.source.sha256');
    // Nobody is told to look for a digest where a folder was named.
    expect(await refusal(add(DESCRIBED, stick('')), 2)).not.to.include('as published');
  });

  it('names a known release once, as described where it is, and takes it for packages too', async () => {
    const bad = lay('bad.tar.gz', 'other');
    const sha = REDIS.source.sha256;
    const linesFor = async (redis: typeof REDIS) =>
      (await refusal(add(redis, bad), 2)).split('\n').filter((line) => line.includes(sha));
    expect(await linesFor(REDIS)).to.deep.equal([`  ${sha}  redis 8.2.8, as described`]);
    const packaged = redisOf({ install: 'package' });
    expect(await linesFor(packaged)).to.deep.equal([`  ${sha}  redis 8.2.8, as published`]);
  });

  it('stops when it is told to', async () => {
    const aborter = new AbortController();
    aborter.abort(new Error('enough'));
    const adding = addFiles(DESCRIBED, [lay('a.tar.gz', SOURCE)], {
      cache: cache(),
      signal: aborter.signal,
    });
    expect(await adding.catch((error: Error) => error)).to.have.property('message', 'enough');
    expect(fs.existsSync(cache())).to.equal(false);
  });
});
