/** What goes wrong with a lab of virtual machines: said in one message, and `up` or `down` works afterwards. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { toYaml } from '../../lib/render/yaml.js';
import { AtWork, processesOf, until } from '../support/at-work.js';
import { redisLab } from '../support/cli.js';
import { daemon, Mirror, User } from '../support/ground.js';
import { PACKAGE } from './support/labs.js';
import { leftOf, virsh } from './support/virsh.js';

const UP = ['up', '--backend', 'vagrant', '--no-verify'];

describe('a lab of virtual machines that cannot be, or is disturbed', () => {
  const user = new User();

  before(() => user.write('redis-lab.yaml', toYaml(PACKAGE)));

  after(async () => {
    await user.run('down', '--backend', 'vagrant');
    user.remove();
  });

  async function expectNothingLeft(): Promise<void> {
    expect(await leftOf(user)).to.deep.equal([]);
    expect(processesOf(user)).to.deep.equal([]);
  }

  /** Refused or failed, with nothing left. */
  async function refused(exitCode: number, ...args: string[]): Promise<string> {
    const up = await user.run(...UP, ...args);
    expect(up.exitCode, up.stderr).to.equal(exitCode);
    expect(up.stdout).to.equal('');
    await expectNothingLeft();
    return up.stderr;
  }

  it('has no Vagrant', async () => {
    const env = { ...user.env, PATH: user.folder };
    const up = await redisLab(user.folder, UP, { env });
    expect(up.exitCode, up.stderr).to.equal(3);
    expect(up.stderr).to.include('Vagrant: there is no vagrant on the PATH');
    expect(up.stderr).to.include('https://developer.hashicorp.com/vagrant/install');
  });

  it('has a box that cannot be fetched', async () => {
    const said = await refused(3, '--set', 'vagrant.box=redis-lab/no-such-box');
    expect(said).to.include('redis-lab/no-such-box').and.include('vagrant.box');
  });

  it('has a box that nobody knows', async () => {
    const mirror = await Mirror.serving({});
    try {
      const env = { ...user.env, VAGRANT_SERVER_URL: mirror.url('') };
      const words = [...UP, '--set', 'vagrant.box=redis-lab/no-such-box'];
      const up = await redisLab(user.folder, words, { env, timeout: 120_000 });
      expect(up.exitCode, up.stderr).to.equal(4);
      expect(up.stderr, up.stderr).to.match(
        /Vagrant failed:\n {2}master, slave1, slave2: The box 'redis-lab\/no-such-box' could not be found[\s\S]*vagrant\.box/,
      );
      expect(mirror.asked.join(' ')).to.include('no-such-box');
    } finally {
      await mirror.close();
    }
    await expectNothingLeft();
  });

  it('has the name of a machine that somebody else made, which stays', async () => {
    const stranger = 'redis-lab-master';
    user.write(
      'stranger.xml',
      `<domain type="qemu"><name>${stranger}</name><memory unit="MiB">64</memory><os><type>hvm</type></os></domain>`,
    );
    await virsh('define', path.join(user.folder, 'stranger.xml'));
    try {
      for (const [words, exitCode] of [
        [UP, 3],
        [['down', '--backend', 'vagrant'], 0],
      ] as const) {
        const ran = await user.run(...words);
        expect(ran.exitCode, ran.stderr).to.equal(exitCode);
        expect(await virsh('list', '--all', '--name')).to.equal(stranger);
        if (exitCode === 3) expect(ran.stderr).to.include(`a machine ${stranger} that this`);
      }
    } finally {
      await virsh('undefine', stranger);
    }
    await expectNothingLeft();
  });

  it('has a libvirt that does not run', async () => {
    await daemon('stop');
    try {
      const up = await user.run(...UP);
      expect(up.exitCode, up.stderr).to.equal(3);
      expect(up.stderr).to.match(/^ {2}libvirt: it does not answer: /m);
      expect(up.stderr).to.include('sudo systemctl enable --now libvirtd');
    } finally {
      await daemon('start');
    }
    await expectNothingLeft();
  });

  it('has a network that something else has', async () => {
    await execa('ip', ['link', 'add', 'taken0', 'type', 'bridge']);
    try {
      await execa('ip', ['address', 'add', '192.168.100.1/24', 'dev', 'taken0']);
      await execa('ip', ['link', 'set', 'taken0', 'up']);
      const said = await refused(3);
      expect(said)
        .to.include('192.168.100.0/24')
        .and.include('taken0')
        .and.include('--set network=');
    } finally {
      await execa('ip', ['link', 'delete', 'taken0']);
    }
  });

  it('is given up while its machines are made', async () => {
    const up = new AtWork(user, ...UP);
    await up.says(/^start: master: Creating/m);
    up.send('SIGINT');
    const { exitCode, stderr } = await up.ends();
    expect(exitCode, stderr).to.equal(130);
    await expectNothingLeft();
  });

  it('is given up while they boot', async () => {
    const up = new AtWork(user, ...UP);
    await up.says(/^start: master: Waiting for/m);
    up.send('SIGINT');
    const { exitCode, stderr } = await up.ends();
    expect(exitCode, stderr).to.equal(130);
    await expectNothingLeft();
  });

  it('was killed with all its processes while machines were made, and goes down', async () => {
    const up = new AtWork(user, ...UP);
    await up.says(/^start: master: Creating/m);
    up.send('SIGKILL');
    await up.ends();
    // Vagrant itself, in a session of its own, goes on; it may be at work on what is asked for now.
    const status = await user.run('status');
    expect(status.exitCode, status.stderr).to.equal(1);
    const down = await user.run('down');
    expect(down.exitCode, down.stderr).to.equal(0);
    await expectNothingLeft();
  });

  it('loses its Vagrant half-way', async () => {
    const up = new AtWork(user, ...UP);
    await up.says(/^start: master: Creating/m);
    const kept = path.join(String(user.env['XDG_STATE_HOME']), 'redis-lab/.vagrant/redis-lab');
    const { pid } = JSON.parse(fs.readFileSync(path.join(kept, 'at-work.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    const { exitCode, stderr } = await up.ends();
    expect(exitCode, stderr).to.equal(4);
    expect(stderr, stderr).to.match(/Vagrant failed:\s+it was killed \(SIGKILL\)/);
    await expectNothingLeft();
  });

  it('has no room on the disk of its machines, or runs out of it on the way', async () => {
    const full = fs.mkdtempSync(path.join(user.folder, 'full-'));
    const resize = (...options: string[]) =>
      execa('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', full]);
    await resize('size=8m');
    const old = /<path>(.*)<\/path>/.exec(await virsh('pool-dumpxml', 'default'))?.[1] ?? '';
    const pool = async (folder: string) => {
      await virsh('pool-destroy', 'default');
      await virsh('pool-undefine', 'default');
      await virsh('pool-define-as', 'default', 'dir', '--target', folder);
      await virsh('pool-start', 'default');
    };
    try {
      await pool(full);
      expect(await refused(3)).to.match(/Disk for machines: .* left in .*full-/);
      await resize('remount', 'size=20g');
      const up = new AtWork(user, ...UP);
      await up.says(/^files: slave2 /m);
      await resize('remount', 'size=8m');
      const { exitCode, stderr } = await up.ends();
      expect(exitCode, stderr).to.equal(4);
      expect(stderr)
        .to.match(/no space left/i)
        .and.include('Make room on that disk');
      await expectNothingLeft();
    } finally {
      await pool(old);
      await execa('umount', [full]);
    }
  });

  it('has a machine that is switched off while it boots', async () => {
    const up = new AtWork(user, ...UP);
    await up.says(/^start: slave1: Waiting for/m);
    await until(async () => (await virsh('list', '--name')).includes('redis-lab-slave1'));
    await virsh('destroy', 'redis-lab-slave1');
    const { exitCode, stderr } = await up.ends();
    expect(exitCode, stderr).to.equal(4);
    expect(stderr).to.include('slave1 ended while the lab came up');
    await expectNothingLeft();
  });
});
