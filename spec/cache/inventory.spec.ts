/** What is kept, whether it is sound, and how it is removed. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { cachedBuild } from '../../lib/cache/cached-build.js';
import { clearCache } from '../../lib/cache/clear.js';
import { inventory, type Judged, judge } from '../../lib/cache/inventory.js';
import { buildName, releaseOf, sourceName } from '../../lib/cache/names.js';
import { keepNodeBuild, nodeBuilds } from '../../lib/cache/node-builds.js';
import { keepSource } from '../../lib/cache/source.js';
import { Folder } from '../../lib/workspace/folder.js';
import { finishedBuild, REDIS, redisOf, sha256 } from './support/builds.js';
import { filesBelow, scratchFolder } from './support/folders.js';

const SOURCE = Buffer.from('a source');
const MINE = redisOf({
  version: '7.0.99',
  source: { url: 'http://127.0.0.1:9/none.tar.gz', sha256: sha256(SOURCE) },
});
const DAY = 24 * 3_600_000;

describe('what is kept in the cache', () => {
  const cache = scratchFolder();
  const at = (...names: string[]) => path.join(cache.root, ...names);
  const folder = () => new Folder(cache.root);

  async function judged(): Promise<Judged[]> {
    const here = folder();
    return Promise.all(inventory(here).map((kept) => judge(here, kept, undefined)));
  }

  /** A server of a script, as if it had been built here. */
  function buildHere(says = '7.0.99', name = buildName(releaseOf(MINE))): string {
    fs.mkdirSync(at(name, 'bin'), { recursive: true });
    const script = (line: string) => `#!/bin/sh\n${line}\n`;
    fs.writeFileSync(at(name, 'bin/redis-server'), script(`echo 'Redis server v=${says} sha=0'`), {
      mode: 0o755,
    });
    fs.writeFileSync(at(name, 'bin/redis-cli'), script('exit 1'), { mode: 0o755 });
    return name;
  }

  async function all(): Promise<void> {
    keepSource(releaseOf(MINE), SOURCE, cache.root);
    buildHere();
    await keepNodeBuild(REDIS, finishedBuild(), { cache: cache.root });
    fs.mkdirSync(at('readers/trixie'), { recursive: true });
    fs.writeFileSync(at('readers/trixie/file'), '');
  }

  it('is nothing where there is no cache', () => {
    expect(inventory(new Folder(at('none')))).to.deep.equal([]);
    expect(clearCache(at('none'), () => [])).to.deep.equal({ removed: [], left: [] });
    expect(fs.readdirSync(cache.root)).to.deep.equal([]);
  });

  it('is listed with what its name says, its size and its digest', async () => {
    await all();
    const { name, content, sha256: build } = finishedBuild();
    const [source, local, node] = await judged();
    expect(source).to.deep.equal({
      kind: 'source',
      name: sourceName(releaseOf(MINE)),
      engine: 'redis',
      version: '7.0.99',
      system: null,
      architecture: null,
      bytes: SOURCE.length,
      sha256: sha256(SOURCE),
      flaw: null,
      foreign: false,
    });
    expect(local).to.include({
      kind: 'local-build',
      name: buildName(releaseOf(MINE)),
      system: process.platform,
      architecture: process.arch,
      sha256: null,
      flaw: null,
      foreign: false,
    });
    expect(local?.bytes).to.be.greaterThan(10);
    expect(node).to.include({
      kind: 'node-build',
      engine: 'redis',
      version: '8.2.8',
      system: 'debian-12',
      architecture: 'x86_64',
      bytes: content.length + `${build}  ${name}\n`.length,
      sha256: build,
      flaw: null,
      foreign: false,
    });
    expect(await judged()).to.have.lengthOf(3);
  });

  it('is damaged where a digest does not fit, or a server is another or none', async () => {
    await all();
    const flaws = async () => (await judged()).map(({ flaw }) => flaw ?? 'good');
    fs.appendFileSync(at(sourceName(releaseOf(MINE))), 'x');
    const more = sha256(`${SOURCE}x`);
    const wanted = sha256(SOURCE).slice(0, 12);
    expect(await flaws()).to.deep.equal([`its SHA-256 is ${more}, not ${wanted}…`, 'good', 'good']);

    keepSource(releaseOf(MINE), SOURCE, cache.root);
    const [build] = await nodeBuilds(REDIS, { cache: cache.root });
    fs.truncateSync(build?.path ?? '', 10);
    expect((await flaws())[2]).to.match(/^its SHA-256 is \w{64}, not \w{64}$/);

    const name = buildHere('7.0.98');
    expect((await flaws())[1]).to.equal('its server is redis 7.0.98');
    fs.writeFileSync(at(name, 'bin/redis-server'), '#!/no/such/interpreter\n');
    expect((await flaws())[1]).to.match(/^its server does not answer: /);
    fs.rmSync(at(name, 'bin/redis-cli'));
    expect((await flaws())[1]).to.equal('there is no program bin/redis-cli in it');
  });

  it('is not run where it is for another machine', async () => {
    const name = buildHere('7.0.98', buildName(releaseOf(MINE)).replace(/-[^-]+$/, '-s390x'));
    expect(await judged()).to.have.lengthOf(1);
    expect((await judged())[0]).to.include({ name, architecture: 's390x', flaw: null });
  });

  it('is a leftover where its name is none of ours', async () => {
    fs.mkdirSync(at('sources'));
    fs.writeFileSync(at('sources/redis-8.2.8.tar.gz'), 'four');
    fs.mkdirSync(at('builds/.making-1-x/source'), { recursive: true });
    fs.writeFileSync(at('builds/.making-1-x/source/file'), '123456');
    const seen = (await judged()).map(({ kind, name, bytes, engine }) => ({
      kind,
      name,
      bytes,
      engine,
    }));
    expect(seen).to.deep.equal([
      { kind: 'leftover', name: 'sources/redis-8.2.8.tar.gz', bytes: 4, engine: null },
      { kind: 'leftover', name: 'builds/.making-1-x', bytes: 6, engine: null },
    ]);
  });

  it('is all removed by a clear, and nothing beside it', async () => {
    await all();
    const before = inventory(folder());
    expect(clearCache(cache.root, () => [])).to.deep.equal({ removed: before, left: [] });
    expect(fs.readdirSync(cache.root)).to.deep.equal(['readers']);
    expect(filesBelow(cache.root)).to.deep.equal(['readers/trixie/file']);
  });

  it('takes the whole folder along if nothing else is in it', () => {
    keepSource(releaseOf(MINE), SOURCE, at('cache'));
    clearCache(at('cache'), () => []);
    expect(fs.readdirSync(cache.root)).to.deep.equal([]);
  });

  it('is left by a clear where it is in use, or somebody may be at work on it', async () => {
    await all();
    const young = `.making-${Date.now() - DAY + 3_600_000}-x`;
    const old = `.making-${Date.now() - DAY - 3_600_000}-x`;
    for (const name of [young, old]) {
      for (const place of ['sources', 'builds', 'node-builds']) fs.mkdirSync(at(place, name));
    }
    const local = at(buildName(releaseOf(MINE)));
    const asked: string[] = [];
    const { removed, left } = clearCache(cache.root, (place) => {
      asked.push(place);
      return place === local ? ['mine', 'yours'] : [];
    });
    expect(asked).to.have.lengthOf(removed.length + left.length);
    expect(left.map(({ name, usedBy }) => `${name} ${usedBy}`)).to.deep.equal([
      `sources/${young} `,
      `builds/${young} `,
      `${buildName(releaseOf(MINE))} mine,yours`,
      `node-builds/${young} `,
    ]);
    expect(removed.map(({ kind }) => kind)).to.deep.equal([
      'leftover',
      'source',
      'leftover',
      'leftover',
      'node-build',
    ]);
    expect(fs.readdirSync(at('builds')).sort()).to.deep.equal([young, path.basename(local)].sort());
    // What is left is whole.
    expect(await cachedBuild(MINE, { cache: cache.root })).to.deep.equal({
      server: path.join(local, 'bin/redis-server'),
      cli: path.join(local, 'bin/redis-cli'),
    });
  });

  it('is removed by a clear as a link, not as what it leads to', () => {
    fs.mkdirSync(at('elsewhere'));
    fs.writeFileSync(at('elsewhere/file'), '');
    fs.mkdirSync(at('builds'));
    fs.symlinkSync(at('elsewhere'), at('builds/link'));
    clearCache(cache.root, () => []);
    expect(filesBelow(cache.root)).to.deep.equal(['elsewhere/file']);
  });
});
