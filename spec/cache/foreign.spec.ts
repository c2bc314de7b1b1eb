/** A cache that other users write to, such as a shared XDG_CACHE_HOME: nothing of theirs is run, handed on or removed. */
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { findServer, serverLack } from '../../lib/backends/local/server.js';
import { addFiles } from '../../lib/cache/add.js';
import { buildFromSource } from '../../lib/cache/build.js';
import { cachedBuild } from '../../lib/cache/cached-build.js';
import { clearCache } from '../../lib/cache/clear.js';
import { inventory, judge } from '../../lib/cache/inventory.js';
import { buildName, releaseOf } from '../../lib/cache/names.js';
import { foreignNodeBuilds, keepNodeBuild, nodeBuilds } from '../../lib/cache/node-builds.js';
import { sourceOf } from '../../lib/cache/source.js';
import { buildLab } from '../../lib/lab/lab.js';
import { inEnglish, type Sentence } from '../../lib/report/messages.js';
import { Folder } from '../../lib/workspace/folder.js';
import { FakeHost, REDIS_7 } from '../backends/support/server-here.js';
import { english } from '../support/english.js';
import { asRoot, NOBODY } from '../support/other-user.js';
import { finishedBuild, redisOf, sha256 } from './support/builds.js';
import { filesBelow, scratchFolder } from './support/folders.js';

const SOURCE = Buffer.from('a source');
const SPEC = { version: '7.0.99', source: { sha256: sha256(SOURCE) } } as const;
const REDIS = redisOf(SPEC);
const LAB = buildLab({ redis: SPEC }).model;

async function errorOf(attempt: () => unknown): Promise<Error> {
  try {
    await attempt();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

describe('a build in the cache that somebody else could have made', () => {
  const scratch = scratchFolder();
  let host: FakeHost;
  const cache = () => path.join(scratch.root, 'cache');
  const build = () => path.join(cache(), buildName(releaseOf(REDIS)));
  const bin = (name: string) => path.join(build(), 'bin', name);
  const ran = () => path.join(scratch.root, 'ran');

  beforeEach(() => {
    host = new FakeHost();
    fs.mkdirSync(path.join(build(), 'bin'), { recursive: true, mode: 0o700 });
    for (const name of ['redis-server', 'redis-cli']) {
      const says = `#!/bin/sh\ntouch '${ran()}'\necho 'Redis server v=7.0.99 sha=0'\n`;
      fs.writeFileSync(bin(name), says);
      fs.chmodSync(bin(name), 0o755);
    }
  });
  afterEach(() => host.remove());

  async function isPassedOver(why: RegExp): Promise<void> {
    expect(await cachedBuild(REDIS, { cache: cache() })).to.equal(undefined);
    const here = host.here({ cache: cache() });
    expect(await findServer(LAB, undefined, here)).to.equal(undefined);
    const { seen } = english(await serverLack(LAB, undefined, here));
    expect(seen).to.match(why).and.to.contain('the build in the cache is not used: ');
    const folder = new Folder(cache());
    const kept = inventory(folder).find(({ kind }) => kind === 'local-build');
    const judged = kept && (await judge(folder, kept, undefined));
    expect(judged?.flaw).to.match(why);
    expect(judged?.foreign).to.equal(true);
    expect(fs.existsSync(ran()), 'it ran').to.equal(false);
  }

  it('is taken where it is ours alone', async () => {
    expect(await cachedBuild(REDIS, { cache: cache() })).to.deep.equal({
      server: bin('redis-server'),
      cli: bin('redis-cli'),
    });
    expect(fs.existsSync(ran())).to.equal(true);
  });

  const places: Record<string, () => string> = {
    server: () => bin('redis-server'),
    client: () => bin('redis-cli'),
    'folder of programs': () => path.join(build(), 'bin'),
    'folder of the build': build,
    'folder of builds': () => path.dirname(build()),
    cache: cache,
  };
  for (const [what, place] of Object.entries(places)) {
    it(`is not run where everybody may change the ${what}`, async () => {
      fs.chmodSync(place(), 0o777);
      await isPassedOver(/may be changed by everybody/);
    });

    asRoot(`is not run where the ${what} belongs to another user`, async () => {
      fs.chownSync(place(), NOBODY, NOBODY);
      await isPassedOver(
        /belongs to nobody \(65534\), .*Set XDG_CACHE_HOME to a folder of your own/,
      );
    });
  }

  it('is not run where the folder above the cache is everybody’s, and the cache has a new owner at any moment', async () => {
    fs.chmodSync(scratch.root, 0o777);
    await isPassedOver(/redis-lab-cache-spec-\w+ may be changed by everybody/);
  });

  it('is not run through a link to a place that others write to', async () => {
    const theirs = path.join(scratch.root, 'theirs');
    fs.renameSync(build(), theirs);
    fs.chmodSync(theirs, 0o777);
    fs.symlinkSync(theirs, build());
    expect(await cachedBuild(REDIS, { cache: cache() })).to.equal(undefined);
    expect(fs.existsSync(ran())).to.equal(false);
  });

  it('does not stop a server of the PATH from being found', async () => {
    fs.chmodSync(build(), 0o777);
    const program = host.server('redis-server', REDIS_7);
    host.cli();
    const found = await findServer(LAB, undefined, host.here({ cache: cache() }));
    expect(found).to.include({ program, version: '7.0.15' });
  });

  it('is not replaced by one that is built where others write', async () => {
    fs.chmodSync(cache(), 0o777);
    const error = await errorOf(() => buildFromSource(REDIS, { cache: cache() }));
    expect(error.message).to.equal(
      `The cache ${cache()} is not used: ${cache()} may be changed by everybody, and what is kept there is run later. Set XDG_CACHE_HOME to a folder of your own; or, if you know that all in it is sound: chmod go-w ${cache()}`,
    );
  });
});

describe('a program of the PATH that everybody may have put there', () => {
  let host: FakeHost;
  beforeEach(() => {
    host = new FakeHost();
  });
  afterEach(() => host.remove());

  it('is not asked for its version, and the next one is taken', async () => {
    const marker = path.join(host.folder, 'ran');
    const bad = host.program('redis-server', `touch '${marker}'; echo '${REDIS_7}'`, 'open');
    host.program('redis-cli', 'exit 1', 'open');
    fs.chmodSync(host.bin('open'), 0o1777);
    const here = host.here({ folders: [host.bin('open'), host.bin()] });
    const { seen } = english(await serverLack(LAB, undefined, here));
    expect(seen).to.contain(`${bad} is not run: everybody may write to ${host.bin('open')}`);
    const program = host.server('redis-server', REDIS_7);
    const cli = host.cli();
    expect(await findServer(LAB, undefined, here)).to.include({ program, cli });
    expect(fs.existsSync(marker)).to.equal(false);
  });

  it('is not asked either where a link that anybody may have put there leads to it', async () => {
    const marker = path.join(host.folder, 'ran');
    const theirs = host.program('evil', `touch '${marker}'; echo '${REDIS_7}'`, 'theirs');
    for (const name of ['redis-server', 'redis-cli'])
      fs.symlinkSync(theirs, path.join(host.bin('open'), name));
    fs.chmodSync(host.bin('open'), 0o777);
    const here = host.here({ folders: [host.bin('open'), host.bin()] });
    const program = host.server('redis-server', REDIS_7);
    const cli = host.cli();
    expect(await findServer(LAB, undefined, here)).to.include({ program, cli });
    expect(fs.existsSync(marker)).to.equal(false);
  });

  it('is no client of the other engine either', async () => {
    host.program('valkey-cli', 'exit 1', 'open');
    fs.chmodSync(host.bin('open'), 0o777);
    host.server('redis-server', REDIS_7);
    const here = host.here({ folders: [host.bin('open'), host.bin()] });
    expect(await findServer(LAB, undefined, here)).to.equal(undefined);
  });
});

describe('a build for nodes that somebody else could have made', () => {
  const scratch = scratchFolder();
  const cache = () => path.join(scratch.root, 'cache');
  const options = () => ({ cache: cache() });
  const BUILD = finishedBuild(REDIS);
  let file: string;

  beforeEach(async () => {
    file = (await keepNodeBuild(REDIS, BUILD, options())).path;
  });

  const places: Record<string, () => string> = {
    build: () => file,
    'digest beside it': () => `${file}.sha256`,
    'folder of it': () => path.dirname(file),
    cache,
  };
  for (const [what, place] of Object.entries(places)) {
    it(`is handed to no node where everybody may change the ${what}`, async () => {
      expect(await nodeBuilds(REDIS, options())).to.have.length(1);
      fs.chmodSync(place(), 0o777);
      const told: string[] = [];
      const onProgress = (said: Sentence) => void told.push(inEnglish(said));
      expect(await nodeBuilds(REDIS, { ...options(), onProgress })).to.deep.equal([]);
      expect(told.join()).to.match(/^not used: .*may be changed by everybody.*XDG_CACHE_HOME/);
      expect(foreignNodeBuilds(REDIS, cache())[0]?.seen.text).to.match(
        /may be changed by everybody$/,
      );
    });

    asRoot(`is handed to no node where the ${what} belongs to another user`, async () => {
      fs.chownSync(place(), NOBODY, NOBODY);
      expect(await nodeBuilds(REDIS, options())).to.deep.equal([]);
    });
  }

  it('gives way to one that is ours', async () => {
    fs.chmodSync(file, 0o666);
    expect(await nodeBuilds(REDIS, options())).to.deep.equal([]);
    await keepNodeBuild(REDIS, BUILD, options());
    expect(await nodeBuilds(REDIS, options())).to.have.length(1);
  });

  it('is neither kept nor added nor removed where others write to the cache', async () => {
    fs.chmodSync(cache(), 0o777);
    const before = filesBelow(scratch.root);
    const other = finishedBuild(REDIS, { distribution: 'debian-13' });
    const brought = path.join(os.tmpdir(), other.name);
    for (const attempt of [
      () => keepNodeBuild(REDIS, other, options()),
      () => addFiles(REDIS, [brought], options()),
      () => clearCache(cache(), () => []),
    ]) {
      const error = await errorOf(attempt);
      expect(error.message).to.match(/^The cache .* is not used: .* may be changed by everybody/);
      expect(error).to.have.property('exitCode', 2);
    }
    expect(filesBelow(scratch.root)).to.deep.equal(before);
  });

  asRoot('stays in the cache when that is cleared', async () => {
    const folder = path.dirname(file);
    fs.chownSync(folder, NOBODY, NOBODY);
    const { removed, left } = clearCache(cache(), () => []);
    expect(removed).to.deep.equal([]);
    expect(left[0]).to.include({ owner: `belongs to nobody (${NOBODY})` });
    expect(fs.existsSync(file)).to.equal(true);
  });
});

describe('a source in a cache that others write to', () => {
  const scratch = scratchFolder();

  it('is what its digest says, also when it was exchanged between the download and the reading', async () => {
    const cache = path.join(scratch.root, 'cache');
    fs.mkdirSync(path.join(cache, 'sources'), { recursive: true });
    const server = http.createServer((_, answer) => answer.end(SOURCE)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/source.tar.gz`;
    // Whoever may write to the folder sees the new file come, and puts another one under its name.
    const { read } = Folder.prototype;
    let exchanged = 0;
    Folder.prototype.read = function (name) {
      if (name.includes('.making-')) {
        exchanged += 1;
        fs.rmSync(path.join(this.root, name));
        fs.writeFileSync(path.join(this.root, name), 'something else');
      }
      return read.call(this, name);
    };
    try {
      const redis = redisOf({ ...SPEC, source: { ...SPEC.source, url } });
      const error = await errorOf(() => sourceOf(redis, { cache }));
      expect(error.message).to.contain(`its SHA-256 is ${sha256('something else')}`);
      expect(exchanged).to.equal(1);
    } finally {
      Folder.prototype.read = read;
      server.close();
    }
  });
});
