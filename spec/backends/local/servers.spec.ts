/** The servers that a lab of this machine runs on, and what they make of their files. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Backend } from '../../../lib/backends/backend.js';
import { localBackend } from '../../../lib/backends/local/index.js';
import type { LocalServer } from '../../../lib/backends/local/local-server.js';
import { findServer } from '../../../lib/backends/local/server.js';
import { run } from '../../../lib/command/run.js';
import { EXIT, SpecError } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { psTable } from '../../../lib/process/ps-table.js';
import { messageOf } from '../../../lib/report/messages.js';
import type { LabSpec } from '../../../lib/spec/types.generated.js';
import { newerEngine, versionOf } from '../../readers/support/engines.js';
import { refusal } from '../../support/failure.js';
import { needs } from '../../support/skip.js';
import { noNewerServer } from '../../verify/newer-server.js';
import { thrown } from '../contract.js';
import { labFolder, serversBelow, stateHome } from './homes.js';
import { LAB, QUIET } from './labs.js';
import { needsServer } from './support.js';

describe('the servers of a lab on this machine', () => {
  before(needsServer);

  const home = stateHome();
  const made: Backend[] = [];
  const keep = (backend: Backend) => {
    made.push(backend);
    return backend;
  };
  const backendFor = (spec: LabSpec, find?: () => Promise<LocalServer | undefined>) =>
    keep(
      localBackend(buildLab({ ...QUIET, ...spec }).model, {
        stateHome: home,
        ...(find ? { find } : {}),
      }),
    );
  const fileOf = (lab: string, node: string, name: string) =>
    fs.readFileSync(path.join(labFolder(home, lab), 'nodes', node, name), 'utf8');

  afterEach(async () => {
    for (const backend of made.splice(0)) await backend.down();
    expect(process.platform === 'linux' ? serversBelow(home) : []).to.deep.equal([]);
  });

  const ask = async (backend: Backend, node: string, ...words: string[]) =>
    (await run(await backend.invocation(node, ['redis-cli', ...words]), { deadlineMs: 60_000 }))
      .stdout;

  it('keep what Sentinel wrote into their files, when the lab stops and comes up again', async () => {
    const backend = backendFor({ name: 'kept', sentinel: { downAfter: 1000 } });
    const { lab } = await backend.up({});
    const nodes = lab.nodes.map(({ name }) => name);
    const first = lab.nodes[0]?.ip ?? '';
    /** Address of the master in every file of one kind; of the master's own redis.conf, nothing. */
    const masters = (file: string, line: RegExp) =>
      nodes.map((node) => line.exec(fileOf('kept', node, file))?.[1] ?? '');
    const watched = () => masters('etc/sentinel.conf', /^sentinel monitor mymaster (\S+) /m);
    const followed = () =>
      masters('etc/redis.conf', /^replicaof (\S+) /m)
        .slice(1)
        .sort();
    expect(watched()).to.deep.equal([first, first, first]);
    expect(followed()).to.deep.equal([first, first]);

    // A Sentinel must have heard of the replicas from the master, and asked them, before it can promote one.
    const sentinel = ['-p', String(lab.sentinel.port)];
    for (const node of nodes) {
      await until(async () => {
        const seen = await ask(backend, node, ...sentinel, 'info', 'sentinel');
        const replicas = await ask(backend, node, ...sentinel, 'sentinel', 'replicas', 'mymaster');
        const asked = replicas.match(/^runid\n[0-9a-f]{40}$/gm) ?? [];
        return /status=ok,.*slaves=2,sentinels=3/.test(seen) && asked.length === 2;
      });
    }
    await backend.inject('crash', 'master');
    await until(async () => new Set(watched()).size === 1 && watched()[0] !== first);
    const promoted = watched()[0] ?? '';
    // The promoted one follows nobody, the other one the promoted one.
    await until(async () => followed().join() === ['', promoted].join());
    await backend.stop();
    expect((await backend.up({})).started).to.have.lengthOf(6);
    expect(watched()).to.deep.equal([promoted, promoted, promoted]);
    expect(followed()).to.deep.equal(['', promoted]);
    const other =
      lab.nodes.find(({ ip, role }) => role === 'replica' && ip !== promoted)?.name ?? '';
    expect(await ask(backend, other, 'info', 'replication')).to.contain(`master_host:${promoted}`);
  });

  it('that do not start are told of with their last words, and nothing is left', async () => {
    const both = 'shutdown-on-sigterm save nosave';
    const backend = backendFor({ name: 'fatal', redis: { config: [both] } });
    const error = await refusal(backend.up({}));
    expect(error.exitCode).to.equal(EXIT.program);
    expect(error.message)
      .to.match(/'s Redis server ended at once, with exit code 1/)
      .and.contain('shutdown-on-sigterm');
    expect((await backend.status()).state).to.equal('absent');
    expect(fs.readdirSync(home)).to.deep.equal([]);
  });

  it('that are no programs are told of', async () => {
    const server = await findServer(LAB);
    if (!server) throw new Error('no server');
    const gone = { ...server, program: '/nonexistent/redis-server' };
    const error = await refusal(backendFor({ name: 'gone' }, async () => gone).up({}));
    expect(error.exitCode).to.equal(EXIT.program);
    expect(error.message).to.contain('/nonexistent/redis-server');
    expect(fs.readdirSync(home)).to.deep.equal([]);
  });

  it('are missed where there are none', async () => {
    const lack = async () => ({
      code: 'redis-server',
      what: 'Redis server',
      seen: 'none',
      fix: 'Get one.',
    });
    const find = async () => undefined;
    const backend = localBackend(LAB, { stateHome: home, find, lack });
    expect(await backend.preflight({})).to.deep.equal([await lack()]);
    expect((await refusal(backend.up({}))).exitCode).to.equal(EXIT.notReady);
    expect(fs.readdirSync(home)).to.deep.equal([]);
  });

  it('may be others than described: that is said once, and the files fit', async () => {
    const server = await findServer(LAB);
    if (!server) throw new Error('no server');
    const found = { ...server, version: '6.2.14' };
    const backend = backendFor({ name: 'other', redis: { version: '7.2.15' } }, async () => found);
    const { lab, notes } = await backend.up({});
    expect(notes.map(messageOf).map(({ code, values }) => ({ code, values }))).to.deep.equal([
      { code: 'note.old-server', values: { version: '6.2.14' } },
      {
        code: 'note.other-server',
        values: { engine: 'redis', version: '7.2.15', hereEngine: 'redis', hereVersion: '6.2.14' },
      },
    ]);
    expect(lab.redis).to.include({ version: '6.2.14', debugCommand: null, install: 'package' });
    expect(fileOf('other', 'master', 'etc/redis.conf')).not.to.contain('enable-debug-command');
    expect((await backend.up({})).notes).to.deep.equal([]);
  });

  it('that do not understand the description are refused before anything is written', async () => {
    const server = await findServer(LAB);
    if (!server) throw new Error('no server');
    const redis = { version: '8.8.1', config: ['hz 20', 'lookahead 16'] };
    const old = { ...server, version: '7.0.15' };
    const error = await thrown(backendFor({ name: 'misfit', redis }, async () => old).up({}));
    expect(error).to.be.instanceOf(SpecError);
    expect((error as SpecError).problems.map((problem) => problem.path)).to.deep.equal([
      'redis.config[1]',
    ]);
    expect(fs.readdirSync(home)).to.deep.equal([]);
  });

  it('are restarted by nobody, which is said where the description asks for it', async () => {
    const backend = backendFor({ name: 'restart', sentinel: {}, redis: { restart: '10s' } });
    const { notes } = await backend.up({});
    expect(notes.map(messageOf).map(({ code }) => code)).to.include('note.restart');
  });

  it('answer at other addresses than the node’s own to who says so', async () => {
    const backend = backendFor({ name: 'client' });
    const { lab } = await backend.up({});
    const [, slave1, slave2] = lab.nodes;
    const told = await ask(
      backend,
      'slave1',
      '-h',
      slave2?.ip ?? '',
      'config',
      'get',
      'replica-announce-ip',
    );
    expect(told.split('\n')[1]).to.equal(slave2?.ip);
    const own = await ask(backend, 'slave1', 'config', 'get', 'replica-announce-ip');
    expect(own.split('\n')[1]).to.equal(slave1?.ip);
    const valkey = await run(await backend.invocation('slave1', ['valkey-cli', 'ping']), {
      deadlineMs: 60_000,
    });
    expect(valkey.stdout).to.equal('PONG\n');
  });

  it('leave no descriptor, no handle and no file behind, however often they come and go', async () => {
    const backend = backendFor({ name: 'often' });
    const cycle = async () => {
      await backend.up({});
      await backend.inject('hang', 'slave1');
      await backend.heal();
      for await (const _ of backend.logs('master', 'redis', { tail: 1 })) break;
      await backend.stop();
      await backend.up({ fresh: true });
      await backend.down();
    };
    const open = () => (process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0);
    const handles = () => process.getActiveResourcesInfo().sort();
    await cycle();
    let before = { open: open(), handles: handles() };
    // What has just been ended is collected by the event loop.
    await until(async () => {
      const last = before;
      before = { open: open(), handles: handles() };
      return before.open === last.open && before.handles.join() === last.handles.join();
    });
    for (let i = 0; i < 5; i++) await cycle();
    await until(async () => open() <= before.open && handles().length <= before.handles.length);
    expect(fs.readdirSync(home)).to.deep.equal([]);
  });

  describe('where only ps knows of processes', () => {
    const backend = () =>
      keep(localBackend(LAB, { stateHome: home, table: psTable, addressing: 'ports' }));

    it('are brought up, broken, healed and taken down', async () => {
      const lab = backend();
      expect((await lab.up({})).started).to.have.lengthOf(6);
      const before = await lab.status();
      expect(before.state).to.equal('running');
      expect((await lab.up({})).started).to.deep.equal([]);
      await lab.inject('crash', 'slave1');
      await lab.inject('hang', 'slave2');
      const states = (await lab.status()).services.map(({ state }) => state);
      expect(states.slice(0, 3)).to.deep.equal(['running', 'stopped', 'hung']);
      expect(await lab.heal()).to.have.lengthOf(2);
      expect(await lab.down()).to.have.lengthOf(6);
    });

    it('are found by what they wrote where nobody wrote them down', async () => {
      const lab = backend();
      await lab.up({});
      const before = await lab.status();
      const file = path.join(labFolder(home, LAB.name), 'state.json');
      const state = JSON.parse(fs.readFileSync(file, 'utf8'));
      fs.writeFileSync(file, JSON.stringify({ ...state, processes: {} }));
      expect(await lab.status()).to.deep.equal(before);
      fs.writeFileSync(file, 'damaged');
      expect(await lab.down()).to.have.lengthOf(6);
    });

    it('are not taken for others that have their numbers now', async () => {
      const lab = backend();
      await lab.up({});
      await lab.stop();
      const data = path.join(labFolder(home, LAB.name), 'nodes/master/data');
      fs.writeFileSync(path.join(data, 'redis.pid'), `${process.pid}\n`);
      expect((await lab.status()).state).to.equal('stopped');
      expect(await lab.down()).to.deep.equal([]);
    });
  });

  for (const name of ['redis-server', 'valkey-server'] as const) {
    it(`may be a newer ${name}`, async function newer() {
      needs(this, noNewerServer());
      const engine = newerEngine(name);
      const server = await findServer(LAB);
      if (!server) throw new Error('no server');
      // What runs a program of another root has no place for its own arguments.
      const program = path.join(stateHome(), name);
      const words = [engine.program, ...engine.args].map((word) => `'${word}'`).join(' ');
      fs.writeFileSync(program, `#!/bin/bash\nexec -a ${name} ${words} "$@"\n`, { mode: 0o755 });
      const found: LocalServer = {
        engine: name === 'redis-server' ? 'redis' : 'valkey',
        version: versionOf(engine),
        program,
        argv0: name,
        cli: server.cli,
      };
      const backend = backendFor({ name: 'newer' }, async () => found);
      expect((await backend.up({})).started).to.have.lengthOf(6);
      expect(await ask(backend, 'master', 'set', 'demokey', 'testing testing')).to.equal('OK\n');
      await backend.inject('crash', 'slave1');
      await backend.inject('hang', 'slave2');
      expect(await backend.heal()).to.have.lengthOf(2);
      await backend.stop();
      await backend.up({});
      expect(await ask(backend, 'master', 'get', 'demokey')).to.equal('testing testing\n');
      // Found by their folders alone.
      fs.writeFileSync(path.join(labFolder(home, 'newer'), 'state.json'), '');
      expect(await backend.down()).to.have.lengthOf(6);
    });
  }
});

/** Waits until something is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let end = performance.now() + 180_000; !(await isSo()); await sleep(50)) {
    if (performance.now() >= end) throw new Error(`not so after 180 s: ${isSo}`);
  }
}
