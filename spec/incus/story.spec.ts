/** The whole life of a lab in containers, by the command, with a build that the host has. */
import { expect } from 'chai';
import { keepBuild, SOURCE_SHA256, User } from '../support/ground.js';
import {
  eventually,
  expectCleanCloudInit,
  expectFailoverAndHeal,
  expectHardenedUnits,
  expectOwnFiles,
  statusOf,
} from '../support/nodes.js';
import { story } from '../support/story.js';
import { Stranger } from '../support/stranger.js';
import { expectNobodyOverIpv6 } from './support/ipv6.js';
import { leftOf, lxc, on, restart, tryLxc } from './support/lxc.js';

const NODES = ['master', 'slave1', 'slave2'];
const ADDRESSES = ['192.168.100.11', '192.168.100.12', '192.168.100.13'];
const instance = (node: string) => `redis-lab-${node}`;

describe('a lab in containers', () => {
  // One story: what a step needs, the steps before it did.
  story();
  const user = new User();

  before(async () => {
    user.write(
      'redis-lab.yaml',
      `nodes: [{ role: master }, {}, {}, { role: client }]
incus: { image: debian-12, uplink: none, limits: wanted }
redis:
  version: 7.0.15
  source: { url: 'http://127.0.0.1:9/redis-7.0.15.tar.gz', sha256: ${SOURCE_SHA256['redis-7.0.15']} }
sentinel: { downAfter: 2s }
`,
    );
    await keepBuild(user);
  });

  after(async () => {
    await user.run('down', '--backend', 'incus');
    user.remove();
  });

  it('comes up, replicates and fails over, with nothing compiled and nothing downloaded', async () => {
    const { exitCode, stdout, stderr } = await user.run('up', '--backend', 'incus', '--json');
    expect(exitCode, stderr + stdout).to.equal(0);
    const result = JSON.parse(stdout);
    expect(result.verify.verdict).to.equal('passed');
    expect(result.status).to.include({ backend: 'incus', ready: true, state: 'running' });
    expect(result.status.server).to.deep.equal({ engine: 'redis', version: '7.0.15' });
    expect(stderr).to.match(/^start: master redis/m);
    expect(stderr).not.to.match(/building|downloading|installing/);
    for (const node of NODES) {
      const log = (await on(instance(node), 'cat', '/var/log/cloud-init-output.log')).stdout;
      expect(log, node).to.include('is installed from the payload');
    }
  });

  it('leaves every cloud-init without a warning', async () => {
    for (const node of NODES) await expectCleanCloudInit(on, instance(node));
  });

  it('runs hardened units of the user redis, who owns the files', async () => {
    for (const node of NODES) {
      await expectHardenedUnits(on, instance(node));
      await expectOwnFiles(on, instance(node));
    }
  });

  it('has the host names, addresses and limits of the description', async () => {
    for (const [index, node] of NODES.entries()) {
      expect((await on(instance(node), 'hostname')).stdout).to.equal(node);
      const addresses = (await on(instance(node), 'hostname', '-I')).stdout.trim();
      expect(addresses).to.equal(ADDRESSES[index]);
      const memory = await lxc('config', 'get', instance(node), 'limits.memory');
      expect(memory).to.equal(node === 'master' ? '2048MiB' : '1024MiB');
    }
  });

  it('lets nobody in who is not of the lab', async () => {
    const stranger = await Stranger.on('redis-lab', '192.168.100.77/24');
    try {
      for (const address of ADDRESSES) {
        for (const port of [6379, 26379]) {
          expect(await stranger.tries(address, port), `${address}:${port}`).to.equal('silent');
        }
      }
      await expectNobodyOverIpv6('redis-lab', stranger);
      // It is the firewall that keeps the stranger out, and nothing else.
      await on(instance('slave1'), 'ufw', 'disable');
      expect(await stranger.tries('192.168.100.12', 6379)).to.equal('open');
      await on(instance('slave1'), 'ufw', 'enable');
      expect(await stranger.tries('192.168.100.12', 6379)).to.equal('silent');
    } finally {
      await stranger.leave();
    }
  });

  it('lets its client in, which finds the master by what a Sentinel says', async () => {
    const cli = (...words: string[]) => user.run('exec', 'client1', '--', 'redis-cli', ...words);
    const asks = ['sentinel', 'get-master-addr-by-name', 'mymaster'];
    const asked = await cli('-h', 'slave1', '-p', '26379', ...asks);
    expect(asked.exitCode, asked.stderr).to.equal(0);
    const [host = '', port = ''] = asked.stdout.split('\n');
    expect(await cli('-h', host, '-p', port, 'set', 'of-client', '1')).to.include({ stdout: 'OK' });
  });

  it('keeps what Sentinel learnt over reboots of every node, in any order', async () => {
    const before = await statusOf(user);
    expect(before.ready, before.problems.join()).to.equal(true);
    const ids = await sentinelIds();
    const orders = [
      ['master', 'slave1', 'slave2'],
      ['slave2', 'slave1', 'master'],
      ['slave1', 'master', 'slave2'],
    ];
    for (const order of orders) {
      for (const node of order) await restart(instance(node));
      await eventually(user, ({ ready }) => ready, `ready after reboots of ${order.join(', ')}`);
    }
    await restart(...NODES.map(instance));
    await eventually(user, ({ ready }) => ready, 'ready after a reboot of all at once');
    expect(await sentinelIds()).to.deep.equal(ids);
    for (const node of NODES) {
      const conf = (await on(instance(node), 'cat', '/etc/redis-lab/sentinel.conf')).stdout;
      expect(conf, node).to.match(/^sentinel current-epoch [1-9]/m);
    }
    const { exitCode, stdout } = await user.run(
      'verify',
      'replication',
      'hang',
      'stall',
      'partition',
    );
    expect(exitCode, stdout).to.equal(0);
  });

  async function sentinelIds(): Promise<string[]> {
    const answers = await Promise.all(
      NODES.map((node) =>
        user.run('exec', node, '--', 'redis-cli', '-p', '26379', 'sentinel', 'myid'),
      ),
    );
    return answers.map(({ stdout }) => stdout);
  }

  for (const kind of ['crash', 'hang', 'partition', 'power-off']) {
    it(`survives the fault ${kind} of its master, and is healed`, async () => {
      await expectFailoverAndHeal(user, kind);
    });
  }

  it('shows what the services said, and runs commands on a node', async () => {
    const logs = await user.run('logs', 'slave1', '--service', 'redis', '--tail', '50');
    expect(logs.exitCode, logs.stderr).to.equal(0);
    expect(logs.stdout).to.match(/^\d+:[MS] .* \* /m);
    const ping = await user.run('exec', 'slave2', '--', 'redis-cli', 'ping');
    expect(ping).to.include({ exitCode: 0, stdout: 'PONG' });
    expect((await user.run('exec', 'slave2', '--', 'sh', '-c', 'exit 7')).exitCode).to.equal(7);
  });

  it('is stopped with its data, and comes back', async () => {
    const { master } = await statusOf(user);
    await user.run('exec', String(master), '--', 'redis-cli', 'set', 'kept', 'yes');
    const stopped = await user.run('stop');
    expect(stopped.exitCode, stopped.stderr).to.equal(0);
    expect(await lxc('list', '-f', 'csv', '-c', 's')).to.equal(Array(4).fill('STOPPED').join('\n'));
    expect((await statusOf(user)).state).to.equal('stopped');
    const up = await user.run('up', '--no-verify');
    expect(up.exitCode, up.stderr).to.equal(0);
    const again = await statusOf(user);
    const got = await user.run('exec', String(again.master), '--', 'redis-cli', 'get', 'kept');
    expect(got.stdout).to.equal('yes');
  });

  it('is gone after down, to the last thing, and nothing else is', async () => {
    await lxc('network', 'create', 'bystander', 'ipv4.address=none', 'ipv6.address=none');
    const { exitCode, stderr } = await user.run('down');
    expect(exitCode, stderr).to.equal(0);
    expect(await leftOf('redis-lab')).to.deep.equal([]);
    expect(await lxc('list', '-f', 'csv', '-c', 'n')).to.equal('');
    expect((await tryLxc('network', 'show', 'redis-lab')).exitCode).not.to.equal(0);
    await lxc('network', 'delete', 'bystander');
    expect((await user.run('down', '--backend', 'incus')).exitCode).to.equal(0);
  });
});
