/** A lab whose image is updated by the distribution while it boots for the first time, for two minutes: it comes up whole. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { User } from '../support/ground.js';
import { expectCleanCloudInit } from '../support/nodes.js';
import { story } from '../support/story.js';
import { leftOf, lxc, on } from './support/lxc.js';

const NODES = ['master', 'slave1', 'slave2'];
const IMAGE = 'debian-12-updated';

/** Begins before cloud-init does: first the package lists are fetched, then packages are installed. */
const UPDATE = `[Unit]
Description=Stands for the updates that an image begins at its first boot
DefaultDependencies=no
After=systemd-remount-fs.service systemd-tmpfiles-setup.service
Before=cloud-init-local.service

[Service]
ExecStart=/usr/bin/perl /usr/local/lib/hold-locks.pl 120 /var/lib/apt/lists/lock /var/lib/dpkg/lock-frontend /var/cache/apt/archives/lock
ExecStartPost=/bin/sh -c 'until [ -e /run/held-120 ]; do sleep 0.1; done'
`;

describe("a lab in containers at whose first boot apt's locks are held for two minutes", () => {
  story();
  const user = new User();

  before(async () => {
    user.write(
      'redis-lab.yaml',
      `incus: { image: ${IMAGE}, uplink: none, limits: wanted }
redis: { install: package, version: 7.0.15 }
sentinel: { downAfter: 2s }
`,
    );
    await withUpdate();
  });

  after(async () => {
    await user.run('down', '--backend', 'incus');
    user.remove();
  });

  it('comes up, replicates and fails over', async () => {
    const { exitCode, stdout, stderr } = await user.run('up', '--backend', 'incus', '--json');
    expect(exitCode, stderr + stdout).to.equal(0);
    const result = JSON.parse(stdout);
    expect(result.verify.verdict).to.equal('passed');
    expect(result.status).to.include({ ready: true, state: 'running' });
    for (const node of NODES) {
      expect(stderr).to.match(
        new RegExp(`^start: ${node}: waiting for another program to be done with packages: `, 'm'),
      );
    }
  });

  it('has packages that every node waited for, and no warning', async () => {
    for (const node of NODES) {
      const instance = `redis-lab-${node}`;
      const log = (await on(instance, 'cat', '/var/log/cloud-init-output.log')).stdout;
      expect(log, node).to.match(
        /waiting for another program to be done with packages: Could not get lock \/var\/lib\/apt\/lists\/lock.*\n(?:.*\n)*redis-lab: redis is installed from packages/,
      );
      const after = await on(instance, 'sh', '-c', AFTER);
      expect(Number(after.stdout), after.stderr).to.be.at.least(0);
      await expectCleanCloudInit(on, instance);
    }
  });

  it('is gone after down', async () => {
    const { exitCode, stderr } = await user.run('down');
    expect(exitCode, stderr).to.equal(0);
    expect(await leftOf('redis-lab')).to.deep.equal([]);
  });
});

/** Seconds from the end of the update to the installation, by the node's clock. */
const AFTER = `
released=$(date --date "$(systemctl show --property=InactiveEnterTimestamp --value held-locks)" +%s)
echo $(($(stat --format %Z /usr/bin/redis-server) - released))`;

/** An image as the ground has it, with that update. */
async function withUpdate(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-unit-'));
  const unit = path.join(folder, 'held-locks.service');
  fs.writeFileSync(unit, UPDATE);
  const wants = path.join(folder, 'wants.conf');
  fs.writeFileSync(wants, '[Unit]\nWants=held-locks.service\n');
  const script = path.resolve(import.meta.dirname, '../support/hold-locks.pl');
  const from = 'image-updated';
  const put = (file: string, place: string) =>
    lxc('file', 'push', '--quiet', '--create-dirs', '--mode=0644', file, `${from}${place}`);
  try {
    await lxc('init', 'debian-12', from, '--quiet');
    await put(script, '/usr/local/lib/hold-locks.pl');
    await put(unit, '/etc/systemd/system/held-locks.service');
    await put(wants, '/etc/systemd/system/sysinit.target.d/held-locks.conf');
    await lxc('publish', from, '--alias', IMAGE, '--quiet');
  } finally {
    fs.rmSync(folder, { recursive: true });
    await lxc('delete', '--force', from);
  }
}
