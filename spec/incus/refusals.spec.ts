/** What lacks for a lab in containers is said before anything is made: all at once, each with its way out. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { BIN, type Outcome, ROOT, redisLab } from '../support/cli.js';
import { daemon, User } from '../support/ground.js';
import { leftOf, lxc, tryLxc } from './support/lxc.js';
import { Bridge } from './support/machine.js';

const DESCRIPTION = `incus: { image: debian-12, uplink: none, limits: wanted }
redis: { install: package, version: 7.0.15 }
`;

describe('a lab in containers that cannot be', () => {
  const user = new User();

  before(() => user.write('redis-lab.yaml', DESCRIPTION));
  after(() => user.remove());

  /** Nothing is remembered of a lab that is not there. */
  function expectNoState(): void {
    expect(fs.existsSync(path.join(String(user.env['XDG_STATE_HOME']), 'redis-lab'))).to.equal(
      false,
    );
  }

  /** Nothing was made, neither on the server nor in the user's folder. */
  async function expectRefusal({ exitCode, stdout, stderr }: Outcome): Promise<string> {
    expect(exitCode, stderr).to.equal(3);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/^redis-lab: The lab cannot run here yet:\n {2}\S/);
    expect(await leftOf('redis-lab')).to.deep.equal([]);
    expectNoState();
    return stderr;
  }

  async function refused(...args: string[]): Promise<string> {
    return expectRefusal(await user.run('up', '--backend', 'incus', ...args));
  }

  it('has no client', async () => {
    const env = { ...user.env, PATH: user.folder };
    const said = await expectRefusal(
      await redisLab(user.folder, ['up', '--backend', 'incus'], { env }),
    );
    expect(said).to.include('Incus or LXD: there is neither incus nor lxc on the PATH\n');
    expect(said).to.include('Install it: sudo apt-get install incus');
  });

  it('has a server that does not run: each command says how to start it', async () => {
    await daemon('stop');
    try {
      const up = await user.run('up', '--backend', 'incus');
      expect(up.exitCode, up.stderr).to.equal(3);
      expect(up.stderr).to.match(
        /^redis-lab: The lab cannot run here yet:\n {2}LXD: dial unix \S+: .*\n {6}LXD does not answer\. Start it: sudo systemctl start lxd .*$/,
      );
      for (const command of ['status', 'down', 'stop', 'heal']) {
        const { exitCode, stdout, stderr } = await user.run(command, '--backend', 'incus');
        expect(exitCode, `${command}: ${stderr}`).to.equal(3);
        expect(stdout).to.equal('');
        expect(stderr, command).to.match(
          /^redis-lab: LXD: dial unix .*\. LXD does not answer\. Start it: sudo systemctl start lxd .*$/,
        );
      }
    } finally {
      await daemon('start');
    }
    expect((await user.run('status', '--backend', 'incus')).exitCode).to.equal(1);
  });

  it('has a user who may not use the server', async () => {
    // What this user may read, wherever Node and this project are.
    const open = fs.mkdtempSync(path.join(user.folder, 'nobody-'));
    fs.chmodSync(user.folder, 0o755);
    const node = path.join(open, 'node');
    fs.copyFileSync(process.execPath, node);
    fs.cpSync(path.join(ROOT, 'dist'), path.join(open, 'dist'), { recursive: true });
    fs.copyFileSync(path.join(ROOT, 'package.json'), path.join(open, 'package.json'));
    fs.writeFileSync(path.join(open, 'redis-lab.yaml'), DESCRIPTION);
    await execa('chown', ['-R', 'nobody:nogroup', open]);
    const bin = path.join(open, path.relative(ROOT, BIN));
    const { exitCode, stderr } = await execa(
      'setpriv',
      ['--reuid=nobody', '--regid=nogroup', '--clear-groups', node, bin, 'up', '--backend=incus'],
      {
        cwd: open,
        env: {
          HOME: open,
          LXD_CONF: open,
          XDG_STATE_HOME: path.join(open, 'state'),
          XDG_CACHE_HOME: path.join(open, 'cache'),
        },
        reject: false,
        timeout: 60_000,
      },
    );
    expect(exitCode, stderr).to.equal(3);
    expect(stderr).to.match(/^ {2}LXD: dial unix \S+: connect: permission denied$/m);
    expect(stderr).to.include(
      'You may not use LXD yet: sudo usermod -aG lxd "$USER", then log out and in again.',
    );
  });

  const named = [
    {
      set: 'incus.project=nowhere',
      what: 'The project nowhere: there is none',
      fix: 'Make it: lxc project create local:nowhere.',
    },
    {
      set: 'incus.remote=nowhere',
      what: `LXD (nowhere): The remote "nowhere" doesn't exist`,
      fix: 'Make the remote known: lxc remote add nowhere ADDRESS.',
    },
    {
      set: 'incus.image=none',
      what: 'The image local:none: Image not found',
      fix: 'in incus.image. What there is: lxc image list local:',
    },
    {
      set: 'incus.image=nowhere:none',
      what: `The image nowhere:none: The remote "nowhere" doesn't exist`,
      fix: 'in incus.image. Remotes: lxc remote list',
    },
    {
      set: 'incus.uplink=nowhere',
      what: 'The network nowhere: the server has none of this name',
      fix: 'Name one in incus.uplink, auto or none: lxc network list local:',
    },
    {
      set: 'incus.limits=required',
      what: /Limits of memory and CPU: the server cannot enforce them \(.*memory controller.*\)/,
      fix: '--set incus.limits=wanted',
    },
  ];
  for (const { set, what, fix } of named) {
    it(`names what it is that lacks: ${set}`, async () => {
      const said = await refused('--set', set);
      expect(said).to.match(/^ {2}(?! )/m);
      if (typeof what === 'string') expect(said).to.include(`  ${what}\n`);
      else expect(said).to.match(what);
      expect(said).to.include(fix);
      // One thing lacks, and one is named: what, and how to mend it.
      expect(said.split('\n')).to.have.lengthOf(3);
    });
  }

  it('asks for virtual machines of an image of containers, where there are none', async () => {
    const said = await refused('--vm');
    expect(said).to.include(
      'The image local:debian-12: it is for containers, and the lab asks for virtual machines',
    );
    expect(said).to.match(/Virtual machines: the server runs only lxc\n/);
  });

  describe('with a network that is taken', () => {
    const WAY_OUT = '--set network=10.20.0.0/24 --set name=lab2';

    it('by an interface of the machine', async () => {
      await using _ = await Bridge.with('192.168.100.1/24');
      const said = await refused();
      expect(said).to.include(`it is taken: this machine's interface taken has 192.168.100.1/24`);
      expect(said).to.include(WAY_OUT);
    });

    it('by a route', async () => {
      await using bridge = await Bridge.with('10.77.0.1/24');
      await bridge.route('192.168.100.128/25');
      const said = await refused();
      expect(said).to.include(
        'it is taken: a route of this machine over taken has 192.168.100.128/25',
      );
      expect(said).to.include(WAY_OUT);
    });

    it('by another network of the server', async () => {
      await lxc(
        'network',
        'create',
        'other',
        'ipv4.address=192.168.100.129/25',
        'ipv6.address=none',
      );
      try {
        const said = await refused();
        expect(said).to.include('it is taken: the network other has 192.168.100.129/25');
        expect(said).to.include(WAY_OUT);
      } finally {
        await lxc('network', 'delete', 'other');
      }
    });

    it('by one of its name, which stays', async () => {
      await lxc('network', 'create', 'redis-lab', 'ipv4.address=none', 'ipv6.address=none');
      try {
        const said = await refused();
        expect(said).to.include('there is a network redis-lab that redis-lab did not make');
        const down = await user.run('down', '--backend', 'incus');
        expect(down.exitCode, down.stderr).to.equal(0);
        expect((await tryLxc('network', 'show', 'redis-lab')).exitCode).to.equal(0);
      } finally {
        await lxc('network', 'delete', 'redis-lab');
      }
    });

    it('by an interface of its name', async () => {
      await using _ = await Bridge.with('10.77.0.1/24', 'redis-lab');
      expect(await refused()).to.include(
        'there is a network redis-lab that redis-lab did not make',
      );
    });
  });

  it('finds an instance of a name that it needs, and leaves it alone', async () => {
    await lxc('init', 'debian-12', 'redis-lab-slave1', '--quiet');
    try {
      const said = await refused();
      expect(said).to.include(
        'The name redis-lab-slave1: taken by instances that redis-lab did not make',
      );
      expect(said).to.include('lxc move local:redis-lab-slave1 local:NAME');
      const down = await user.run('down', '--backend', 'incus');
      expect(down.exitCode, down.stderr).to.equal(0);
      expect(await lxc('list', '-f', 'csv', '-c', 'n')).to.equal('redis-lab-slave1');
    } finally {
      await lxc('delete', '--force', 'redis-lab-slave1');
    }
  });

  it('has no storage pool', async () => {
    const source = await lxc('storage', 'get', 'default', 'source');
    await lxc('profile', 'device', 'remove', 'default', 'root');
    await lxc('storage', 'delete', 'default');
    try {
      const said = await refused();
      expect(said).to.include('A storage pool: the server has none\n');
      expect(said).to.include('Make one: sudo lxd init --minimal');
    } finally {
      await lxc('storage', 'create', 'default', 'btrfs', `source=${source}`);
      await lxc('profile', 'device', 'add', 'default', 'root', 'disk', 'path=/', 'pool=default');
    }
  });

  it('says all at once where several things lack', async () => {
    await using _ = await Bridge.with('192.168.100.1/24');
    const wishes = ['incus.limits=required', 'incus.uplink=nowhere', 'incus.image=none'];
    const said = await refused(...wishes.flatMap((wish) => ['--set', wish]));
    const lacks = said.split('\n').filter((line) => /^ {2}\S/.test(line));
    expect(
      lacks.map((line) =>
        line
          .trim()
          .replace(/[:(].*/s, '')
          .trim(),
      ),
    ).to.deep.equal([
      'Limits of memory and CPU',
      'The image local',
      'The network 192.168.100.0/24',
      'The network nowhere',
    ]);
  });

  it('answers each command where there is no lab', async () => {
    const down = await user.run('down', '--backend', 'incus');
    expect(down).to.deep.include({ exitCode: 0, stderr: '' });
    expect(down.stdout).to.equal('Nothing of the lab redis-lab is left here.');
    const status = await user.run('status', '--backend', 'incus');
    expect(status.exitCode, status.stderr).to.equal(1);
    expect(status.stdout).to.match(/^Lab redis-lab \(incus\): not here\. To bring it up: /);
    const needy = [
      ['exec', 'master', '--', 'true'],
      ['fault', 'crash', 'master'],
      ['logs', 'master'],
      ['heal'],
    ];
    for (const [command = '', ...rest] of needy) {
      const { exitCode, stdout, stderr } = await user.run(command, '--backend', 'incus', ...rest);
      expect(exitCode, `${command}: ${stderr}`).to.equal(2);
      expect(stdout).to.equal('');
      expect(stderr, command).to.match(/^redis-lab: The lab redis-lab is not up.*redis-lab up.*$/);
    }
    expectNoState();
  });

  it('comes up once nothing is in its way', async () => {
    const up = await user.run('up', '--backend', 'incus', '--no-verify', '--json');
    expect(up.exitCode, up.stderr).to.equal(0);
    const { status, notes } = JSON.parse(up.stdout);
    expect(status.ready).to.equal(true);
    // `limits: wanted` is no reason to keep silent.
    expect(notes.join()).to.include("does not enforce the nodes' limits of memory and CPU");
    const down = await user.run('down');
    expect(down.exitCode, down.stderr).to.equal(0);
    expect(await leftOf('redis-lab')).to.deep.equal([]);
    expectNoState();
  });
});
