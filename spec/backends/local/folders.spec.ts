/** State folders that are odd, not ours, full, or lead elsewhere. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Backend, Lack } from '../../../lib/backends/backend.js';
import { localBackend } from '../../../lib/backends/local/index.js';
import { run } from '../../../lib/command/run.js';
import { EXIT } from '../../../lib/errors.js';
import { english } from '../../support/english.js';
import { refusal } from '../../support/failure.js';
import { needs } from '../../support/skip.js';
import { labFolder, serversBelow, stateHome } from './homes.js';
import { LAB } from './labs.js';
import { Child, needsServer } from './support.js';

const IS_ROOT = process.getuid?.() === 0;

describe('the state folder', () => {
  before(needsServer);

  const made: Backend[] = [];
  const backendIn = (home: string) => {
    const backend = localBackend(LAB, { stateHome: home });
    made.push(backend);
    return backend;
  };
  afterEach(async () => {
    for (const backend of made.splice(0)) await backend.down();
  });

  const ask = async (backend: Backend, ...words: string[]) =>
    (await run(await backend.invocation('slave1', ['redis-cli', ...words]), { deadlineMs: 60_000 }))
      .stdout;

  for (const name of ['two words', `it's a "state" \\ of\taffairs\n#$HOME ü`]) {
    it(`may be called ${JSON.stringify(name)}`, async () => {
      const home = stateHome(name);
      const backend = backendIn(home);
      await backend.up({});
      const data = path.join(labFolder(home, LAB.name), 'nodes/slave1/data/redis');
      expect(await ask(backend, 'config', 'get', 'dir')).to.equal(`dir\n${data}\n`);
      expect(await ask(backend, 'save')).to.equal('OK\n');
      expect(fs.readdirSync(data)).to.include('dump.rdb');
      // What the servers themselves write into their files they must be able to read.
      for (const { name, sentinelPort } of LAB.nodes) {
        const call = ['redis-cli', 'config', 'rewrite'];
        const redis = await run(await backend.invocation(name, call), { deadlineMs: 60_000 });
        expect(redis.stdout).to.equal('OK\n');
        const flush = ['redis-cli', '-p', String(sentinelPort), 'sentinel', 'flushconfig'];
        const sentinel = await run(await backend.invocation(name, flush), { deadlineMs: 60_000 });
        expect(sentinel.stdout).to.equal('OK\n');
      }
      expect(await backend.stop()).to.have.lengthOf(6);
      expect((await backend.up({})).started).to.have.lengthOf(6);
      expect(await ask(backend, 'config', 'get', 'dir')).to.equal(`dir\n${data}\n`);
      expect(await backend.down()).to.have.lengthOf(6);
      expect(fs.readdirSync(home)).to.deep.equal([]);
    });
  }

  it('may not have a name that Valkey cannot write back', async () => {
    const valkey = {
      engine: 'valkey',
      version: '8.1.1',
      program: '/usr/bin/valkey-server',
      argv0: 'valkey-server',
      cli: '/usr/bin/valkey-cli',
    } as const;
    const home = stateHome('a "quote"');
    const backend = localBackend(LAB, { stateHome: home, find: async () => valkey });
    const [lack] = (await backend.preflight({})).map(english);
    expect(lack?.seen).to.contain('Valkey');
    expect(lack?.fix).to.contain('XDG_STATE_HOME');
    expect((await refusal(backend.up({}))).exitCode).to.equal(EXIT.notReady);
    expect(fs.readdirSync(home)).to.deep.equal([]);
  });

  for (const name of ['labs [1]', 'what?', '*']) {
    it(`may not be called ${name}: servers look for what such a pattern matches`, async () => {
      const home = stateHome(name);
      const backend = backendIn(home);
      const [lack] = (await backend.preflight({})).map(english);
      expect(lack?.seen).to.contain('takes for a pattern');
      expect(lack?.fix).to.contain('XDG_STATE_HOME');
      expect((await refusal(backend.up({}))).exitCode).to.equal(EXIT.notReady);
      expect(fs.readdirSync(home)).to.deep.equal([]);
    });
  }

  it('is where the environment says, if that is absolute', async () => {
    const home = stateHome();
    const before = process.env['XDG_STATE_HOME'];
    try {
      process.env['XDG_STATE_HOME'] = home;
      const backend = localBackend(LAB);
      made.push(backend);
      await backend.up({});
      expect(fs.readdirSync(home)).to.deep.equal(['redis-lab']);
    } finally {
      if (before === undefined) delete process.env['XDG_STATE_HOME'];
      else process.env['XDG_STATE_HOME'] = before;
    }
  });

  it('is for this user’s eyes only', async () => {
    const home = stateHome();
    await backendIn(home).up({});
    const modes = ['redis-lab', `redis-lab/${LAB.name}`].map(
      (name) => fs.statSync(path.join(home, name)).mode & 0o777,
    );
    expect(modes).to.deep.equal([0o700, 0o700]);
  });

  it('that may not be written is named, before and when it is needed', async function unwritable() {
    needs(this, IS_ROOT ? undefined : 'root');
    const home = stateHome();
    const child = new Child('powerless', { home, uid: 65_534 });
    const [lack] = (JSON.parse(await child.line()) as Lack[]).map(english);
    expect(lack?.what).to.equal(labFolder(home, LAB.name));
    expect(lack?.seen).to.contain('EACCES');
    expect(lack?.fix).to.contain('XDG_STATE_HOME');
    const error = JSON.parse(await child.line());
    expect(error.exitCode).to.equal(EXIT.usage);
    expect(error.message).to.contain(path.join(home, 'redis-lab')).and.contain('EACCES');
    expect(fs.readdirSync(home)).to.deep.equal([]);
  });

  it('of somebody else is refused', async function foreign() {
    needs(this, IS_ROOT ? undefined : 'root');
    const home = stateHome();
    const folder = labFolder(home, LAB.name);
    fs.mkdirSync(folder, { recursive: true });
    fs.chownSync(folder, 65_534, 65_534);
    const backend = localBackend(LAB, { stateHome: home });
    for (const act of [() => backend.up({}), () => backend.down(), () => backend.status()]) {
      expect((await refusal(act())).message).to.contain('belongs to somebody else');
    }
    fs.rmdirSync(folder);
  });

  it('that is a link is refused, and what it leads to is left alone', async () => {
    const home = stateHome();
    const elsewhere = stateHome();
    const precious = path.join(elsewhere, 'precious');
    fs.writeFileSync(precious, '');
    const folder = labFolder(home, LAB.name);
    fs.mkdirSync(path.dirname(folder));
    fs.symlinkSync(elsewhere, folder);
    const backend = localBackend(LAB, { stateHome: home });
    for (const act of [() => backend.up({}), () => backend.down(), () => backend.status()]) {
      expect((await refusal(act())).message).to.contain('is a link');
    }
    fs.unlinkSync(folder);

    await backendIn(home).up({});
    await backend.stop();
    const nodes = path.join(folder, 'nodes');
    fs.rmSync(nodes, { recursive: true });
    fs.symlinkSync(elsewhere, nodes);
    expect((await refusal(backend.up({}))).message).to.contain('is a link');
    await backend.down();
    expect(fs.existsSync(folder)).to.equal(false);
    expect(fs.readdirSync(elsewhere)).to.deep.equal(['precious']);
  });

  it('loses nothing to down that is not of the lab', async () => {
    const home = stateHome();
    const backend = backendIn(home);
    await backend.up({});
    const own = path.join(labFolder(home, LAB.name), 'notes.txt');
    fs.writeFileSync(own, 'mine');
    await backend.down();
    expect(fs.readFileSync(own, 'utf8')).to.equal('mine');
    expect((await backend.status()).state).to.equal('absent');
    expect((await backend.up({})).started).to.have.lengthOf(6);
  });

  describe('on a disk that is full', () => {
    let home = '';
    before(function mountDisk() {
      needs(this, IS_ROOT ? undefined : 'root');
      home = stateHome('disk');
      const { status, stderr } = spawnSync(
        'mount',
        ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', home],
        { encoding: 'utf8' },
      );
      needs(this, status === 0 ? undefined : `a mount: ${stderr}`);
    });
    after(() => {
      spawnSync('umount', [home]);
    });

    const fill = () => {
      const file = fs.openSync(path.join(home, 'ballast'), 'a');
      try {
        for (const size of [65_536, 4096, 1]) {
          for (;;) fs.writeSync(file, Buffer.alloc(size));
        }
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).to.equal('ENOSPC');
      } finally {
        fs.closeSync(file);
      }
    };
    const empty = () => fs.rmSync(path.join(home, 'ballast'), { force: true });
    afterEach(empty);

    it('up says so, and nothing runs; with room it works', async () => {
      const backend = backendIn(home);
      fill();
      const error = await refusal(backend.up({}));
      expect(error.exitCode).to.equal(EXIT.usage);
      expect(error.message).to.contain('ENOSPC').and.contain('disk is full');
      expect(serversBelow(home)).to.deep.equal([]);
      expect(fs.readdirSync(home)).to.deep.equal(['ballast']);
      empty();
      expect((await backend.up({})).started).to.have.lengthOf(6);
    });

    it('a lab that is up can be looked at and taken down', async () => {
      const backend = backendIn(home);
      await backend.up({});
      fill();
      expect((await backend.status()).state).to.equal('running');
      expect((await backend.up({})).started).to.deep.equal([]);
      expect(await backend.down()).to.have.lengthOf(6);
      expect(serversBelow(home)).to.deep.equal([]);
      expect(fs.readdirSync(home)).to.deep.equal(['ballast']);
    });

    it('a lab that is stopped stays as it is, and can be taken down', async () => {
      const backend = backendIn(home);
      await backend.up({});
      await backend.stop();
      fill();
      expect((await refusal(backend.up({}))).message).to.contain('ENOSPC');
      expect(serversBelow(home)).to.deep.equal([]);
      expect((await backend.status()).state).to.equal('stopped');
      empty();
      expect((await backend.up({})).started).to.have.lengthOf(6);
      await backend.stop();
      fill();
      expect(await backend.down()).to.deep.equal([]);
      expect(fs.readdirSync(home)).to.deep.equal(['ballast']);
    });
  });
});
