/** Other labs, other hosts, and mistakes: what VirtualBox would get then. */
import { expect } from 'chai';
import type { Lab } from '../../../../lib/lab/lab.js';
import { LABS } from '../../support/labs.js';
import { program, readers } from '../../support/readers.js';
import { expectAccepted } from '../../support/run.js';
import { machineSeen, machineWanted } from '../../support/virtualbox/machine.js';
import { type Circumstances, folderFor, VirtualBox } from '../../support/virtualbox/virtualbox.js';

/** Vagrant takes its time for each machine. */
const MINUTES = 240_000;

readers('vagrant up with a stub of VirtualBox, elsewhere', [program('vagrant')], () => {
  it('makes a lab whose every setting differs from its default', async function everything() {
    this.timeout(MINUTES);
    const { everything: lab } = LABS;
    const nodes = [lab.model.nodes.at(0), lab.model.nodes.at(-1)].flatMap((node) => node ?? []);
    const { virtualBox, folder } = await up(
      lab,
      nodes.map(({ name }) => name),
    );
    for (const node of nodes) {
      const seen = machineSeen(virtualBox, `${lab.model.name}-${node.name}`);
      expect(seen).to.deep.equal(machineWanted(lab, node, folder));
    }
    expect(virtualBox.state().interfaces).to.deep.equal([
      { name: 'vboxnet0', ip: '10.77.16.1', netmask: '255.255.240.0' },
    ]);
  });

  // VirtualBox 7 has no host-only interfaces there, and Vagrant's code for what it has instead leaves the MAC out.
  it('gives the second card its MAC address on macOS too, where the networks are others', async function macOs() {
    this.timeout(MINUTES);
    const { course: lab } = LABS;
    const node = lab.model.nodes[0];
    if (!node) throw new Error('the lab has no nodes');
    const { virtualBox, folder } = await up(lab, [node.name], { host: 'darwin', networksConf: '' });
    const seen = machineSeen(virtualBox, `${lab.model.name}-${node.name}`);
    expect(seen).to.deep.equal(machineWanted(lab, node, folder, 'vagrantnet-vbox1'));
    const { networks, interfaces } = virtualBox.state();
    expect(interfaces).to.deep.equal([]);
    expect(networks).to.deep.equal([
      { name: 'vagrantnet-vbox1', ip: '192.168.100.0', netmask: '255.255.255.0' },
    ]);
  });

  it('shows a wrong size, a wrong card and a seed that is left out', async function mistakes() {
    this.timeout(MINUTES);
    const { course: lab } = LABS;
    const node = lab.model.nodes[0];
    if (!node) throw new Error('the lab has no nodes');
    const { virtualBox, folder } = await up(
      lab,
      [node.name],
      {},
      ['virtualbox.memory = node[:memory]', 'virtualbox.memory = 512'],
      ['override.vm.base_mac = node[:uplink_mac]', 'override.vm.base_mac = node[:lab_mac]'],
      ["override.vm.disk :dvd, name: 'seed', file: seed", ''],
    );
    const wanted = machineWanted(lab, node, folder);
    expect(machineSeen(virtualBox, wanted.name)).to.deep.equal({
      ...wanted,
      memory: 512,
      nics: [{ kind: 'nat', mac: wanted.nics[1]?.mac }, wanted.nics[1]],
      discs: [],
    });
  });

  async function up(
    lab: Lab,
    names: readonly string[],
    circumstances: Circumstances = {},
    ...changes: (readonly [string, string])[]
  ) {
    const virtualBox = await VirtualBox.for(lab, circumstances);
    const folder = await folderFor(lab, ...changes);
    expectAccepted(await virtualBox.vagrant(folder, ['up', '--provider=virtualbox', ...names]));
    return { virtualBox, folder };
  }
});
