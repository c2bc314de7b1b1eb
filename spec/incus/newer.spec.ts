/** Newer systems and servers: Debian 13, Redis 8 from source, Valkey from its packages. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { Mirror, SOURCE_SHA256, sourceFile, User } from '../support/ground.js';
import {
  eventually,
  expectCleanCloudInit,
  expectHardenedUnits,
  expectOwnFiles,
} from '../support/nodes.js';
import { story } from '../support/story.js';
import { HandMade, tampered } from './support/by-hand.js';
import { leftOf, on, restart } from './support/lxc.js';
import { peakDuring } from './support/memory.js';

const NODES = ['master', 'slave1', 'slave2'];
const instance = (node: string) => `redis-lab-${node}`;

/** MiB that a machine of 1 GB has left for its programs: its kernel takes the rest. */
const SMALLEST_BUILDER = 900;

describe('a lab in containers of Debian 13, Redis 8 built from source', () => {
  // One story: what a step needs, the steps before it did.
  story();
  const user = new User();
  let mirror: Mirror;

  before(async () => {
    mirror = await Mirror.serving({ 'redis-8.0.2.tar.gz': sourceFile('redis-8.0.2') });
    user.write(
      'redis-lab.yaml',
      `incus: { image: debian-13, uplink: none, limits: wanted }
redis:
  version: 8.0.2
  source: { url: '${mirror.url('redis-8.0.2.tar.gz')}', sha256: ${SOURCE_SHA256['redis-8.0.2']} }
sentinel: { downAfter: 1s }
`,
    );
  });

  after(async () => {
    await user.run('down', '--backend', 'incus');
    await mirror.close();
    user.remove();
  });

  it('comes up, replicates and fails over, built within the memory of a small machine', async () => {
    const { result, peak } = await peakDuring(
      instance('master'),
      user.run('up', '--backend', 'incus', '--json'),
    );
    expect(result.exitCode, result.stderr + result.stdout).to.equal(0);
    const { verify, status } = JSON.parse(result.stdout);
    expect(verify.verdict).to.equal('passed');
    expect(status).to.include({ backend: 'incus', ready: true, state: 'running' });
    expect(status.server).to.deep.equal({ engine: 'redis', version: '8.0.2' });
    const most = `at most ${peak.mb} MiB: ${JSON.stringify(peak.processes.slice(0, 8))}`;
    // It was the compiler that was measured.
    expect(peak.processes[0]?.name, most).to.match(/^(cc1|cc1plus|lto1.*)$/);
    expect(peak.mb, most).to.be.below(SMALLEST_BUILDER);
  });

  it('is compiled on one node and handed to the others', async () => {
    expect(mirror.asked).to.deep.equal(['redis-8.0.2.tar.gz']);
    for (const node of NODES) {
      const compiled = await on(instance(node), 'test', '-e', '/var/log/redis-lab-build.log');
      expect(compiled.exitCode, node).to.equal(node === 'master' ? 0 : 1);
      const server = await on(instance(node), 'redis-cli', 'info', 'server');
      expect(server.stdout, node).to.match(/^redis_version:8\.0\.2\r?$/m);
    }
    const digests = await digestsOf(NODES.map(instance));
    expect(new Set(digests).size).to.equal(1);
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

  it('is ready again after a reboot of all nodes', async () => {
    await restart(...NODES.map(instance));
    await eventually(user, ({ ready }) => ready, 'ready after a reboot of all at once');
    for (const node of NODES) await expectHardenedUnits(on, instance(node));
  });

  it('is gone after down', async () => {
    const { exitCode, stderr } = await user.run('down');
    expect(exitCode, stderr).to.equal(0);
    expect(await leftOf('redis-lab')).to.deep.equal([]);
  });

  it('has a node refuse a finished build that was tampered with, and take the builder’s', async () => {
    const { file, name, sha256 } = keptBuild();
    const nodes = { master: '192.168.100.11', slave1: '192.168.100.12' };
    const made = await HandMade.of(user, { image: 'debian-13', nodes });
    try {
      const bad = tampered(file, 'source_sha256=');
      await made.giveKey('5eed'.repeat(16));
      await made.give('master', name, fs.readFileSync(file));
      await made.give('slave1', name, bad);
      for (const node of NODES.slice(0, 2)) {
        await made.give(node, `${name}.sha256`, `${sha256}  ${name}\n`);
      }
      await made.boot();
      const instances = Object.keys(nodes).map((node) => made.instance(node));
      for (const each of instances) await expectCleanCloudInit(on, each);
      const log = (await on(made.instance('slave1'), 'cat', '/var/log/cloud-init-output.log'))
        .stdout;
      expect(log).to.include(
        `refused ${name} from the payload: its SHA-256 is ${digestOf(bad)}, not ${sha256}`,
      );
      expect(log).to.include('redis 8.0.2 is installed from the builder 192.168.100.11');
      expect(new Set(await digestsOf(instances)).size).to.equal(1);
    } finally {
      await made.remove();
    }
  });

  /** What `up` brought home from the builder. */
  function keptBuild() {
    const kept = path.join(user.folder, 'cache/redis-lab/node-builds');
    const found = fs.readdirSync(kept, { recursive: true, encoding: 'utf8' });
    const builds = found.filter((each) => each.endsWith('.build.tar.gz'));
    expect(builds, kept).to.have.lengthOf(1);
    const file = path.join(kept, String(builds[0]));
    return { file, name: path.basename(file), sha256: digestOf(fs.readFileSync(file)) };
  }
});

describe('a lab in containers of Debian 13, Valkey from its package', () => {
  story();
  const user = new User();

  before(() => {
    user.write(
      'redis-lab.yaml',
      `incus: { image: debian-13, uplink: none, limits: wanted }
redis: { engine: valkey, install: package }
sentinel: { downAfter: 1s }
`,
    );
  });

  after(async () => {
    await user.run('down', '--backend', 'incus');
    user.remove();
  });

  it('comes up, and says that it is Valkey', async () => {
    const up = await user.run('up', '--backend', 'incus', '--no-verify', '--json');
    expect(up.exitCode, up.stderr + up.stdout).to.equal(0);
    const { status } = JSON.parse(up.stdout);
    expect(status.ready, status.problems.join()).to.equal(true);
    expect(status.server.engine).to.equal('valkey');
    expect(status.server.version).to.match(/^8\.1\.\d+$/);
    for (const node of NODES) {
      const server = await on(instance(node), 'valkey-cli', 'info', 'server');
      expect(server.stdout, node).to.match(/^server_name:valkey\r?$/m);
      expect(server.stdout, node).to.include(`valkey_version:${status.server.version}`);
    }
  });

  it('leaves every cloud-init without a warning', async () => {
    for (const node of NODES) await expectCleanCloudInit(on, instance(node));
  });

  it('runs hardened units of the user redis, and not those of the package', async () => {
    for (const node of NODES) {
      await expectHardenedUnits(on, instance(node));
      await expectOwnFiles(on, instance(node));
      for (const unit of ['valkey-server', 'valkey-sentinel']) {
        const asked = await on(instance(node), 'systemctl', 'is-enabled', unit);
        const said = `${unit} of ${node}: ${JSON.stringify(asked)}`;
        expect(asked, said).to.include({ exitCode: 1, stdout: 'masked' });
      }
    }
  });

  it('fails over', async () => {
    const { exitCode, stdout, stderr } = await user.run('verify', 'failover', '--json');
    expect(exitCode, stderr + stdout).to.equal(0);
    expect(JSON.parse(stdout).verdict).to.equal('passed');
  });
});

async function digestsOf(instances: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    instances.map((each) => on(each, 'sha256sum', '/usr/local/bin/redis-server')),
  );
  return found.map(({ exitCode, stdout, stderr }) => {
    expect(exitCode, stderr).to.equal(0);
    return stdout;
  });
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
