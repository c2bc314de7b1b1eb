/** Where `vagrant up` cannot go on with VirtualBox it ends in time, and says why. */
import { expect } from 'chai';
import { LABS } from '../../support/labs.js';
import { program, readers } from '../../support/readers.js';
import { expectAccepted, expectRefused, type Ran } from '../../support/run.js';
import { writeBelow } from '../../support/scratch.js';
import { vagrantOlderThan244 } from '../../support/vagrant.js';
import { type Circumstances, folderFor, VirtualBox } from '../../support/virtualbox/virtualbox.js';

const { course: LAB } = LABS;
/** A limit that a test can wait for. */
const BRIEF = ['config.vm.boot_timeout = 300', 'config.vm.boot_timeout = 4'] as const;

readers('vagrant up with a stub of VirtualBox that fails', [program('vagrant')], () => {
  const expectNotStarted = ({ ran, virtualBox }: Awaited<ReturnType<typeof up>>) => {
    expectRefused(ran, /Address: 192\.168\.100\.11/);
    expect(ran.stderr).to.include('/etc/vbox/networks.conf');
    expect(virtualBox.state().interfaces).to.deep.equal([]);
    expect(virtualBox.calls().filter(([command]) => command === 'startvm')).to.deep.equal([]);
  };

  it('ends before the machine starts where networks.conf allows another network', async function refused() {
    this.timeout(240_000);
    expectNotStarted(await up({ networksConf: '* 10.0.0.0/8 192.168.56.0/21\n' }));
  });

  it('ends so as well where there is no networks.conf, and goes on with the same machine once one allows the network', async function mended() {
    this.timeout(240_000);
    const first = await up({ networksConf: '' });
    expectNotStarted(first);
    const { virtualBox, folder } = first;
    const { uuid } = virtualBox.machine(`${LAB.model.name}-master`);
    writeBelow(virtualBox.folder, 'networks.conf', `* ${LAB.model.network.cidr}\n`);
    expectAccepted(await virtualBox.vagrant(folder, ['up', 'master']));
    expect(virtualBox.machine(`${LAB.model.name}-master`)).to.include({ uuid, state: 'running' });
    // The key of the lab, and the wait for cloud-init.
    expect(virtualBox.told().filter(({ upload }) => upload)).to.have.length(2);
  });

  it('ends when SSH does not answer within boot_timeout', async function silence() {
    this.timeout(240_000);
    const { ran, virtualBox } = await up({ answers: false }, BRIEF);
    expectRefused(ran, /Timed out while waiting for the machine to boot/);
    expect(virtualBox.machine(`${LAB.model.name}-master`).startedAs).to.equal('headless');
  });

  it('ends at once when the machine stops while it boots', async function stops() {
    this.timeout(240_000);
    const { ran } = await up({ answers: false, manner: { afterStart: 'aborted' } });
    expectRefused(ran, /'aborted' state/);
  });

  async function up(
    circumstances: Circumstances,
    ...changes: (readonly [string, string])[]
  ): Promise<{ ran: Ran; virtualBox: VirtualBox; folder: string }> {
    const virtualBox = await VirtualBox.for(LAB, circumstances);
    const folder = await folderFor(LAB, ...changes);
    const ran = await virtualBox.vagrant(folder, ['up', '--provider=virtualbox', 'master']);
    return { ran, virtualBox, folder };
  }
});

readers(
  'vagrant before 2.4.4, without our refusal',
  [program('vagrant')],
  () => {
    it('would boot a cloud-image box once, and not again', async function scsi() {
      this.timeout(240_000);
      const virtualBox = await VirtualBox.for(LAB, { controller: 'VirtioSCSI' });
      const folder = await folderFor(LAB);
      const go = (...args: string[]) => virtualBox.vagrant(folder, [...args, 'master']);
      expectAccepted(await go('up', '--provider=virtualbox'));
      expectAccepted(await go('halt', '--force'));
      expectRefused(await go('up'), /unable to detect a disk controller/);
    });
  },
  [vagrantOlderThan244],
);
