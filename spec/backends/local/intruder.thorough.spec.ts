/** Another user of this machine gets into no lab, and has nothing run as its owner. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { execa } from 'execa';
import type { Backend } from '../../../lib/backends/backend.js';
import { localBackend } from '../../../lib/backends/local/index.js';
import type { LocalServer } from '../../../lib/backends/local/local-server.js';
import { noteOnOldServer } from '../../../lib/backends/local/password.js';
import { findServer } from '../../../lib/backends/local/server.js';
import type { CommandResult } from '../../../lib/command/call.js';
import { run } from '../../../lib/command/run.js';
import { EXIT } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import type { LabModel } from '../../../lib/model/model.js';
import { messageOf } from '../../../lib/report/messages.js';
import { labStatus } from '../../../lib/verify/status.js';
import { until } from '../../support/at-work.js';
import { refusal } from '../../support/failure.js';
import { needs } from '../../support/skip.js';
import { newerServer, noNewerServer } from '../../verify/newer-server.js';
import { labFolder, stateHome } from './homes.js';
import { QUIET } from './labs.js';
import { needsServer } from './support.js';

const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0;
/** As root, really somebody else; otherwise this user, who knows no password either. */
const stranger = asRoot ? { uid: NOBODY, gid: NOBODY } : {};

const ENGINES = {
  'the server of this machine': undefined,
  'Redis 8.0': 'redis',
  'Valkey 8.1': 'valkey',
} as const;

for (const [title, engine] of Object.entries(ENGINES)) {
  describe(`a stranger, with ${title}`, function () {
    this.timeout(120_000);
    before(async function prepare() {
      await needsServer.call(this);
      if (engine) needs(this, noNewerServer());
      fs.writeFileSync(script, `#!/bin/sh\nid -u >> '${mark}'\n`, { mode: 0o755 });
    });

    const home = stateHome();
    const described = buildLab({ ...QUIET, name: 'guarded' }).model;
    const find = (lab: LabModel): Promise<LocalServer | undefined> =>
      engine ? newerServer(engine, lab) : findServer(lab);
    const backend: Backend = localBackend(described, { stateHome: home, find });
    const folder = labFolder(home, described.name);
    /** What a script that Sentinel runs would leave. */
    const mark = path.join(home, 'ran');
    const script = path.join(home, 'script.sh');
    after(() => backend.down());

    const confOf = (node: string, service: 'redis' | 'sentinel') =>
      path.join(folder, 'nodes', node, 'etc', `${service}.conf`);
    const own = async (node: string, ...words: string[]): Promise<CommandResult> =>
      run(await backend.invocation(node, ['redis-cli', ...words]), { deadlineMs: 10_000 });

    async function says(host: string, port: number, ...words: string[]): Promise<string> {
      const { stdout, stderr } = await execa(
        'redis-cli',
        ['-h', host, '-p', String(port), ...words],
        {
          ...stranger,
          env: { PATH: process.env['PATH'] },
          extendEnv: false,
          reject: false,
          timeout: 10_000,
          cwd: '/',
        },
      );
      return `${stdout}${stderr}`;
    }

    const stateOf = async (node: string, service: 'redis' | 'sentinel') =>
      (await backend.status()).services.find(
        (each) => each.node === node && each.service === service,
      )?.state;

    /** Has a Sentinel write lines of somebody else's choice, as a server that takes a newline in a value does. */
    async function inject(node: string, line: string): Promise<void> {
      const port = String(described.sentinel.port);
      const value = `a\n${line}`;
      const set = await own(node, '-p', port, 'sentinel', 'set', 'mymaster', 'auth-pass', value);
      await own(node, '-p', port, 'shutdown');
      await until(async () => (await stateOf(node, 'sentinel')) === 'stopped', 120_000);
      // A version that refuses it (redis#14970) is given the same file by hand.
      if (!set.stdout.startsWith('OK')) fs.appendFileSync(confOf(node, 'sentinel'), `${line}\n`);
      expect(fs.readFileSync(confOf(node, 'sentinel'), 'utf8')).to.contain(line);
    }

    it('is let in by no server, whatever he says', async () => {
      const { lab } = await backend.up({ fresh: true });
      const attack = `a\nsentinel notification-script mymaster ${script}`;
      for (const { ip, redisPort, sentinelPort } of lab.nodes) {
        for (const words of [
          ['ping'],
          ['info'],
          ['shutdown', 'nosave'],
          ['debug', 'segfault'],
          ['config', 'set', 'dir', '/tmp'],
          ['acl', 'setuser', 'default', 'nopass'],
        ]) {
          expect(await says(ip, redisPort, ...words)).to.match(/^NOAUTH /);
        }
        for (const words of [
          ['ping'],
          ['sentinel', 'set', 'mymaster', 'auth-pass', attack],
          ['sentinel', 'masters'],
          ['sentinel', 'debug'],
          ['shutdown'],
        ]) {
          expect(await says(ip, sentinelPort, ...words)).to.match(/^NOAUTH /);
        }
      }
      expect((await backend.status()).state).to.equal('running');
      await backend.stop();
      expect((await backend.up({})).started).to.have.lengthOf(6);
      expect(fs.existsSync(mark)).to.equal(false);
    });

    it('cannot read what lets its owner in', async () => {
      const { lab } = await backend.up({});
      const secret = fs.readFileSync(path.join(folder, 'password'), 'utf8').trim();
      expect(secret).to.match(/^[0-9a-f]{64}$/);
      for (const { name } of lab.nodes) await own(name, 'config', 'rewrite');
      const files = fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));
      for (const file of files.filter((each) => /\.(?:conf|rdb|log)$|password$/.test(each))) {
        expect(fs.statSync(file).mode & 0o077, file).to.equal(0);
      }
      // In the file, and nowhere else: what servers tell each other is another one.
      const holding = files.filter((file) => fs.readFileSync(file).includes(secret));
      expect(holding).to.deep.equal([path.join(folder, 'password')]);
      expect(fs.statSync(folder).mode & 0o777).to.equal(0o700);
      if (!asRoot) return;
      const tried = await execa('cat', [path.join(folder, 'password')], {
        ...stranger,
        reject: false,
        cwd: '/',
      });
      expect(tried.exitCode).not.to.equal(0);
    });

    it('who listens where a server was hears no password, of ours nor of its node', async () => {
      const { lab } = await backend.up({});
      const secret = fs.readFileSync(path.join(folder, 'password'), 'utf8').trim();
      const { ip, redisPort } = lab.nodes[0] as LabModel['nodes'][number];
      await backend.inject('crash', 'master');
      const ping = () => own('slave1', '-h', ip, '-p', String(redisPort), 'ping');
      if (asRoot) {
        // The same address in the words of IPv6.
        await using mapped = await Squatter.at(`::ffff:${ip}`, redisPort);
        const { code, stderr } = await ping();
        expect([code, stderr]).to.deep.equal([
          1,
          `At ${ip}:${redisPort} listens a program of another user (uid ${NOBODY}), not the lab's server: it gets neither password nor command.\n`,
        ]);
        expect(mapped.heard).not.to.match(/ping/);
      }
      await using squatter = await Squatter.at(ip, redisPort);
      const { problems } = await labStatus(described, backend);
      expect(problems.join('\n')).to.contain(`another program listens at ${ip}:${redisPort}`);
      const asked = await ping();
      if (asRoot) {
        expect(asked.stderr).to.contain('a program of another user').and.contain(`${NOBODY}`);
        expect(asked.code).to.equal(1);
      }
      // Its replicas and the Sentinels tell it what they are, and that lets in nobody but them.
      const toldNow = () => [
        ...squatter.heard.matchAll(/(replication|sentinel)\r\n\$64\r\n([0-9a-f]{64})/g),
      ];
      await until(async () => toldNow().length > 0, 120_000);
      if (asRoot) expect(squatter.heard).not.to.contain(secret);
      const told = toldNow();
      const slave = lab.nodes[1] as LabModel['nodes'][number];
      for (const [, user = '', password = ''] of told) {
        for (const words of [
          ['shutdown'],
          ['config', 'set', 'maxmemory', '1'],
          ['debug', 'segfault'],
          ['get', 'x'],
          ['acl', 'list'],
        ]) {
          const answer = await says(
            slave.ip,
            slave.redisPort,
            '--user',
            user,
            '-a',
            password,
            '--no-auth-warning',
            ...words,
          );
          expect(answer, `${user} ${words}`).to.match(/NOPERM|WRONGPASS/);
        }
        const answer = await says(
          slave.ip,
          slave.sentinelPort,
          '--user',
          user,
          '-a',
          password,
          '--no-auth-warning',
          ...['sentinel', 'set', 'mymaster', 'quorum', '1'],
        );
        expect(answer).to.match(/NOPERM|WRONGPASS|NOAUTH/);
      }
      const refused = await refusal(backend.heal());
      expect(refused.message).to.contain('cannot listen there: another program does');
      await squatter[Symbol.asyncDispose]();
      await backend.heal();
    });

    it('who plays the master that is down gets into its replicas, but to no file and no program of the owner', async () => {
      await backend.up({ fresh: true });
      const { lab } = await backend.up({});
      const [master, slave] = lab.nodes as [LabModel['nodes'][number], LabModel['nodes'][number]];
      await backend.inject('crash', 'master');
      const commands = ['acl setuser intruder on nopass ~* &* +@all'];
      await using rogue = await Squatter.at(master.ip, master.redisPort, commands);
      const asIntruder = (...words: string[]) =>
        says(
          slave.ip,
          slave.redisPort,
          '--user',
          'intruder',
          '-a',
          'x',
          '--no-auth-warning',
          ...words,
        );
      await until(async () => (await asIntruder('acl', 'whoami')) === 'intruder', 120_000);
      for (const words of [
        ['config', 'set', 'dir', home],
        ['config', 'set', 'dbfilename', 'ran'],
        ['config', 'set', 'logfile', mark],
        ['module', 'load', script],
        ['config', 'set', 'enable-module-command', 'yes'],
        ['config', 'set', 'enable-protected-configs', 'yes'],
      ]) {
        expect(await asIntruder(...words), String(words)).to.match(/^ERR /);
      }
      // What he has it write into its own file is found at its next start.
      expect(await asIntruder('config', 'rewrite')).to.equal('OK');
      await backend.inject('crash', 'slave1');
      await rogue[Symbol.asyncDispose]();
      const refused = await refusal(backend.heal());
      expect(refused.message).to.match(/redis\.conf:\d+: user intruder .*\n +decides who gets in/);
      await backend.up({ fresh: true });
      expect(await asIntruder('acl', 'whoami')).to.match(/WRONGPASS|NOAUTH/);
      expect(fs.existsSync(mark)).to.equal(false);
    });

    for (const again of ['up', 'heal', 'fresh'] as const) {
      it(`whose line stands in a configuration has it refused by ${again === 'fresh' ? 'no new lab' : again}`, async () => {
        await backend.up({});
        const line = `sentinel notification-script mymaster ${script}`;
        await inject('slave1', line);
        if (again !== 'heal') await backend.stop();
        const attempt = again === 'heal' ? () => backend.heal() : () => backend.up({});
        if (again === 'fresh') {
          await backend.up({ fresh: true });
        } else {
          const refused = await refusal(attempt().then(() => undefined));
          expect(refused.exitCode).to.equal(EXIT.usage);
          const text = fs.readFileSync(confOf('slave1', 'sentinel'), 'utf8');
          const number = text.split('\n').indexOf(line) + 1;
          expect(refused.message)
            .to.contain(`${confOf('slave1', 'sentinel')}:${number}: ${line}`)
            .and.contain('names a program')
            .and.contain('redis-lab up --fresh')
            .and.contain('redis-lab down');
          expect(await stateOf('slave1', 'sentinel')).to.equal('stopped');
          await backend.up({ fresh: true });
        }
        expect((await backend.status()).state).to.equal('running');
        expect(fs.existsSync(mark)).to.equal(false);
      });
    }

    it('who puts a link in the place of a configuration, or can write to one, is found out', async () => {
      await backend.up({});
      await backend.stop();
      const conf = confOf('slave2', 'redis');
      fs.renameSync(conf, `${conf}.mine`);
      fs.symlinkSync(`${conf}.mine`, conf);
      expect((await refusal(backend.up({}))).message).to.contain(`${conf} is a link`);
      fs.rmSync(conf);
      fs.renameSync(`${conf}.mine`, conf);
      fs.chmodSync(conf, 0o666);
      expect((await refusal(backend.up({}))).message).to.contain('is open to others (mode 666)');
      fs.chmodSync(conf, 0o644);
      expect((await backend.up({})).started).to.have.lengthOf(6);
      await backend.stop();
      fs.chmodSync(path.join(folder, 'password'), 0o644);
      expect((await refusal(backend.up({}))).message).to.contain('is open to others (mode 644)');
      await backend.down();
    });

    it('is told of where a lab comes from a redis-lab that gave none a password', async () => {
      await backend.up({ fresh: true });
      await backend.stop();
      const file = path.join(folder, 'state.json');
      const { password, ...state } = JSON.parse(fs.readFileSync(file, 'utf8'));
      expect(password).to.equal(true);
      fs.writeFileSync(file, JSON.stringify(state));
      fs.rmSync(path.join(folder, 'password'));
      for (const { name } of described.nodes) {
        for (const service of ['redis', 'sentinel'] as const) {
          const text = fs.readFileSync(confOf(name, service), 'utf8');
          const old = text.replace(
            /^(?:user|masteruser|masterauth|primaryuser|primaryauth|sentinel (?:auth|sentinel)-(?:user|pass)) .*\n/gm,
            '',
          );
          fs.writeFileSync(confOf(name, service), old);
        }
      }
      const { lab, notes } = await backend.up({});
      expect(notes.map(messageOf).map(({ code }) => code)).to.include('note.no-password');
      expect(lab.nodes.every(({ auth }) => auth === undefined)).to.equal(true);
      const { ip, redisPort } = lab.nodes[0] as LabModel['nodes'][number];
      expect(await says(ip, redisPort, 'ping')).to.equal('PONG');
      expect((await own('master', 'ping')).stdout).to.equal('PONG\n');
      await own('master', 'config', 'rewrite');
      await backend.stop();
      expect((await backend.up({})).started).to.have.lengthOf(6);
      await backend.up({ fresh: true });
      expect(await says(ip, redisPort, 'ping')).to.match(/^NOAUTH /);
    });
  });
}

describe('a server that would let an intruder out of the lab', () => {
  it('has a note, and one that would not has none', () => {
    expect(noteOnOldServer({ engine: 'redis', version: '6.2.14' })?.code).to.equal(
      'note.old-server',
    );
    expect(noteOnOldServer({ engine: 'redis', version: '7.0.0' })).to.equal(undefined);
    expect(noteOnOldServer({ engine: 'valkey', version: '7.2.5' })).to.equal(undefined);
  });
});

/** A program of another user, as root is another one, that listens somewhere and keeps all that it hears. */
class Squatter implements AsyncDisposable {
  heard = '';

  private constructor(private readonly child: ChildProcess) {}

  /** @param commands what it has replicas do that take it for their master */
  static async at(host: string, port: number, commands: string[] = []): Promise<Squatter> {
    const program = `
      const rdb = Buffer.concat([Buffer.from('REDIS0009\\xff', 'latin1'), Buffer.alloc(8)]);
      const net = require('node:net');
      net.createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (data) => {
          process.stdout.write(data);
          if (/\\r\\nPSYNC\\r\\n/.test(data) && ${commands.length} > 0) {
            socket.write('+FULLRESYNC ' + 'a'.repeat(40) + ' 1\\r\\n$' + rdb.length + '\\r\\n');
            socket.write(rdb);
            for (const each of ${JSON.stringify(commands)}) {
              const words = each.split(' ').map((word) => '$' + word.length + '\\r\\n' + word + '\\r\\n');
              socket.write('*' + words.length + '\\r\\n' + words.join(''));
            }
            return;
          }
          // One answer to each: a Sentinel that gets more ends itself.
          socket.write('+PONG\\r\\n'.repeat([...String(data).matchAll(/^\\*\\d/gm)].length));
        });
      }).listen(${port}, '${host}', () => process.stderr.write('listening\\n'));
      setTimeout(() => process.exit(), 60000);
    `;
    const child = spawn(process.execPath, ['-e', program], {
      ...stranger,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const squatter = new Squatter(child);
    child.stdout?.on('data', (data) => {
      squatter.heard += String(data);
    });
    if (!child.stderr) throw new Error('no standard error');
    for await (const line of createInterface({ input: child.stderr })) {
      if (line === 'listening') return squatter;
      throw new Error(line);
    }
    throw new Error('it does not listen');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'close');
  }
}
