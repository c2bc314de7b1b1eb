/** What goes wrong while a lab in containers comes up or runs: said in one message, and nothing is left that should not be. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { load } from 'js-yaml';
import { incusBackend } from '../../lib/backends/incus/index.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { AtWork, processesOf } from '../support/at-work.js';
import { daemon, daemonProcess, Mirror, User } from '../support/ground.js';
import { eventually, statusOf } from '../support/nodes.js';
import { leftOf, lxc, on } from './support/lxc.js';

const DESCRIPTION = `incus: { image: debian-12, uplink: none, limits: wanted }
redis: { install: package, version: 7.0.15 }
sentinel: { downAfter: 2s }
`;

const UP = ['up', '--backend', 'incus', '--no-verify'];

/** No test below needs more than one lab, and each ends with none. */
describe('a lab in containers that is disturbed', () => {
  const user = new User();
  const stateHome = path.join(String(user.env['XDG_STATE_HOME']), 'redis-lab');

  beforeEach(() => user.write('redis-lab.yaml', DESCRIPTION));

  after(async () => {
    await user.run('down', '--backend', 'incus');
    user.remove();
  });

  async function expectNothingLeft(): Promise<void> {
    expect(await leftOf('redis-lab'), 'on the server').to.deep.equal([]);
    expect(processesOf(user), 'processes').to.deep.equal([]);
    expect(fs.existsSync(stateHome), 'what is remembered').to.equal(false);
  }

  /** Without a word about where it runs: that is remembered of what may have left something. */
  async function expectDown(): Promise<void> {
    const { exitCode, stdout, stderr } = await user.run('down');
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.include('Nothing of the lab redis-lab is left here.');
    await expectNothingLeft();
  }

  async function expectUp(): Promise<void> {
    const up = await user.run(...UP, '--json');
    expect(up.exitCode, up.stderr).to.equal(0);
    expect(JSON.parse(up.stdout).status.ready).to.equal(true);
  }

  describe('by a node that does not get through its first boot', () => {
    it('says that the package is of another version, and leaves nothing', async () => {
      const { exitCode, stderr } = await user.run(...UP, '--set', 'redis.version=7.2.15');
      expect(exitCode, stderr).to.equal(4);
      expect(stderr).to.match(
        /^redis-lab: (?:master|slave[12]) did not get through its first boot: the package redis-server; it is 'Redis server v=7\.0\.15 .*', not redis 7\.2\.15; ask for that version in the lab's spec, or for install: source\.\nIts last words:\n(?: {2}.*\n){3,14} {2}.*$/m,
      );
      await expectNothingLeft();
    });

    it('says that make failed, with what make said, and leaves nothing', async () => {
      const source = await tarball(user, 'all:\n\techo the pump is broken; exit 7\n');
      const mirror = await Mirror.serving({ 'source.tar.gz': source.file });
      try {
        user.write('redis-lab.yaml', fromSource(mirror, source.sha256));
        const { exitCode, stderr } = await user.run(...UP);
        expect(exitCode, stderr).to.equal(4);
        expect(stderr).to.match(
          /^redis-lab: master did not get through its first boot: make all; status 2; the last lines are above.*$/m,
        );
        expect(stderr).to.match(/^ {2}the pump is broken$/m);
        await expectNothingLeft();
      } finally {
        await mirror.close();
      }
    });

    it('names the node that was stopped while it booted; the others do not wait for it', async () => {
      const source = await tarball(user, 'all:\n\tsleep 600\n');
      const mirror = await Mirror.serving({ 'source.tar.gz': source.file });
      try {
        user.write('redis-lab.yaml', fromSource(mirror, source.sha256));
        const up = new AtWork(user, ...UP);
        // Without being called off it would wait 90 s for the builder, and then build by itself.
        await up.says(/slave[12]: waiting for the builder/);
        await lxc('stop', '--force', 'redis-lab-master');
        const { exitCode, stderr } = await up.ends();
        expect(exitCode, stderr).to.equal(4);
        expect(stderr).to.match(
          /^redis-lab: master was stopped while it booted: by somebody, or by its own system\. Run the same command again\.\nIts last words:\n {2}\S/m,
        );
        await expectNothingLeft();
      } finally {
        await mirror.close();
      }
    });
  });

  describe('by a first boot that stands still', () => {
    const GO_ON = '/run/go-on';
    /** Cloud-init does not begin before somebody says so. */
    const HANGING = `[Service]
TimeoutStartSec=infinity
ExecStartPre=/bin/sh -c 'until [ -e ${GO_ON} ]; do sleep 1; done'
`;

    before(async () => {
      const file = path.join(user.folder, 'hanging.conf');
      fs.writeFileSync(file, HANGING);
      await lxc('init', 'debian-12', 'hanging', '--quiet');
      const to = 'hanging/etc/systemd/system/cloud-init-local.service.d/hanging.conf';
      await lxc('file', 'push', '--quiet', '--create-dirs', file, to);
      await lxc('publish', 'hanging', '--quiet', '--alias', 'hanging', '--compression', 'none');
      await lxc('delete', 'hanging');
    });

    after(async () => lxc('image', 'delete', 'hanging'));

    it('says within a minute what the node waits for, and goes on when that goes on', async () => {
      const up = new AtWork(user, ...UP, '--set', 'incus.image=hanging');
      const nodes = ['master', 'slave1', 'slave2'];
      for (const node of nodes) {
        await up.says(
          new RegExp(
            `^start: ${node}: nothing has moved for [34]\\d s\\. Its systemd works on cloud-init-local\\.service`,
            'm',
          ),
        );
      }
      for (const node of nodes) await lxc('exec', `redis-lab-${node}`, '--', 'touch', GO_ON);
      const { exitCode, stderr } = await up.ends();
      expect(exitCode, stderr).to.equal(0);
      for (const node of nodes)
        expect(stderr).to.match(new RegExp(`^start: ${node}: goes on …$`, 'm'));
      await expectDown();
    });
  });

  describe('by Ctrl-C and its like', () => {
    const moments: [string, RegExp, NodeJS.Signals][] = [
      ['while the network is made', /^preflight: done/m, 'SIGINT'],
      ['while the instances are made', /^files: network/m, 'SIGTERM'],
      ['while the nodes start', /^start: \w+: booting/m, 'SIGINT'],
      ['while the nodes install', /^start: \w+: installing/m, 'SIGTERM'],
    ];
    for (const [when, said, signal] of moments) {
      it(`leaves nothing after ${signal} ${when}`, async () => {
        const up = new AtWork(user, ...UP);
        await up.says(said);
        up.send(signal);
        const { exitCode, stdout, stderr } = await up.ends();
        expect(exitCode, stderr).to.equal(130);
        expect(stdout).to.equal('');
        expect(stderr).to.match(
          /^redis-lab: interrupted\. Nothing of the lab redis-lab is running\.$/m,
        );
        await expectNothingLeft();
      });
    }

    it('ends at once at the second Ctrl-C, and says what to do about the rest', async () => {
      const server = daemonProcess();
      const up = new AtWork(user, ...UP);
      await up.says(/^start: \w+: booting/m);
      // Nothing can be put in order while the server stands still.
      process.kill(server, 'SIGSTOP');
      try {
        up.send('SIGINT');
        // Two within a second are one: some terminals and npm send both.
        await new Promise((resolve) => setTimeout(resolve, 1200));
        up.send('SIGINT');
        const { exitCode, stderr } = await up.ends();
        expect(exitCode, stderr).to.equal(130);
        expect(stderr).to.match(
          /^redis-lab: ended at once\. See what is left: redis-lab status; end it: redis-lab down$/m,
        );
      } finally {
        process.kill(server, 'SIGCONT');
      }
      const { exitCode, stdout } = await user.run('status');
      expect(exitCode).to.equal(1);
      expect(stdout).to.match(/^Lab redis-lab \(incus\)/);
      await expectDown();
    });
  });

  describe('by the end of its own process', () => {
    it('is completed by the next up, whatever was half-made', async () => {
      const up = new AtWork(user, ...UP);
      await up.says(/^files: network/m);
      up.send('SIGKILL');
      await up.ends();
      expect(await leftOf('redis-lab')).to.include('redis-lab');
      await expectUp();
    });

    it('is removed by down, whatever was booting', async () => {
      await expectDown();
      const up = new AtWork(user, ...UP);
      await up.says(/^start: \w+: installing/m);
      up.send('SIGKILL');
      await up.ends();
      await expectDown();
    });

    it('is refused by the next up where its boot has failed meanwhile', async () => {
      const wrong = ['--set', 'redis.version=7.2.15'];
      const up = new AtWork(user, ...UP, ...wrong);
      await up.says(/^start: master: installing/m);
      up.send('SIGKILL');
      await up.ends();
      const { exitCode, stderr } = await user.run('up', ...wrong);
      expect(exitCode, stderr).to.equal(4);
      expect(stderr).to.match(
        /^redis-lab: .* did not get through its first boot: the package redis-server; .*\. Begin anew: redis-lab down, then redis-lab up\.\n/m,
      );
      await expectDown();
    });
  });

  describe('by the end of the server while it boots', () => {
    async function upUntilKilled(): Promise<void> {
      const up = new AtWork(user, ...UP);
      await up.says(/^start: \w+: (?:installing|user redis)/m);
      await daemon('kill');
      const { exitCode, stderr } = await up.ends();
      expect(exitCode, stderr).to.equal(3);
      expect(stderr).to.match(
        /^redis-lab: LXD cannot be used \(.*\)\. LXD does not answer\. Start it: sudo systemctl start lxd .*Then run the same command again; what was made is removed by: redis-lab down --backend incus\.$/m,
      );
    }

    it('says how to start it; then status tells what is there, and down removes it', async () => {
      await upUntilKilled();
      await daemon('start');
      const status = await statusOf(user);
      expect(status).to.deep.include({ ready: false });
      expect(status.state).to.be.oneOf(['stopped', 'idle', 'partial', 'running']);
      await expectDown();
    });

    it('is completed by the next up', async () => {
      await upUntilKilled();
      await daemon('start');
      await expectUp();
    });
  });

  describe('while it runs', () => {
    it('by one who stops a node: status says partial, heal starts it', async () => {
      await lxc('stop', '--force', 'redis-lab-slave1');
      expect(await statusOf(user)).to.include({ state: 'partial', ready: false });
      const heal = await user.run('heal');
      expect(heal.exitCode, heal.stderr).to.equal(0);
      expect(heal.stdout).to.include('slave1 was started.');
      expect(await statusOf(user)).to.include({ state: 'running', ready: true });
    });

    it('by one who removes a node: status says partial, heal says what to do, up makes it anew', async () => {
      const before = await pidOf('master');
      await lxc('delete', '--force', 'redis-lab-slave2');
      expect(await statusOf(user)).to.include({ state: 'partial', ready: false });
      const heal = await user.run('heal');
      expect(heal.exitCode, heal.stderr).to.equal(2);
      expect(heal.stderr).to.equal(
        'redis-lab: No machine of slave2 is there any more: somebody removed it. Make it anew: redis-lab up.',
      );
      await expectUp();
      await eventually(user, ({ ready }) => ready, 'ready');
      expect(await pidOf('master')).to.equal(before);
    });

    it('by a node that does not end: stop takes its power when its time is over, and its data stays', async () => {
      const hold = [
        '--property=TimeoutStopSec=infinity',
        '--property=ExecStop=/bin/sleep infinity',
        '--property=ExecStopPost=/bin/touch /root/ended-in-order',
      ];
      const held = await on('redis-lab-master', 'systemd-run', ...hold, 'sleep', 'infinity');
      expect(held.exitCode, held.stderr).to.equal(0);
      const set = await on('redis-lab-master', 'redis-cli', 'set', 'demokey', 'testing testing');
      expect(set.stdout).to.equal('OK');
      const { model } = buildLab(load(DESCRIPTION) as LabSpec);
      const ended = await incusBackend(model, { stateHome, shutdownMs: 15_000 }).stop();
      expect(ended).to.have.lengthOf(6);
      expect(await statusOf(user)).to.include({ state: 'stopped', ready: false });
      await expectUp();
      const kept = await on('redis-lab-master', 'redis-cli', 'get', 'demokey');
      expect(kept.stdout).to.equal('testing testing');
      const inOrder = await on('redis-lab-master', 'test', '-e', '/root/ended-in-order');
      expect(inOrder.exitCode, inOrder.stderr).to.equal(1);
    });

    it('by the end of the server: each command says so, and the lab runs on', async () => {
      const before = await pidOf('master');
      await daemon('kill');
      const commands = [
        ['status'],
        ['exec', 'master', '--', 'redis-cli', 'ping'],
        ['fault', 'crash', 'master'],
        ['heal'],
        ['logs', 'master'],
        ['verify', 'replication'],
        ['stop'],
        ['down'],
      ];
      for (const words of commands) {
        const { exitCode, stdout, stderr } = await user.run(...words);
        expect(exitCode, `${words.join(' ')}: ${stderr}`).to.equal(3);
        expect(stdout, words.join(' ')).to.equal('');
        expect(stderr, words.join(' ')).to.match(
          /^redis-lab: LXD: .*\. LXD does not answer\. Start it: sudo systemctl start lxd .*$/,
        );
      }
      await daemon('start');
      expect(await statusOf(user)).to.include({ state: 'running', ready: true });
      expect(await pidOf('master')).to.equal(before);
    });

    it('and goes down', expectDown);
  });
});

async function pidOf(node: string): Promise<string> {
  const show = ['systemctl', 'show', '--property=MainPID', '--value', 'redis-server'];
  return (await on(`redis-lab-${node}`, ...show)).stdout;
}

/** A source of which only `make` knows anything. */
async function tarball(user: User, makefile: string): Promise<{ file: string; sha256: string }> {
  const folder = path.join(user.folder, 'source');
  fs.mkdirSync(path.join(folder, 'src'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'src', 'Makefile'), makefile);
  const file = path.join(user.folder, 'source.tar.gz');
  await execa('tar', ['-C', user.folder, '-czf', file, 'source'], { timeout: 10_000 });
  return { file, sha256: createHash('sha256').update(fs.readFileSync(file)).digest('hex') };
}

function fromSource(mirror: Mirror, sha256: string): string {
  return `incus: { image: debian-12, uplink: none, limits: wanted }
redis:
  version: 7.0.15
  source: { url: '${mirror.url('source.tar.gz')}', sha256: ${sha256} }
`;
}
