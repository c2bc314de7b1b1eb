import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { buildRemedy, findServer, serverLack } from '../../lib/backends/local/server.js';
import { addFiles } from '../../lib/cache/add.js';
import { buildFromSource } from '../../lib/cache/build.js';
import { searchPath } from '../../lib/command/programs.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import { inEnglish } from '../../lib/report/messages.js';
import { program, readers } from '../readers/support/readers.js';
import { english } from '../support/english.js';
import { refusal } from './support/server-errors.js';
import { FakeHost, lives, REDIS_7 } from './support/server-here.js';
import {
  type Answer,
  archive,
  FileServer,
  half,
  makefile,
  sha256,
  stuck,
  tar,
  whole,
} from './support/server-source.js';

const VERSION = '7.0.99';

// The scripts that stand for compilers never run.
readers('building a server', [program('make'), program('tar'), program('cc')], () => {
  let host: FakeHost;
  let files: FileServer | undefined;
  let cache: string;
  let good: Buffer;

  beforeEach(() => {
    host = new FakeHost();
    cache = host.here().cache;
    good = archive(host.folder, { 'src/Makefile': makefile(VERSION) });
  });
  afterEach(async () => {
    await files?.stop();
    host.remove();
  });

  /** A lab whose source is to be had at these addresses, in this order. */
  async function served(content: Buffer, ...answers: Answer[]): Promise<LabModel> {
    const paths = answers.map((_, index) => `/${index}.tar.gz`);
    files = await FileServer.start(
      Object.fromEntries(paths.map((file, index) => [file, answers[index] as Answer])),
    );
    const [url = '', ...mirrors] = paths.map((file) => files?.url(file) ?? '');
    const source = { url, mirrors, sha256: sha256(content) };
    return buildLab({ redis: { version: VERSION, source } }).model;
  }

  /** What lies in a folder of the cache; what is half-made as well. */
  function kept(folder: 'sources' | 'builds'): string[] {
    const place = path.join(cache, folder);
    return fs.existsSync(place) ? fs.readdirSync(place) : [];
  }

  function sourceFile(content: Buffer): string {
    return `redis-${VERSION}-${sha256(content).slice(0, 12)}.tar.gz`;
  }

  it('builds the verified source and keeps it', async () => {
    const lab = await served(good, whole(good));
    const told: string[] = [];
    const build = await buildFromSource(lab.redis, {
      cache,
      onProgress: (said) => void told.push(inEnglish(said)),
    });
    const name = `redis-${VERSION}-${sha256(good).slice(0, 12)}-${process.platform}-${process.arch}`;
    const bin = path.join(cache, 'builds', name, 'bin');
    expect(build).to.deep.equal({
      server: path.join(bin, 'redis-server'),
      cli: path.join(bin, 'redis-cli'),
    });
    expect(kept('builds')).to.deep.equal([name]);
    expect(kept('sources')).to.deep.equal([sourceFile(good)]);
    const flags = execFileSync(build.cli, { encoding: 'utf8' });
    expect(flags).to.equal('libc no no -O2\n');
    expect(told).to.include(`downloading ${files?.url('/0.tar.gz')}`);
    expect(told).to.include(`unpacking redis ${VERSION}`);
  });

  it('gives the same build again without make or network', async () => {
    const lab = await served(good, whole(good));
    const build = await buildFromSource(lab.redis, { cache });
    await files?.stop();
    const when = fs.statSync(build.server).mtimeMs;
    expect(await buildFromSource(lab.redis, { cache })).to.deep.equal(build);
    expect(fs.statSync(build.server).mtimeMs).to.equal(when);
  });

  it('builds anew without network when only the source is left', async () => {
    const lab = await served(good, whole(good));
    const build = await buildFromSource(lab.redis, { cache });
    await files?.stop();
    fs.rmSync(path.join(cache, 'builds'), { recursive: true });
    expect(await buildFromSource(lab.redis, { cache })).to.deep.equal(build);
  });

  it('replaces a build that does not run here', async () => {
    const lab = await served(good, whole(good));
    const { server } = await buildFromSource(lab.redis, { cache });
    fs.writeFileSync(server, '#!/no/such/interpreter\n');
    await buildFromSource(lab.redis, { cache });
    expect(execFileSync(server, { encoding: 'utf8' })).to.contain(VERSION);
  });

  it('lets two builds at once both come to an end', async () => {
    const lab = await served(good, whole(good));
    const both = [1, 2].map(() => buildFromSource(lab.redis, { cache }));
    const { server } = await Promise.race(both);
    const first = fs.statSync(server).ino;
    const [one, other] = await Promise.all(both);
    expect(one).to.deep.equal(other);
    // Whoever has it already keeps the very file.
    expect(fs.statSync(server).ino).to.equal(first);
    expect(kept('builds')).to.have.length(1);
    expect(kept('sources')).to.have.length(1);
  });

  it('goes on to a mirror', async () => {
    const lab = await served(good, (response) => response.destroy(), half(good), whole(good));
    await buildFromSource(lab.redis, { cache });
    expect(files?.asked).to.deep.equal(['/0.tar.gz', '/1.tar.gz', '/2.tar.gz']);
  });

  it('takes nothing with another digest, and names both', async () => {
    const other = archive(host.folder, { 'src/Makefile': makefile('7.0.98') });
    const lab = await served(good, whole(other));
    const message = await refusal(buildFromSource(lab.redis, { cache }), 4);
    expect(message).to.contain(`its SHA-256 is ${sha256(other)}, not ${sha256(good)}`);
    expect(message).to.contain('bring the file along: redis-lab cache add FILE');
    expect([...kept('sources'), ...kept('builds')]).to.deep.equal([]);
  });

  it('says what each address gave', async () => {
    const lab = await served(
      good,
      half(good),
      (response) => response.writeHead(503).end(),
      (response) => response.destroy(),
    );
    const message = await refusal(buildFromSource(lab.redis, { cache }), 4);
    expect(message).to.match(/^There is no source of redis 7\.0\.99 to be had:\n/);
    expect(message).to.match(/0\.tar\.gz: other side closed\n/);
    expect(message).to.match(/1\.tar\.gz: HTTP 503 Service Unavailable\n/);
    expect(message).to.match(/2\.tar\.gz: other side closed\n/);
    expect(kept('sources')).to.deep.equal([]);
  });

  it('gives up an address that is silent, slow or endless', async () => {
    const lab = await served(good, stuck(good));
    const attempts: [limits: object, reason: RegExp][] = [
      [{ silenceMs: 100 }, /nothing came for 100 ms/],
      [{ deadlineMs: 100 }, /it was not complete after 100 ms/],
      [{ size: good.length - 1 }, /it is larger than \d+ bytes/],
    ];
    for (const [limit, reason] of attempts) {
      const limits = { size: 1e6, silenceMs: 60_000, deadlineMs: 60_000, ...limit };
      const message = await refusal(buildFromSource(lab.redis, { cache, limits }), 4);
      expect(message).to.match(reason);
    }
    expect(kept('sources')).to.deep.equal([]);
  });

  it('uses no file that somebody changed in the cache', async () => {
    const lab = await served(good, whole(good));
    await buildFromSource(lab.redis, { cache });
    fs.rmSync(path.join(cache, 'builds'), { recursive: true });
    fs.appendFileSync(path.join(cache, 'sources', sourceFile(good)), 'more');
    await buildFromSource(lab.redis, { cache });
    expect(files?.asked).to.have.length(2);
  });

  it('unpacks nothing that would leave its folder', async () => {
    const tree = path.join(host.folder, 'tree', 'below');
    fs.mkdirSync(tree, { recursive: true });
    fs.writeFileSync(path.join(host.folder, 'tree', 'evil'), '');
    fs.writeFileSync(path.join(tree, 'harmless'), '');
    const evil = tar(tree, 'harmless', '../evil');
    const lab = await served(evil, whole(evil));
    const message = await refusal(buildFromSource(lab.redis, { cache }), 4);
    expect(message).to.contain('its source would write outside its folder: ../evil');
    expect(kept('builds')).to.deep.equal([]);
  });

  it('says that something is no source of Redis', async () => {
    const letter = Buffer.from('<html>Please log in</html>');
    const lab = await served(letter, whole(letter));
    expect(await refusal(buildFromSource(lab.redis, { cache }), 4)).to.match(/tar ended with/);
    await files?.stop();
    const empty = archive(host.folder, { 'lib/Makefile': '' });
    const other = await served(empty, whole(empty));
    const message = await refusal(buildFromSource(other.redis, { cache }), 4);
    expect(message).to.contain('there is no src/Makefile in its source');
    expect(kept('builds')).to.deep.equal([]);
  });

  it('keeps nothing that is another version than the description says', async () => {
    const older = archive(host.folder, { 'src/Makefile': makefile('7.0.98') });
    const lab = await served(older, whole(older));
    const message = await refusal(buildFromSource(lab.redis, { cache }), 4);
    expect(message).to.match(
      /^redis 7\.0\.99 cannot be built here: what was built is redis 7\.0\.98\./,
    );
    expect(kept('builds')).to.deep.equal([]);
  });

  it('shows the last lines of make', async () => {
    const broken = archive(host.folder, {
      'src/Makefile': makefile(VERSION, 'echo no room for zmalloc >&2; exit 7'),
    });
    const lab = await served(broken, whole(broken));
    const message = await refusal(buildFromSource(lab.redis, { cache }), 4);
    expect(message).to.match(/make ended with 2; its last lines:\n(?:.*\n)*no room for zmalloc\n/);
    expect(kept('builds')).to.deep.equal([]);
  });

  it('ends make and all that it started when it is aborted', async () => {
    const pids = path.join(host.folder, 'pids');
    // One of them does not heed the first signal.
    const work = `(trap '' TERM; sleep 300) & sleep 300 & echo $$PPID $$$$ $$! > ${pids}; wait`;
    const slow = archive(host.folder, { 'src/Makefile': makefile(VERSION, work) });
    const lab = await served(slow, whole(slow));
    const aborter = new AbortController();
    const build = buildFromSource(lab.redis, { cache, signal: aborter.signal }).catch(
      (reason: unknown) => reason,
    );
    while (!fs.existsSync(pids) || fs.readFileSync(pids, 'utf8') === '') await sleep(10);
    const started = fs.readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    const [make = 0] = started;
    expect(started.filter(lives)).to.have.length(3);
    expect(membersOf(make)).to.have.length.greaterThan(3);
    aborter.abort(new Error('enough'));
    expect(await build).to.have.property('message', 'enough');
    expect(started.filter(lives)).to.deep.equal([]);
    expect(membersOf(make)).to.deep.equal([]);
    expect(kept('builds')).to.deep.equal([]);
  });

  it('stops a download when it is aborted', async () => {
    const lab = await served(good, stuck(good));
    const aborter = new AbortController();
    const build = buildFromSource(lab.redis, { cache, signal: aborter.signal }).catch(
      (reason: unknown) => reason,
    );
    while (files?.asked.length === 0) await sleep(10);
    aborter.abort(new Error('enough'));
    expect(await build).to.have.property('message', 'enough');
    expect(kept('sources')).to.deep.equal([]);
  });

  for (const place of ['builds', 'sources']) {
    it(`removes what those who were killed left behind in ${place}, a day later`, async () => {
      const lab = await served(good, whole(good));
      const old = path.join(cache, place, `.making-${Date.now() - 25 * 3_600_000}-x`);
      const young = path.join(cache, place, `.making-${Date.now() - 23 * 3_600_000}-x`);
      for (const folder of [old, young])
        fs.mkdirSync(path.join(folder, 'source'), { recursive: true });
      await buildFromSource(lab.redis, { cache });
      expect([old, young].map((folder) => fs.existsSync(folder))).to.deep.equal([false, true]);
    });
  }

  it('builds without network from a file that was brought along', async () => {
    const lab = await served(good, (response) => response.destroy());
    const file = path.join(host.folder, 'redis.tar.gz');
    fs.writeFileSync(file, good);
    await addFiles(lab.redis, [file], { cache });
    const { server } = await buildFromSource(lab.redis, { cache });
    expect(execFileSync(server, { encoding: 'utf8' })).to.contain(VERSION);
    expect(files?.asked).to.deep.equal([]);
  });

  it('has nothing to build for a description of a package', async () => {
    const { redis } = buildLab({ redis: { install: 'package' } }).model;
    const message = await refusal(buildFromSource(redis, { cache }), 2);
    expect(message).to.contain('with install: package the description names no source');
  });

  it('names the programs that it lacks', async () => {
    const lab = await served(good, whole(good));
    const message = await refusal(buildFromSource(lab.redis, { cache, folders: [host.bin()] }), 3);
    expect(message).to.contain('there is no make, no tar, no cc.');
    expect(files?.asked).to.deep.equal([]);
  });

  describe('as a remedy', () => {
    it('gives the described version although there is another one', async () => {
      const lab = await served(good, whole(good));
      host.server('redis-server', REDIS_7);
      host.cli();
      const here = host.here({ folders: [host.bin(), ...searchPath()] });
      expect(await findServer(lab, undefined, here)).to.include({ version: '7.0.15' });
      await buildRemedy(lab.redis, here).run({});
      const found = await findServer(lab, undefined, here);
      expect(found).to.include({ version: VERSION, argv0: 'redis-server' });
      expect(found?.program).to.match(/\/builds\/redis-7\.0\.99-.*\/bin\/redis-server$/);
    });

    it('is what a host without a package manager is offered', async () => {
      const lab = await served(good, whole(good));
      linkTools(host);
      const lack = english(await serverLack(lab, undefined, host.here()));
      await lack.remedy?.run({});
      expect(await findServer(lab, undefined, host.here())).to.include({ version: VERSION });
    });

    it('comes to the aid of a package that is too old', async () => {
      const lab = await served(good, whole(good));
      const old = host.server('redis-server', 'Redis server v=6.0.16 sha=0', 'store');
      host.program('apt-get', `cp '${old}' '${host.bin()}'`);
      linkTools(host);
      const lack = english(await serverLack(lab, undefined, host.here()));
      expect(lack.remedy?.describe).to.match(/^install redis-tools/);
      const told: string[] = [];
      await lack.remedy?.run({ onProgress: (said) => void told.push(inEnglish(said)) });
      expect(told.join('\n')).to.match(/what was installed is of no use: .* Redis 6\.0\.16/);
      expect(await findServer(lab, undefined, host.here())).to.include({ version: VERSION });
    });
  });
});

/** Processes of the group that a process leads, and that have not ended. */
function membersOf(leader: number): number[] {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return state !== 'Z' && Number(group) === leader;
      } catch {
        return false;
      }
    });
}

/** Lets a host have the real programs that a build takes. */
function linkTools(host: FakeHost): void {
  for (const name of ['make', 'tar', 'cc']) {
    const real = searchPath()
      .map((folder) => path.join(folder, name))
      .find(fs.existsSync);
    fs.symlinkSync(real ?? '', path.join(host.bin(), name));
  }
}
