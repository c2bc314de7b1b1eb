/** The life of two labs by Vagrant's own code for VirtualBox, and VirtualBox's own answers to it. */
import { expect } from 'chai';
import { buildLab } from '../../../lib/lab/lab.js';
import { LABS } from '../../readers/support/labs.js';
import { expectAccepted, said } from '../../readers/support/run.js';
import { folderFor } from '../../readers/support/virtualbox/virtualbox.js';
import { story } from '../../support/story.js';
import { machineSeen, machineWanted } from '../support/machine.js';
import { allowNetworks, machineOf, RealVirtualBox } from '../support/virtualbox.js';

const { course: LAB } = LABS;
const OTHER = buildLab({ name: 'other', network: '10.20.0.0/24' });

describe('labs on VirtualBox', () => {
  story();
  let virtualBox: RealVirtualBox;
  let folder: string;
  let otherFolder: string;

  const expectAsDescribed = async (lab: typeof LAB, where: string, network: string) => {
    for (const node of lab.model.nodes) {
      const seen = await machineSeen(virtualBox, machineOf(lab, node));
      expect(seen).to.deep.equal(machineWanted(lab, node, where, network));
    }
  };

  before(async () => {
    allowNetworks(LAB, OTHER);
    virtualBox = await RealVirtualBox.with(LAB.model.vagrant.box, OTHER.model.vagrant.box);
    folder = await folderFor(LAB);
    otherFolder = await folderFor(OTHER);
  });

  it('come up as described', async () => {
    const ran = await virtualBox.vagrant(folder, 'up', '--provider=virtualbox');
    expectAccepted(ran);
    expect(ran.stdout, said(ran)).to.include(`The lab "${LAB.model.name}" is up.`);
    await expectAsDescribed(LAB, folder, 'vboxnet0');
  });

  it('share the disk of the one box', async () => {
    const disks = await virtualBox.said('list', 'hdds');
    const [base = '', ...more] = disks
      .split('\n\n')
      .filter((each) => /Parent UUID: +base/.test(each));
    expect(more).to.deep.equal([]);
    expect(base).to.include('Storage format: VMDK');
    // Those of the machines, and what the box itself would write after the snapshot that they are cloned from.
    expect(disks.match(/^Parent UUID: +[0-9a-f]{8}-/gm)).to.have.lengthOf(
      LAB.model.nodes.length + 1,
    );
  });

  it('stay as they are at the second up', async () => {
    const before = virtualBox.calls().length;
    expectAccepted(await virtualBox.vagrant(folder, 'up'));
    const changes = virtualBox
      .calls()
      .slice(before)
      .filter(([, command]) => !['--version', 'list', 'showvminfo'].includes(command ?? ''));
    expect(changes).to.deep.equal([]);
  });

  it('stand side by side, each in its own network', async () => {
    expectAccepted(await virtualBox.vagrant(otherFolder, 'up', '--provider=virtualbox'));
    await expectAsDescribed(OTHER, otherFolder, 'vboxnet1');
    await expectAsDescribed(LAB, folder, 'vboxnet0');
  });

  it('come back as they were after halt, and after reload', async () => {
    expectAccepted(await virtualBox.vagrant(folder, 'halt', '--force'));
    expect(await virtualBox.said('list', 'runningvms')).not.to.include(`"${LAB.model.name}-`);
    expectAccepted(await virtualBox.vagrant(folder, 'up'));
    await expectAsDescribed(LAB, folder, 'vboxnet0');
    expectAccepted(await virtualBox.vagrant(folder, 'reload', 'slave2'));
    await expectAsDescribed(LAB, folder, 'vboxnet0');
  });

  it('are gone after destroy, to the last thing, and leave the other lab alone', async () => {
    expectAccepted(await virtualBox.vagrant(folder, 'destroy', '--force'));
    const left = await virtualBox.names();
    expect(left.filter((name) => name.startsWith(`${LAB.model.name}-`))).to.deep.equal([]);
    await expectAsDescribed(OTHER, otherFolder, 'vboxnet1');
    expectAccepted(await virtualBox.vagrant(otherFolder, 'destroy', '--force'));
    // The box stays, for the next linked clone.
    const [box, ...more] = await virtualBox.names();
    expect(box).to.match(/^the-box/);
    expect(more).to.deep.equal([]);
    const disks = await virtualBox.said('list', 'hdds');
    expect(disks.match(/^Location:/gm)).to.have.lengthOf(2);
    // The server of VirtualBox goes on knowing images that it has seen, and only the server.
    await virtualBox.endServer();
    expect(await virtualBox.said('list', 'dvds')).not.to.include('seed.iso');
  });

  it('never asked anything that VirtualBox refused, nor for what is not known', () => {
    // Vagrant asks it of a box that has none yet.
    const none = /^snapshot \S+ list --machinereadable\n/gm;
    expect(virtualBox.refused().replaceAll(none, '')).to.equal('');
    const how = (wanted: string) => [
      ...new Set(
        virtualBox.calls().flatMap(([each, command = '']) => (each === wanted ? [command] : [])),
      ),
    ];
    expect(how('answered')).to.have.members(['controlvm', 'hostonlyif', 'list', 'startvm']);
    expect(how('passed')).to.include.members([
      '--version',
      'clonevm',
      'hostonlyif',
      'import',
      'list',
      'modifyvm',
      'showvminfo',
      'snapshot',
      'storageattach',
      'unregistervm',
    ]);
  });
});
