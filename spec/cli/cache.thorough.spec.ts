/** The command `cache`, as a user sees it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { short } from '../../lib/cache/names.js';
import { finishedBuild, redisOf, sha256 } from '../cache/support/builds.js';
import { filesBelow } from '../cache/support/folders.js';
import { type Outcome, redisLab } from '../support/cli.js';
import { asRoot, NOBODY } from '../support/other-user.js';

const SOURCE = Buffer.from('a source');
const SHA = sha256(SOURCE);
const SET = [`redis.version=7.0.99`, `redis.source.sha256=${SHA}`].flatMap((set) => ['--set', set]);
const MINE = redisOf({ version: '7.0.99', source: { sha256: SHA } });
const BUILD = finishedBuild(MINE);

describe('redis-lab cache', function () {
  this.timeout(30_000);
  let folder: string;
  const at = (...names: string[]) => path.join(folder, ...names);
  const cache = (...names: string[]) => at('cache/redis-lab', ...names);
  const run = (...args: string[]): Promise<Outcome> =>
    redisLab(folder, ['cache', ...args], {
      env: { XDG_CACHE_HOME: at('cache'), XDG_STATE_HOME: at('state') },
    });

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-spec-'));
    fs.writeFileSync(at('redis-7.0.99.tar.gz'), SOURCE);
    fs.writeFileSync(at(BUILD.name), BUILD.content);
    fs.writeFileSync(at(`${BUILD.name}.sha256`), `${BUILD.sha256}  ${BUILD.name}\n`);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const addAll = () =>
    run('add', 'redis-7.0.99.tar.gz', BUILD.name, `${BUILD.name}.sha256`, ...SET);

  for (const [args, message] of [
    [['lst'], 'There is no action of cache "lst". Did you mean list?'],
    [['prune'], 'There is no action of cache "prune". There is list, add, clear.'],
    [[''], '<action> is empty.'],
    [['add'], 'cache add needs a file, such as: redis-lab cache add redis-8.2.8.tar.gz'],
    [['add', ''], '<file> is empty.'],
    [['list', 'a.tar.gz'], 'cache list takes no files: a.tar.gz'],
    [['clear', 'a.tar.gz'], 'cache clear takes no files: a.tar.gz'],
    [['clear', '--set', 'name=x'], '--set goes with add.'],
    [['--spec', 'none.yaml'], '--spec goes with add.'],
    [['add', 'a.tar.gz', '--set', 'redis.port=1'], 'the description has 1 problem:'],
    [['clear', '--force'], 'Unknown argument: force'],
  ] as const) {
    it(`is refused with 2: ${args.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await run(...args);
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: '' });
      expect(stderr.split('\n')[0]).to.equal(`redis-lab: ${message}`);
      expect(fs.existsSync(cache())).to.equal(false);
    });
  }

  it('says in its help what each action does', async () => {
    const { exitCode, stdout } = await run('--help');
    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/^redis-lab cache \[action\] \[file\.\.\]\n/);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).to.include('list: what is kept; add: take these files, all or none; clear:');
    expect(text).to.include('[default: list]').and.to.include('.build.tar.gz.sha256 beside it');
  });

  it('has nothing to show or to remove before something is kept, and makes nothing', async () => {
    const nothing = { exitCode: 0, stdout: `Nothing is kept in ${cache()}.`, stderr: '' };
    expect(await run()).to.deep.equal(nothing);
    expect(await run('list')).to.deep.equal(nothing);
    expect(JSON.parse((await run('--json')).stdout)).to.deep.equal({ cache: cache(), items: [] });
    expect(await run('clear')).to.deep.equal({
      exitCode: 0,
      stdout: `There was nothing to remove in ${cache()}.`,
      stderr: '',
    });
    expect(fs.existsSync(at('cache'))).to.equal(false);
  });

  it('add keeps what it recognises, and says as what', async () => {
    expect(await addAll()).to.deep.equal({
      exitCode: 0,
      stdout: [
        'redis-7.0.99.tar.gz: redis 7.0.99, source: kept',
        `${BUILD.name}: redis 7.0.99, build for nodes with debian-12 on x86_64: kept`,
      ].join('\n'),
      stderr: '',
    });
    expect((await addAll()).stdout).to.match(/source: was kept before\n.*: was kept before$/);
    const { stdout } = await run('add', '--json', 'redis-7.0.99.tar.gz', ...SET);
    expect(JSON.parse(stdout)).to.deep.equal({
      cache: cache(),
      added: [
        {
          file: 'redis-7.0.99.tar.gz',
          kind: 'source',
          engine: 'redis',
          version: '7.0.99',
          system: null,
          architecture: null,
          sha256: SHA,
          path: cache('sources', `redis-7.0.99-${SHA.slice(0, 12)}.tar.gz`),
          already: true,
        },
      ],
    });
  });

  it('add takes the description of a file as well', async () => {
    const redis = `redis:\n  version: '7.0.99'\n  source: { sha256: '${SHA}' }\n`;
    fs.writeFileSync(at('mine.yaml'), redis);
    expect((await run('add', 'redis-7.0.99.tar.gz')).exitCode).to.equal(2);
    expect((await run('add', 'redis-7.0.99.tar.gz', '--spec', 'mine.yaml')).exitCode).to.equal(0);
    fs.renameSync(at('mine.yaml'), at('redis-lab.yaml'));
    expect((await run('add', 'redis-7.0.99.tar.gz')).stdout).to.match(/was kept before$/);
  });

  it('add refuses with 2 what it does not know, with the digests seen and wanted', async () => {
    const { exitCode, stdout, stderr } = await run('add', 'redis-7.0.99.tar.gz', '/dev/null');
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: '' });
    const lines = stderr.split('\n');
    expect(lines.slice(0, 4)).to.deep.equal([
      'redis-lab: No file was kept, because of 2 of them:',
      `  redis-7.0.99.tar.gz: its SHA-256 is ${SHA}, which is no source that is wanted`,
      '  /dev/null: it is no regular file, but a folder or a device',
      'Sources that would be taken, by their SHA-256:',
    ]);
    expect(lines[4]).to.match(/^ {2}[0-9a-f]{64} {2}redis 8\.2\.8, as described$/);
    expect(fs.existsSync(cache())).to.equal(false);
  });

  it('list shows all, sound or not, on lines that a lecture can show', async () => {
    await addAll();
    const good = await run();
    expect(good).to.include({ exitCode: 0, stderr: '' });
    const lines = good.stdout.split('\n');
    expect(lines[0])
      .to.match(/^Kept in .*: \d+\.\d kB$/)
      .and.to.include(cache());
    expect(lines.slice(1).map((line) => line.replace(/\d\.\d kB/, '?'))).to.deep.equal([
      '',
      'kind        release       for                 size  sha-256',
      `source      redis 7.0.99  –                 ?  ${SHA.slice(0, 12)}  good`,
      `node build  redis 7.0.99  debian-12 x86_64  ?  ${BUILD.sha256.slice(0, 12)}  good`,
    ]);
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(80);

    fs.appendFileSync(cache('sources', fs.readdirSync(cache('sources'))[0] ?? ''), 'x');
    fs.mkdirSync(cache('builds/strange\u001b[31m'), { recursive: true });
    const bad = await run('list');
    expect(bad).to.include({ exitCode: 0, stderr: '' });
    expect(bad.stdout)
      .to.match(/^source .* damaged$/m)
      .and.to.match(/^node build .* good$/m);
    expect(bad.stdout).to.match(/^sources\/redis-7\.0\.99-\w+\.tar\.gz: its SHA-256 is \w+, not /m);
    expect(bad.stdout).to.match(/^builds\/strange\\u001b\[31m \(0\.0 kB\): is half-made, or of/m);
    expect(bad.stdout.split('\n').at(-1)).to.equal('None of these is used.');

    const { items } = JSON.parse((await run('list', '--json')).stdout);
    expect(items).to.have.lengthOf(3);
    expect(items[0]).to.include({ kind: 'source', sha256: sha256(Buffer.from(`${SOURCE}x`)) });
    expect(items[0].flaw).to.match(/^its SHA-256 is/);
    expect(items[1]).to.include({
      kind: 'leftover',
      engine: null,
      path: cache('builds/strange\u001b[31m'),
    });
    expect(items[2]).to.include({ kind: 'node-build', sha256: BUILD.sha256, flaw: null });
  });

  it('clear removes what is ours, and says how much', async () => {
    await addAll();
    fs.mkdirSync(cache('readers/root'), { recursive: true });
    const { exitCode, stdout } = await run('clear');
    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/^Removed from .*: 1 source and 1 node build, 0\.\d kB\.$/);
    expect(fs.readdirSync(cache())).to.deep.equal(['readers']);

    await addAll();
    const result = JSON.parse((await run('clear', '--json')).stdout);
    expect(result).to.deep.include({ cache: cache(), left: [] });
    expect(result.removed.map(({ kind }: { kind: string }) => kind)).to.deep.equal([
      'source',
      'node-build',
    ]);
    expect(result.bytes).to.be.greaterThan(BUILD.content.length);
    expect(filesBelow(cache())).to.deep.equal([]);
  });

  it('clear leaves what a lab was brought up with, names the lab, and ends well', async () => {
    await addAll();
    const build = `redis-7.0.99-${SHA.slice(0, 12)}-${process.platform}-${process.arch}`;
    const other = build.replace('7.0.99', '7.0.9');
    for (const name of [build, other]) fs.mkdirSync(cache('builds', name), { recursive: true });
    fs.mkdirSync(at('state/redis-lab/five'), { recursive: true });
    const program = cache('builds', build, 'bin/redis-server');
    fs.writeFileSync(
      at('state/redis-lab/five/state.json'),
      JSON.stringify({ server: { program } }),
    );
    const { exitCode, stdout } = await run('clear');
    expect(exitCode).to.equal(0);
    expect(stdout.split('\n')).to.have.lengthOf(2);
    expect(stdout).to.match(/: 1 source, 1 local build and 1 node build, /);
    expect(stdout.split('\n')[1]).to.equal(
      `Left: builds/${build} (0.0 kB), which the lab five was brought up with. First: redis-lab down --set name=five`,
    );
    expect(fs.readdirSync(cache('builds'))).to.deep.equal([build]);
    const { left } = JSON.parse((await run('clear', '--json')).stdout);
    expect(left).to.have.lengthOf(1);
    expect(left[0]).to.deep.include({ path: cache('builds', build), usedBy: ['five'] });
    fs.rmSync(at('state'), { recursive: true });
    await run('clear');
    expect(fs.existsSync(cache())).to.equal(false);
  });

  asRoot('runs, adds and removes nothing where somebody else could have written', async () => {
    const build = `builds/redis-7.0.99-${short(SHA)}-${process.platform}-${process.arch}`;
    fs.mkdirSync(cache(build, 'bin'), { recursive: true });
    const says = `#!/bin/sh\ntouch '${at('ran')}'\necho 'Redis server v=7.0.99 sha=0'\n`;
    for (const name of ['redis-server', 'redis-cli']) {
      fs.writeFileSync(cache(build, 'bin', name), says, { mode: 0o755 });
    }
    fs.chownSync(cache(build, 'bin', 'redis-server'), NOBODY, NOBODY);
    const env = { XDG_CACHE_HOME: at('cache'), XDG_STATE_HOME: at('state') };
    const set = [...SET, '--backend', 'local'];

    const listed = await run('list');
    expect(listed.stdout).to.match(/^local build +redis 7\.0\.99 .* foreign$/m);
    expect(listed.stdout).to.match(/redis-server belongs to nobody \(65534\)/);
    const doctor = await redisLab(folder, ['doctor', '--json', ...set], { env });
    const { checks } = JSON.parse(doctor.stdout) as { checks: Record<string, unknown>[] };
    expect(checks.find(({ name }) => name === 'Cache')).to.include({ state: 'poor' });
    await redisLab(folder, ['up', '--no-verify', ...set], { env });
    await redisLab(folder, ['down', ...set], { env });
    expect(fs.existsSync(at('ran')), 'it ran').to.equal(false);

    fs.chownSync(cache(), NOBODY, NOBODY);
    for (const outcome of [await addAll(), await run('clear')]) {
      expect(outcome.exitCode).to.equal(2);
      expect(outcome.stderr).to.match(/^redis-lab: The cache .* is not used: .* belongs to nobody/);
    }
    expect(fs.existsSync(cache(build, 'bin', 'redis-server'))).to.equal(true);
  });
});
