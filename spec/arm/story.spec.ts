/** A lab on a machine with a processor of ARM, by Vagrant and libvirt: what the Vagrantfile asks for there is what QEMU can give. */
import fs from 'node:fs';
import { expect } from 'chai';
import { toYaml } from '../../lib/render/yaml.js';
import { User } from '../support/ground.js';
import { expectGone, expectGoodNodes, expectProven, statusOf, up } from '../support/nodes.js';
import { story } from '../support/story.js';
import { PACKAGE } from '../vagrant/support/labs.js';
import { onMachinesOf } from '../vagrant/support/on.js';
import { leftOf, virsh } from '../vagrant/support/virsh.js';

const NODES = ['master', 'slave1', 'slave2'];

describe('a lab of machines of ARM', () => {
  // One story: what a step needs, the steps before it did.
  story();
  // All three are emulated, on a machine that has two processors in CI.
  const user = new User(3_600_000);
  const on = onMachinesOf(user);

  before(() => {
    const box = 'redis-lab/debian-12-arm64';
    user.write('redis-lab.yaml', toYaml({ ...PACKAGE, vagrant: { ...PACKAGE.vagrant, box } }));
  });

  after(async () => {
    await user.run('down', '--backend', 'vagrant');
    user.remove();
  });

  it('comes up', async () => {
    const { status } = await up(user, 'vagrant');
    expect(status).to.deep.include({
      ready: true,
      server: { engine: 'redis', version: '7.0.15' },
    });
  });

  it('has the processor, the firmware and the seed that the Vagrantfile asked for', async () => {
    for (const node of NODES) {
      expect((await on(node, 'uname', '-m')).stdout).to.equal('aarch64');
      const { stdout } = await on(node, 'redis-cli', 'info', 'server');
      expect(stdout).to.match(/^os:Linux \S+ aarch64\s*$/m);
      const machine = await virsh('dumpxml', `redis-lab-${node}`);
      expect(machine).to.match(/<loader readonly='yes' type='pflash'>\S+<\/loader>/);
      expect(machine).to.match(/<controller type='scsi' index='0' model='virtio-scsi'>/);
      expect((await on(node, 'blkid', '-L', 'cidata')).stdout).to.equal('/dev/sr0');
    }
  });

  it('leaves every cloud-init without a warning, hardened units, and files of their own', async () => {
    await expectGoodNodes(on, NODES);
  });

  it('replicates and fails over', async () => {
    await expectProven(user);
  });

  it('stops by its power button, and starts again with its data', async () => {
    expect((await user.run('stop')).exitCode).to.equal(0);
    expect((await statusOf(user)).state).to.equal('stopped');
    expect((await up(user, 'vagrant')).status).to.include({ ready: true });
  });

  it('is gone after down, but for what vagrant-libvirt has the firmware keep', async () => {
    await expectGone(user, () => leftOf(user));
    expect(fs.readdirSync('/var/lib/libvirt/qemu/nvram')).to.have.members(
      NODES.map((node) => `redis-lab-${node}_VARS.fd`),
    );
  });
});
