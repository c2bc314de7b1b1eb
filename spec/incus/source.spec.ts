/** The whole life of a lab in containers, by the command: user-data, from source to the second up. */
import { expect } from 'chai';
import { execa } from 'execa';
import { Mirror, SOURCE_SHA256, sourceFile, User } from '../support/ground.js';
import {
  eventually,
  expectCleanCloudInit,
  expectFailoverAndHeal,
  expectHardenedUnits,
  expectOwnFiles,
  statusOf,
} from '../support/nodes.js';
import { Stranger } from '../support/stranger.js';
import { leftOf, lxc, on, restart, tryLxc } from './support/lxc.js';

const NODES = ['master', 'slave1', 'slave2'];
const ADDRESSES = ['192.168.100.11', '192.168.100.12', '192.168.100.13'];
const instance = (node: string) => `redis-lab-${node}`;

/** Listens on these ports of all IPv6 addresses, until `systemctl stop listener`; done when it does. */
const LISTEN = `
systemd-run --quiet --unit listener --service-type notify --property NotifyAccess=all python3 -c '
import selectors, socket, subprocess, sys
found = selectors.DefaultSelector()
for port in sys.argv[1:]:
    listener = socket.create_server(("::", int(port)), family=socket.AF_INET6)
    found.register(listener, selectors.EVENT_READ)
subprocess.run(["systemd-notify", "--ready"], check=True)
while True:
    for key, _ in found.select():
        key.fileobj.accept()
' "$@"`;

describe('a lab in containers, built from source', function () {
  // One story: what a step needs, the steps before it did.
  this.bail(true);
  const user = new User();
  let mirror: Mirror;

  before(async () => {
    mirror = await Mirror.serving({ 'redis-7.0.15.tar.gz': sourceFile('redis-7.0.15') });
    user.write(
      'redis-lab.yaml',
      `incus: { image: debian-12, uplink: none, limits: wanted }
redis:
  version: 7.0.15
  source: { url: '${mirror.url('redis-7.0.15.tar.gz')}', sha256: ${SOURCE_SHA256['redis-7.0.15']} }
sentinel: { downAfter: 2s }
`,
    );
  });

  after(async () => {
    await user.run('down', '--backend', 'incus');
    await mirror.close();
    user.remove();
  });

  it('comes up, replicates and fails over', async () => {
    const { exitCode, stdout, stderr } = await user.run('up', '--backend', 'incus', '--json');
    expect(exitCode, stderr + stdout).to.equal(0);
    const result = JSON.parse(stdout);
    expect(result.verify.verdict).to.equal('passed');
    expect(result.status).to.include({ backend: 'incus', ready: true, state: 'running' });
    expect(result.status.server).to.deep.equal({ engine: 'redis', version: '7.0.15' });
    expect(stderr).to.match(/^start: master: building redis 7\.0\.15/m);
    expect(stderr).to.match(/^start: master redis/m);
    // The host fetched it, once; no node asked for anything.
    expect(mirror.asked).to.deep.equal(['redis-7.0.15.tar.gz']);
  });

  it('is compiled on one node and handed to the others', async () => {
    for (const node of NODES) {
      const log = (await on(instance(node), 'cat', '/var/log/cloud-init-output.log')).stdout;
      const compiled = await on(instance(node), 'test', '-e', '/var/log/redis-lab-build.log');
      expect(compiled.exitCode, node).to.equal(node === 'master' ? 0 : 1);
      expect(log).to.include(
        node === 'master'
          ? 'is installed from a build made here'
          : 'is installed from the builder 192.168.100.11',
      );
    }
    const digests = await Promise.all(
      NODES.map((node) => on(instance(node), 'sha256sum', '/usr/local/bin/redis-server')),
    );
    expect(new Set(digests.map(({ stdout }) => stdout)).size).to.equal(1);
  });

  it('has a key of its own on each node, that only root can read there', async () => {
    const keys = await Promise.all(
      NODES.map((node) => on(instance(node), 'cat', '/opt/redis-lab/share.key')),
    );
    expect(new Set(keys.map(({ stdout }) => stdout)).size).to.equal(1);
    const [key = ''] = keys.map(({ stdout }) => stdout.trim());
    expect(key).to.match(/^[0-9a-f]{64}$/);
    for (const node of NODES) {
      const found = await on(
        instance(node),
        'sh',
        '-c',
        'grep -rlsF "$0" /etc /opt /run /tmp /var | xargs stat --format="%U %a %n"',
        key,
      );
      const places = found.stdout.split('\n');
      expect(places, node).to.include('root 600 /opt/redis-lab/share.key');
      for (const place of places) expect(place, node).to.match(/^root [0-7]00 /);
    }
  });

  it('has ended the share of the builder, whose build stays there', async () => {
    const master = instance('master');
    const unit = await on(master, 'systemctl', 'is-active', 'redis-lab-share');
    expect(unit.stdout).to.equal('inactive');
    expect((await on(master, 'systemctl', 'is-enabled', 'redis-lab-share')).stdout).to.equal(
      'static',
    );
    const said = await on(master, 'journalctl', '--unit', 'redis-lab-share', '--output', 'cat');
    expect(said.stdout).to.match(/^closed: every node has its server$/m);
    expect((await on(master, 'ss', '-Hltn', '( sport = :8637 )')).stdout).to.equal('');
    const build = await on(master, 'sh', '-c', 'ls /var/lib/redis-lab/share/*.build.tar.gz');
    expect(build.exitCode, build.stderr).to.equal(0);
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
      expect(await stranger.tries('192.168.100.11', 8637), 'the share of builds').to.equal(
        'silent',
      );
      await expectNobodyOverIpv6(stranger);
      // It is the firewall that keeps the stranger out, and nothing else.
      await on(instance('slave1'), 'ufw', 'disable');
      expect(await stranger.tries('192.168.100.12', 6379)).to.equal('open');
      await on(instance('slave1'), 'ufw', 'enable');
      expect(await stranger.tries('192.168.100.12', 6379)).to.equal('silent');
    } finally {
      await stranger.leave();
    }
  });

  /** What listens on all addresses of a node can be reached by no IPv6 address of it. */
  async function expectNobodyOverIpv6(stranger: Stranger): Promise<void> {
    const slave1 = instance('slave1');
    const log = (await on(slave1, 'cat', '/var/log/cloud-init-output.log')).stdout;
    expect(log).to.match(/^redis-lab: firewall is on, open to [\d. ]+; closed to IPv6$/m);
    await on(slave1, 'ip', 'address', 'add', 'fd1a:b::12/64', 'dev', 'lab0', 'nodad');
    await stranger.speaksIpv6('fd1a:b::77/64');
    const shown = await on(slave1, 'ip', '-json', '-6', 'address', 'show', 'dev', 'lab0');
    const [card] = JSON.parse(shown.stdout) as { addr_info: { local: string; scope: string }[] }[];
    const linkLocal = card?.addr_info.find(({ scope }) => scope === 'link')?.local;
    const addresses = ['fd1a:b::12', `${linkLocal}%eth0`];
    const ports = [6379, 26379, 8637, 22, 7777];
    const listener = await execa(
      'lxc',
      ['exec', slave1, '-T', '--', 'sh', '-c', LISTEN, 'sh', ...ports.map(String)],
      { timeout: 60_000 },
    );
    expect(listener.exitCode).to.equal(0);
    for (const address of addresses) {
      // It is there, and the stranger finds it.
      expect(await stranger.pings(address), address).to.equal(true);
      for (const port of ports) {
        expect(await stranger.tries(address, port), `[${address}]:${port}`).to.equal('silent');
      }
    }
    await on(slave1, 'ufw', 'disable');
    for (const address of addresses) {
      for (const port of ports) {
        expect(await stranger.tries(address, port), `[${address}]:${port}`).to.equal('open');
      }
    }
    await on(slave1, 'ufw', 'enable');
    expect(await stranger.tries('fd1a:b::12', 6379)).to.equal('silent');
    const ping = ['redis-cli', '-h', '192.168.100.12', 'ping'];
    expect((await on(instance('master'), ...ping)).stdout).to.equal('PONG');
    await on(slave1, 'systemctl', 'stop', 'listener');
    await on(slave1, 'ip', 'address', 'delete', 'fd1a:b::12/64', 'dev', 'lab0');
  }

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
    const { exitCode, stdout } = await user.run('verify', 'replication');
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
    expect(await lxc('list', '-f', 'csv', '-c', 's')).to.equal('STOPPED\nSTOPPED\nSTOPPED');
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

  it('comes up again from the cache, with nothing compiled and nothing downloaded', async () => {
    await mirror.close();
    const { exitCode, stdout, stderr } = await user.run(
      'up',
      '--backend',
      'incus',
      '--no-verify',
      '--json',
    );
    expect(exitCode, stderr).to.equal(0);
    expect(JSON.parse(stdout).status.ready).to.equal(true);
    expect(stderr).not.to.match(/building|downloading|installing/);
    for (const node of NODES) {
      const log = (await on(instance(node), 'cat', '/var/log/cloud-init-output.log')).stdout;
      expect(log, node).to.include('is installed from the payload');
      await expectCleanCloudInit(on, instance(node));
    }
    expect(mirror.asked).to.have.lengthOf(1);
  });
});
