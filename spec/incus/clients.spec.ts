/** A client in a container, and machines beside the lab that the firewalls let in, or do not. */
import { expect } from 'chai';
import { keepBuild, SOURCE_SHA256, User } from '../support/ground.js';
import { eventually, expectCleanCloudInit, statusOf } from '../support/nodes.js';
import { story } from '../support/story.js';
import { Stranger } from '../support/stranger.js';
import { leftOf, lxc, on } from './support/lxc.js';

const NODES = ['192.168.100.11', '192.168.100.12', '192.168.100.13'];
const PORTS = [6379, 26379];
const CLIENT = 'redis-lab-client1';
const MEMBERS = 'nodes: [{ role: master }, {}, {}, { role: client }]';

describe('a lab in containers with a client', () => {
  story();
  const user = new User();

  before(async () => {
    user.write(
      'redis-lab.yaml',
      `${MEMBERS}
allow: [192.168.100.77, 192.168.100.96/28]
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

  it('comes up and is proven', async () => {
    const { exitCode, stdout, stderr } = await user.run('up', '--backend', 'incus', '--json');
    expect(exitCode, stderr + stdout).to.equal(0);
    const { verify, status } = JSON.parse(stdout);
    expect(verify.verdict).to.equal('passed');
    expect(status).to.include({ ready: true, state: 'running' });
    expect(status.clients).to.deep.equal([
      { client: 'client1', address: '192.168.100.14', state: 'running' },
    ]);
    expect(status.nodes).to.have.lengthOf(3);
  });

  it('has on its client the network, the names, redis-cli of the lab, and nothing else', async () => {
    await expectCleanCloudInit(on, CLIENT);
    const log = (await on(CLIENT, 'cat', '/var/log/cloud-init-output.log')).stdout;
    expect(log).to.include('redis-cli 7.0.15 is installed from the payload');
    expect(log).to.match(/^redis-lab: firewall is on, open to [\d. /]+; closed to IPv6$/m);
    expect(await lxc('config', 'get', CLIENT, 'limits.memory')).to.equal('512MiB');
    expect(await lxc('config', 'get', CLIENT, 'limits.cpu')).to.equal('1');
    expect(await lxc('config', 'get', CLIENT, 'user.user-data')).not.to.include('share.key');
    expect((await on(CLIENT, 'hostname', '-I')).stdout.trim()).to.equal('192.168.100.14');
    const names = await on(CLIENT, 'getent', 'hosts', 'master', 'slave1', 'slave2');
    expect(names.stdout.match(/\S+(?= )/g)?.filter((word) => NODES.includes(word))).to.deep.equal(
      NODES,
    );
    const there = await on(
      CLIENT,
      'sh',
      '-c',
      'ls /usr/local/bin /opt/redis-lab; systemctl list-unit-files "redis*" --no-legend; getent passwd redis',
    );
    expect(there.stdout)
      .to.include('redis-cli')
      .and.not.match(/redis-server|sentinel|share|\.service|redis:/);
  });

  /** What the client hears of one that a Sentinel names. */
  async function setByName(value: string): Promise<string> {
    const cli = (...words: string[]) => user.run('exec', 'client1', '--', 'redis-cli', ...words);
    const asked = await cli(
      '-h',
      'slave2',
      '-p',
      '26379',
      'sentinel',
      'get-master-addr-by-name',
      'mymaster',
    );
    const [host = '', port = ''] = asked.stdout.split('\n');
    const set = await cli('-h', host, '-p', port, 'set', 'of-client', value);
    expect(set, asked.stderr).to.include({ exitCode: 0, stdout: 'OK' });
    return host;
  }

  it('lets its client find the master by a Sentinel, after a failover too', async () => {
    const before = await setByName('before');
    const { master } = await statusOf(user);
    expect((await user.run('fault', 'crash', String(master))).exitCode).to.equal(0);
    await eventually(
      user,
      (status) => status.master !== null && status.master !== master,
      'failed over',
    );
    expect(await setByName('after')).not.to.equal(before);
    expect((await user.run('heal')).exitCode).to.equal(0);
  });

  it('lets those in that allow names, one by one and by their network, and nobody else', async () => {
    const listens = await on(
      CLIENT,
      'systemd-run',
      '--quiet',
      '--unit=listener',
      'python3',
      '-m',
      'http.server',
      '7777',
    );
    expect(listens.exitCode, listens.stderr).to.equal(0);
    const who = { 77: 'open', 78: 'silent', 96: 'open', 111: 'open', 112: 'silent' } as const;
    for (const [host, answer] of Object.entries(who)) {
      const machine = await Stranger.on('redis-lab', `192.168.100.${host}/24`);
      try {
        for (const address of NODES) {
          for (const port of PORTS) {
            expect(await machine.tries(address, port), `.${host} ${address}:${port}`).to.equal(
              answer,
            );
          }
        }
        expect(await machine.tries('192.168.100.14', 7777), `.${host} the client`).to.equal(answer);
      } finally {
        await machine.leave();
      }
    }
  });

  it('starts a client that was switched off, and says it', async () => {
    await lxc('stop', '--force', CLIENT);
    const off = await user.run('status');
    expect(off.exitCode, off.stderr).to.equal(0);
    expect(off.stdout).to.match(/^client1 +192\.168\.100\.14 +stopped /m);
    const entered = await user.run('exec', 'client1', '--', 'true');
    expect(entered).to.include({ exitCode: 2 });
    expect(entered.stderr).to.include('client1 is not running').and.include('heal');
    const healed = await user.run('heal', '--json');
    expect(JSON.parse(healed.stdout).mended.join()).to.include('client1');
    await setByName('healed');
    await lxc('stop', '--force', CLIENT);
    const up = await user.run('up', '--no-verify');
    expect(up.exitCode, up.stderr).to.equal(0);
    expect(up.stdout).not.to.include('nothing was changed');
    await setByName('up');
  });

  it('makes a client anew that was removed, and is asked for no fault of one', async () => {
    await lxc('delete', '--force', CLIENT);
    const up = await user.run('up', '--no-verify');
    expect(up.exitCode, up.stderr).to.equal(0);
    await setByName('anew');
    const fault = await user.run('fault', 'power-off', 'client1');
    expect(fault).to.include({ exitCode: 2 });
    expect(fault.stderr).to.include('client1 is a client');
  });

  it('stops and comes back with its client, and is gone after down', async () => {
    expect((await user.run('stop')).exitCode).to.equal(0);
    expect(await lxc('list', '-f', 'csv', '-c', 's')).to.equal(Array(4).fill('STOPPED').join('\n'));
    expect((await user.run('up', '--no-verify')).exitCode).to.equal(0);
    await setByName('again');
    const { exitCode, stderr } = await user.run('down');
    expect(exitCode, stderr).to.equal(0);
    expect(await leftOf('redis-lab')).to.deep.equal([]);
    expect(await lxc('list', '-f', 'csv', '-c', 'n')).to.equal('');
  });

  it('has the redis-cli of the distribution on its client where the nodes have its server', async () => {
    user.write(
      'redis-lab.yaml',
      `${MEMBERS}\nincus: { image: debian-12, uplink: none, limits: wanted }\nredis: { install: package, version: 7.0.15 }\n`,
    );
    const up = await user.run('up', '--backend', 'incus', '--no-verify');
    expect(up.exitCode, up.stderr).to.equal(0);
    await expectCleanCloudInit(on, CLIENT);
    const there = await on(
      CLIENT,
      'sh',
      '-c',
      'dpkg -l "redis*" | awk "/^ii/ {print \\$2}"; command -v redis-cli',
    );
    expect(there.stdout.split('\n')).to.deep.equal(['redis-tools', '/usr/bin/redis-cli']);
    await setByName('packaged');
  });
});
