/**
 * The life of a lab on VirtualBox, by the command: Vagrant and VirtualBox make the machines, and QEMU emulates the hardware that
 * VirtualBox says they have, from their disks and seeds as VirtualBox holds them.
 */
import path from 'node:path';
import { expect } from 'chai';
import { buildLab } from '../../../lib/lab/lab.js';
import { toYaml } from '../../../lib/render/yaml.js';
import { environment } from '../../readers/support/vagrant.js';
import { keepBuild, SOURCE_SHA256, User } from '../../support/ground.js';
import {
  eventually,
  expectFailoverAndHeal,
  expectGone,
  expectGoodNodes,
  expectProven,
  statusOf,
  up,
} from '../../support/nodes.js';
import { story } from '../../support/story.js';
import { expectNothingFetched } from '../../vagrant/support/labs.js';
import { onMachinesOf } from '../../vagrant/support/on.js';
import { machineSeen, machineWanted } from '../support/machine.js';
import { allowNetworks, machineOf, RealVirtualBox } from '../support/virtualbox.js';

const SPEC = {
  vagrant: { box: 'redis-lab/debian-12' },
  // A second processor only gives what is emulated more to do.
  nodes: [{ role: 'master' as const, cpus: 1 }, { cpus: 1 }, { cpus: 1 }],
  redis: {
    version: '7.0.15',
    source: {
      // Nobody serves it: the build comes from the cache.
      url: 'http://127.0.0.1:9/redis-7.0.15.tar.gz',
      sha256: SOURCE_SHA256['redis-7.0.15'],
    },
  },
};
const LAB = buildLab(SPEC);
const { nodes } = LAB.model;
const NODES = nodes.map(({ name }) => name);

describe('a lab on VirtualBox, started on emulated hardware', () => {
  // One story: what a step needs, the steps before it did.
  story();
  const ours = { ...process.env };
  const user = new User();
  const on = onMachinesOf(user);
  const folder = path.join(user.env['XDG_STATE_HOME'] ?? '', 'redis-lab', '.vagrant', 'redis-lab');
  let virtualBox: RealVirtualBox;

  before(async () => {
    allowNetworks(LAB);
    const disk = path.join(String(process.env['REDIS_LAB_BOX']), 'disk.vmdk');
    virtualBox = await RealVirtualBox.starting(LAB.model.vagrant.box, disk);
    Object.assign(process.env, environment('virtualbox', virtualBox), virtualBox.env);
    user.write('redis-lab.yaml', toYaml(SPEC));
    await keepBuild(user);
  });

  after(async () => {
    await user.run('down', '--backend', 'vagrant');
    user.remove();
    for (const name of Object.keys(process.env)) if (!(name in ours)) delete process.env[name];
    Object.assign(process.env, ours);
  });

  it('comes up, and tells what the machines do', async () => {
    const { status, told } = await up(user, 'vagrant');
    expect(status).to.include({ ready: true, state: 'running' });
    for (const node of NODES) {
      expect(told).to.include(`start: ${node}: Booting VM...`);
      // VirtualBox starts one after another: the first boot of those before the last is over by then.
      expect(told).to.match(new RegExp(`^start: ${node}: ${node} is done`, 'm'));
    }
  });

  it('is of machines as described', async () => {
    for (const node of nodes) {
      const seen = await machineSeen(virtualBox, machineOf(LAB, node));
      expect(seen).to.deep.equal(machineWanted(LAB, node, folder, 'vboxnet0'));
    }
  });

  it('has found its seeds, on the controller of its disks', async () => {
    for (const { name } of nodes) {
      const { stdout } = await on(name, 'lsblk', '--noheadings', '--output', 'NAME,HCTL,LABEL');
      expect(stdout, name).to.match(/^sda +(\d+):0:0:0\b[\s\S]*^sr0 +\1:0:1:0 +cidata$/m);
    }
  });

  it('has the host names, cards and addresses of the description', async () => {
    for (const { name, ip, uplinkMac, labMac } of nodes) {
      expect((await on(name, 'hostname')).stdout).to.equal(name);
      const { stdout } = await on(name, 'ip', '-json', '-4', 'address', 'show');
      const links = await on(name, 'ip', '-json', 'link', 'show');
      const macs = new Map<string, string>(
        JSON.parse(links.stdout).map((link: Record<string, string>) => [
          link['ifname'],
          link['address'],
        ]),
      );
      const found = (JSON.parse(stdout) as { ifname: string; addr_info: { local: string }[] }[])
        .filter(({ ifname }) => ifname !== 'lo')
        .map(({ ifname, addr_info: [address] }) => [macs.get(ifname), address?.local]);
      expect(found, name).to.deep.equal([
        [uplinkMac, '10.0.2.15'],
        [labMac, ip],
      ]);
    }
  });

  it('compiles nothing and downloads nothing, since the host has a build', async () => {
    await expectNothingFetched(on, NODES);
  });

  it('leaves every cloud-init without a warning, hardened units, and files of their own', async () => {
    await expectGoodNodes(on, NODES);
  });

  it('replicates and fails over', async () => {
    await expectProven(user, 'replication', 'failover');
  });

  it('survives that its master is switched off, and is healed', async () => {
    const off = await expectFailoverAndHeal(user, 'power-off');
    expect(off.state).to.equal('partial');
    await eventually(user, ({ ready }) => ready, 'ready after its return', 240_000);
  });

  it('stops in good order, and comes back with what it had', async () => {
    const { master } = await statusOf(user);
    const set = await user.run('exec', String(master), '--', 'redis-cli', 'set', 'kept', 'yes');
    expect(set.stdout, set.stderr).to.equal('OK');
    const stopped = await user.run('stop');
    expect(stopped.exitCode, stopped.stderr).to.equal(0);
    expect(await virtualBox.said('list', 'runningvms')).to.equal('');
    const again = await up(user, 'vagrant');
    expect(again.status).to.include({ ready: true });
    // Nothing is done as at the first boot.
    expect(again.told).not.to.match(/: \S+ is done/);
    for (const node of NODES) {
      const { stdout, stderr } = await user.run('exec', node, '--', 'redis-cli', 'get', 'kept');
      expect(stdout, stderr).to.equal('yes');
    }
  });

  it('is gone after down, to the last thing', async () => {
    await expectGone(user, async () => {
      const left = await virtualBox.names();
      return left.filter((name) => name.startsWith(LAB.model.name));
    });
  });
});
