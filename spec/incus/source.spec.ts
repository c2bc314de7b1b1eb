/** A lab in containers whose server is compiled on one node, handed to the others, and kept for the second up. */
import { expect } from 'chai';
import { Mirror, SOURCE_SHA256, sourceFile, User } from '../support/ground.js';
import { expectCleanCloudInit } from '../support/nodes.js';
import { story } from '../support/story.js';
import { Stranger } from '../support/stranger.js';
import { leftOf, on } from './support/lxc.js';

const NODES = ['master', 'slave1', 'slave2'];
const instance = (node: string) => `redis-lab-${node}`;

describe('a lab in containers, built from source', () => {
  // One story: what a step needs, the steps before it did.
  story();
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

  it('shares its builds with nobody who is not of the lab', async () => {
    const stranger = await Stranger.on('redis-lab', '192.168.100.77/24');
    try {
      expect(await stranger.tries('192.168.100.11', 8637), 'the share of builds').to.equal(
        'silent',
      );
    } finally {
      await stranger.leave();
    }
  });

  it('is gone after down', async () => {
    const { exitCode, stderr } = await user.run('down');
    expect(exitCode, stderr).to.equal(0);
    expect(await leftOf('redis-lab')).to.deep.equal([]);
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
