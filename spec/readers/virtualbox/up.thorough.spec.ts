/** What VirtualBox would get from the course's lab, by Vagrant's own code for it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { LABS } from '../support/labs.js';
import { program, readers } from '../support/readers.js';
import { expectAccepted, expectRefused, said } from '../support/run.js';
import { machineSeen, machineWanted } from '../support/virtualbox/machine.js';
import { folderFor, VirtualBox } from '../support/virtualbox/virtualbox.js';

const { course: LAB } = LABS;
const NODES = LAB.model.nodes;
/** Of the two provisioners of a machine, the one that waits for cloud-init. */
const isWait = (script: string) => script.includes('cloud-init status --wait');

readers('vagrant up with a stub of VirtualBox', [program('vagrant')], () => {
  let virtualBox: VirtualBox;
  let folder: string;

  before(async function bringUp() {
    this.timeout(240_000);
    virtualBox = await VirtualBox.for(LAB);
    folder = await folderFor(LAB);
    const ran = await virtualBox.vagrant(folder, ['up', '--provider=virtualbox']);
    expectAccepted(ran);
    expect(ran.stdout, said(ran)).to.include(`The lab "${LAB.model.name}" is up.`);
  });

  for (const node of NODES) {
    it(`makes ${node.name} as the model has it`, () => {
      const name = `${LAB.model.name}-${node.name}`;
      expect(machineSeen(virtualBox, name)).to.deep.equal(machineWanted(LAB, node, folder));
    });

    it(`gives ${node.name} nothing else to do over SSH than to take the key of the lab and wait for cloud-init`, () => {
      const told = virtualBox.told().filter((each) => each.node === node.name);
      const uploads = told.flatMap(({ upload = [] }) => upload);
      expect(uploads).to.have.length(2);
      expect(uploads[0]).to.include('"$REDIS_LAB_SHARE_KEY" >/opt/redis-lab/share.key');
      expect(uploads[1]).to.include('cloud-init status --wait');
      const commands = told.flatMap((each) => each.execute ?? each.sudo ?? each.test ?? []);
      // Vagrant looks after its own lines in fstab, whatever the lab; the other file is the upload.
      expect(
        commands.filter((each) => !/\/etc\/fstab|\/tmp\/vagrant-shell/.test(each)),
      ).to.deep.equal([]);
    });
  }

  it('starts the machine that builds before the others', () => {
    const [builder] = NODES.filter((node) => node.builds);
    expect(virtualBox.told()[0]?.node).to.equal(builder?.name);
  });

  it('makes one host-only interface for all, with the first address of the network', () => {
    expect(virtualBox.state().interfaces).to.deep.equal([
      { name: 'vboxnet0', ip: '192.168.100.1', netmask: '255.255.255.0' },
    ]);
  });

  it('imports the box once, and asks for neither shared folders nor guest additions', () => {
    const commands = virtualBox.calls().map(([command]) => command);
    expect(commands.filter((command) => command === 'clonevm')).to.have.length(NODES.length);
    expect([...new Set(commands)]).to.have.members([
      '--version',
      'list',
      'import',
      'snapshot',
      'clonevm',
      'modifyvm',
      'hostonlyif',
      'storageattach',
      'showvminfo',
      'startvm',
    ]);
    const imports = virtualBox
      .calls()
      .filter(([command, dry]) => command === 'import' && dry !== '-n');
    expect(imports).to.have.length(1);
  });

  it('waits with a limit: for SSH, and for cloud-init', () => {
    const told = virtualBox.told();
    expect(told.flatMap(({ wait = [] }) => wait)).to.deep.equal(NODES.map(() => 300));
    const waits = told.flatMap(({ upload = '' }) => (isWait(upload) ? [upload] : []));
    expect(waits).to.have.length(NODES.length);
    for (const wait of waits) expect(wait).to.match(/^timeout 7200 sh -c/m);
  });

  it('boots a machine again as it was, with one disc, and waits for it again', async function again() {
    this.timeout(240_000);
    const node = NODES[NODES.length - 1];
    if (!node) throw new Error('the lab has no nodes');
    const waits = () => virtualBox.told().filter(({ upload = '' }) => isWait(upload));
    const before = waits().length;
    expectAccepted(await virtualBox.vagrant(folder, ['halt', '--force', node.name]));
    const name = `${LAB.model.name}-${node.name}`;
    expect(virtualBox.machine(name).state).to.equal('poweroff');
    expectAccepted(await virtualBox.vagrant(folder, ['up', node.name]));
    expect(machineSeen(virtualBox, name)).to.deep.equal(machineWanted(LAB, node, folder));
    expect(waits()).to.have.length(before + 1);
    expect(waits().at(-1)?.node).to.equal(node.name);
  });

  it('does not start a machine that was made with another seed, and says what to do', async function other() {
    this.timeout(240_000);
    const [node] = NODES.slice(-1);
    if (!node) throw new Error('the lab has no nodes');
    const name = `${LAB.model.name}-${node.name}`;
    const seed = path.join(folder, 'nodes', node.name, 'seed.iso');
    const made = fs.readFileSync(seed);
    expectAccepted(await virtualBox.vagrant(folder, ['halt', '--force', node.name]));
    const before = machineSeen(virtualBox, name);
    fs.appendFileSync(seed, 'changed');
    for (const command of ['up', 'reload']) {
      const ran = await virtualBox.vagrant(folder, [command, node.name]);
      expectRefused(ran, new RegExp(`${node.name} was made from an earlier description`));
      expect(said(ran)).to.include('vagrant destroy -f');
    }
    expect(virtualBox.machine(name).state).to.equal('poweroff');
    expect(machineSeen(virtualBox, name)).to.deep.equal(before);
    fs.writeFileSync(seed, made);
    expectAccepted(await virtualBox.vagrant(folder, ['up', node.name]));
  });

  it('destroys its machines, and leaves the seeds, the box and the interface for the next time', async function destroy() {
    this.timeout(240_000);
    expectAccepted(await virtualBox.vagrant(folder, ['destroy', '--force']));
    const { machines, interfaces } = virtualBox.state();
    expect(machines.map(({ name }) => name.replace(/_.*/, ''))).to.deep.equal(['the-box']);
    expect(interfaces).to.have.length(1);
    const ended = virtualBox.calls().filter(([command]) => command === 'unregistervm');
    expect(ended.map(([, , option]) => option)).to.deep.equal(NODES.map(() => '--delete'));
    for (const node of NODES) {
      const [[, seed = ''] = []] = machineWanted(LAB, node, folder).discs;
      expect(fs.existsSync(seed), seed).to.equal(true);
    }
  });
});
