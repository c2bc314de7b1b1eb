/** The machine that the tests run on, asked for real. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { architecturesOf } from '../../lib/cache/names.js';
import { keepNodeBuild } from '../../lib/cache/node-builds.js';
import { examine } from '../../lib/doctor/examine.js';
import { thisHost } from '../../lib/doctor/this-host.js';
import { buildLab } from '../../lib/lab/lab.js';
import { message } from '../../lib/report/messages.js';
import { finishedBuild } from '../cache/support/builds.js';
import { needs, skip } from '../support/skip.js';

const NODE = process.execPath;

describe('this host', function () {
  this.timeout(30_000);
  const host = thisHost();
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-spec-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('gives what a program says, in the language that is read here', async () => {
    const program = 'console.log(process.env.LC_ALL, process.cwd()); process.exit(3)';
    const answer = await host.run(NODE, ['-e', program]);
    expect(answer).to.deep.equal({
      ended: true,
      code: 3,
      stdout: `C.UTF-8 ${fs.realpathSync(os.homedir())}\n`,
      stderr: '',
    });
  });

  it('gives a program what it reads, and each line as it comes', async () => {
    const lines: string[] = [];
    const answer = await host.run(NODE, ['-e', 'process.stdin.pipe(process.stdout)'], {
      input: 'one\ntwo\n',
      onLine: (line) => lines.push(line),
    });
    expect(answer).to.include({ ended: true, code: 0 });
    expect(lines).to.deep.equal(['one', 'two']);
  });

  it('ends a program that hangs, and says so', async () => {
    const hanging = ['-e', 'setInterval(() => {}, 1000)'];
    const answer = await host.run(NODE, hanging, { deadlineMs: 1000 });
    expect(answer).to.deep.equal({
      ended: false,
      silent: message('asked.late', { program: path.basename(NODE), seconds: 1 }),
      late: true,
    });
  });

  it('says of a program that does not start that it does not', async () => {
    const answer = await host.run(path.join(folder, 'none'), []);
    expect(answer.ended).to.equal(false);
    expect(answer).to.have.property('silent').that.includes('could not be started');
    expect(answer).not.to.have.property('late');
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const running = thisHost(stop.signal).run(NODE, ['-e', 'setInterval(() => {}, 1000)']);
    stop.abort(new Error('enough'));
    const error = await running.then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).to.equal('enough');
  });

  it('reaches a server, whatever that answers, and gives its clock', async () => {
    const server = http.createServer((_, response) => {
      response.writeHead(404, { date: 'Wed, 25 Nov 2026 10:00:00 GMT' });
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/redis.tar.gz`;
    try {
      expect(await host.reach(url)).to.deep.equal({
        reached: true,
        dateMs: Date.parse('2026-11-25T10:00:00Z'),
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(await host.reach(url)).to.deep.equal({
      reached: false,
      code: 'ECONNREFUSED',
      failure: 'ECONNREFUSED',
    });
  });

  it('knows which ports are free', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await host.freePorts([port])).to.deep.equal([]);
    server.close();
    await once(server, 'close');
    expect(await host.freePorts([port])).to.deep.equal([port]);
  });

  it('knows memory, room on the disk, and what may be opened', () => {
    const { totalMb, availableMb = 1 } = host.memory();
    expect(totalMb).to.be.greaterThan(100);
    expect(availableMb)
      .to.be.greaterThan(0)
      .and.at.most(os.totalmem() / 2 ** 20);
    const here = host.freeMb(folder);
    expect(here).to.be.greaterThan(0);
    // What is not there yet would be made there.
    expect(host.freeMb(path.join(folder, 'not/yet'))).to.be.closeTo(here ?? 0, 1000);
    expect(host.whyNotUsable(folder)).to.equal(undefined);
    expect(host.whyNotUsable(path.join(folder, 'none'))).to.equal('absent');
    expect(host.read(path.join(folder, 'none'))).to.equal(undefined);
  });

  it('does not take a build for another processor or distribution for one that is kept', async function () {
    const [own = ''] = architecturesOf() ?? skip(this, 'a processor that nodes can have');
    const lab = buildLab().model;
    const distribution = 'ubuntu-24.04';
    const before = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = folder;
    try {
      for (const system of [
        { distribution, architecture: own === 'aarch64' ? 'x86_64' : 'aarch64' },
        { distribution: 'debian-12', architecture: own },
        { distribution, architecture: own },
      ]) {
        expect(await host.kept(lab)).to.equal(undefined);
        await keepNodeBuild(lab.redis, finishedBuild(lab.redis, system));
      }
      expect(await host.kept(lab)).to.deep.equal(
        message('source.a-build', { distribution, architecture: own }),
      );
    } finally {
      if (before === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = before;
    }
  });

  it('says of virtualisation what the processor says, whatever device files there are', async function () {
    const text = host.read('/proc/cpuinfo');
    if (host.platform !== 'linux' || host.arch !== 'x64' || text === undefined) {
      skip(this, 'Linux on x64');
    }
    const checks = await examine(buildLab({ redis: { install: 'package' } }).model, {
      host: { ...host, env: { VAGRANT_DEFAULT_PROVIDER: 'libvirt' }, reach: offline },
      backend: 'vagrant',
    });
    const check = checks.find(({ code }) => code === 'virtualisation');
    // Without these two, a /dev/kvm does not help: that of the machines of CI runs no stock kernel.
    if (/\b(?:vmx|svm)\b/.test(text)) {
      expect(check?.seen.text).to.not.include('neither vmx nor svm');
    } else {
      expect(check?.state).to.equal('bad');
      expect(check?.seen.text).to.include('neither vmx nor svm');
      expect(check?.seen.text.includes('/dev/kvm')).to.equal(fs.existsSync('/dev/kvm'));
    }
  });

  it('has a Vagrant that says its version as is expected', async function () {
    const { error, stdout } = spawnSync('vagrant', ['--version'], {
      encoding: 'utf8',
      timeout: 180_000,
      env: { ...process.env, VAGRANT_CHECKPOINT_DISABLE: '1' },
    });
    needs(this, error ? 'vagrant' : undefined);
    const checks = await examine(buildLab({ redis: { install: 'package' } }).model, {
      host: {
        ...host,
        env: { VAGRANT_DEFAULT_PROVIDER: 'libvirt' },
        reach: offline,
        // Late is not silent here: a busy machine takes longer than people wait.
        run: (program, args, options) =>
          host.run(program, args, { ...options, deadlineMs: 180_000 }),
      },
      backend: 'vagrant',
      deadlineMs: 200_000,
    });
    const [version = 'none'] = /\d+\.\d+\.\d+/.exec(stdout) ?? [];
    expect(checks.find(({ code }) => code === 'vagrant')?.seen.text).to.include(version);
    const unknown = checks.filter(({ seen }) => seen.code === 'asked.silent');
    expect(unknown.filter(({ code }) => code !== 'libvirt')).to.deep.equal([]);
  });
});

/** Nothing outside is asked. */
async function offline() {
  return { reached: false, code: 'ENOTFOUND', failure: 'ENOTFOUND' } as const;
}
