/**
 * Labs of which the machine that they run on has no address, two of them with the same addresses: everything is asked
 * through the nodes.
 */
import fs from 'node:fs';
import net from 'node:net';
import { expect } from 'chai';
import { execa } from 'execa';
import { AtWork, until } from '../support/at-work.js';
import { keepBuild, SOURCE_SHA256, User } from '../support/ground.js';
import { expectFailoverAndHeal, statusOf } from '../support/nodes.js';
import { story } from '../support/story.js';
import { leftOf, lxc, on } from './support/lxc.js';

const ADDRESSES = ['192.168.100.11', '192.168.100.12', '192.168.100.13'];

const text = (name: string) => `name: ${name}
incus: { image: debian-12, uplink: none, limits: wanted, hostAddress: false }
redis:
  version: 7.0.15
  source: { url: 'http://127.0.0.1:9/redis-7.0.15.tar.gz', sha256: ${SOURCE_SHA256['redis-7.0.15']} }
sentinel: { downAfter: 2s }
`;

/** Programs that make connections, on this machine and, as one sees them from it, on the nodes. */
function relays(): string[] {
  return fs.readdirSync('/proc').flatMap((pid) => {
    try {
      const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words.includes('-I') && words.some((word) => word.includes('asyncio')) ? [pid] : [];
    } catch {
      return [];
    }
  });
}

describe('labs without an address of their machine', () => {
  story();
  const ann = new User();
  const bob = new User();

  before(async () => {
    for (const [user, name] of [
      [ann, 'one'],
      [bob, 'two'],
    ] as const) {
      user.write('redis-lab.yaml', text(name));
      await keepBuild(user);
    }
  });

  after(async () => {
    for (const user of [ann, bob]) {
      await user.run('down', '--backend', 'incus');
      user.remove();
    }
  });

  it('come up with the same addresses at once, and are proven', async () => {
    const ups = await Promise.all(
      [ann, bob].map((user) => user.run('up', '--backend', 'incus', '--json')),
    );
    for (const { exitCode, stdout, stderr } of ups) {
      expect(exitCode, stderr + stdout).to.equal(0);
      const { verify, status } = JSON.parse(stdout);
      expect(verify.verdict).to.equal('passed');
      expect(status).to.include({ ready: true, state: 'running' });
    }
    await until(() => relays().length === 0);
  });

  it('are reached by nobody on the machine', async () => {
    for (const bridge of ['one', 'two']) {
      const shown = await execa('ip', ['-json', 'address', 'show', 'dev', bridge]);
      expect(JSON.parse(shown.stdout)[0].addr_info, bridge).to.deep.equal([]);
    }
    for (const host of ADDRESSES) {
      const route = await execa('ip', ['route', 'get', host], { reject: false });
      expect(route.stderr, host).to.match(/unreachable/);
      const code = await new Promise((resolve) => {
        const socket = net.connect({ host, port: 6379 }, () => resolve('connected'));
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      expect(code, host).to.equal('ENETUNREACH');
    }
  });

  it('know nothing of each other', async () => {
    await ann.run('exec', '@master', '--', 'redis-cli', 'set', 'whose', 'ann');
    const got = await bob.run('exec', '@master', '--', 'redis-cli', 'get', 'whose');
    expect(got).to.include({ exitCode: 0, stdout: '' });
    const replication = await bob.run('exec', '@master', '--', 'redis-cli', 'info', 'replication');
    expect(replication.stdout).to.match(/^connected_slaves:2\r?$/m);
    expect((await statusOf(ann)).ready).to.equal(true);
  });

  it('tell how a client gets in', async () => {
    const { stdout } = await ann.run('connect');
    expect(stdout).to.include('redis-lab exec');
    const json = JSON.parse((await ann.run('connect', '--json')).stdout);
    expect(json.direct).to.equal(false);
    expect(json.servers.map(({ host }: { host: string }) => host)).to.deep.equal(ADDRESSES);
  });

  for (const kind of ['crash', 'hang', 'partition', 'power-off']) {
    it(`survive the fault ${kind} of a master, which the other lab does not notice`, async () => {
      await expectFailoverAndHeal(ann, kind);
      const other = await statusOf(bob);
      expect(other.ready, other.problems.join()).to.equal(true);
    });
  }

  it('leave no program behind, neither here nor on a node, when a command is interrupted or killed', async () => {
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const verify = new AtWork(bob, 'verify', 'failover');
      await until(() => relays().length >= 6);
      verify.send(signal);
      await verify.ends();
      await until(() => relays().length === 0, 20_000, 'the end of all programs');
      const healed = await bob.run('heal');
      expect(healed.exitCode, healed.stderr).to.equal(0);
    }
    expect((await on('two-master', 'pgrep', '-f', 'asyncio')).exitCode).to.equal(1);
  });

  it('are gone after down, to the last thing', async () => {
    for (const [user, name] of [
      [ann, 'one'],
      [bob, 'two'],
    ] as const) {
      const down = await user.run('down');
      expect(down.exitCode, down.stderr).to.equal(0);
      expect(await leftOf(name)).to.deep.equal([]);
    }
    expect(await lxc('list', '-f', 'csv', '-c', 'n')).to.equal('');
  });
});
