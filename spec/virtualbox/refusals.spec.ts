/** What VirtualBox refuses, and what we say of it; and what the backend itself asks of VirtualBox. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { Vagrant } from '../../lib/backends/vagrant/client.js';
import { failed } from '../../lib/backends/vagrant/failure.js';
import {
  existing,
  madeFrom,
  powerOff,
  remove,
  running,
} from '../../lib/backends/vagrant/provider.js';
import { Folder } from '../../lib/workspace/folder.js';
import { LABS } from '../readers/support/labs.js';
import { scratch } from '../readers/support/scratch.js';
import { environment } from '../readers/support/vagrant.js';
import { folderFor } from '../readers/support/virtualbox/virtualbox.js';
import { refusal } from '../support/failure.js';
import { machineSeen, machineWanted } from './support/machine.js';
import { allowNetworks, machineOf, RealVirtualBox } from './support/virtualbox.js';

const { course: LAB } = LABS;
const NODE = 'slave1';
const NAME = machineOf(LAB, { name: NODE });
const MAC = "virtualbox.customize ['modifyvm', :id, '--macaddress2', node[:lab_mac].delete(':')]";
const attach = (controller: string, medium: string) =>
  `virtualbox.customize ['storageattach', :id, '--storagectl', '${controller}', '--port', '3', '--type', 'dvddrive', '--medium', ${medium}]`;

describe('VirtualBox', () => {
  const ours = { ...process.env };
  let virtualBox: RealVirtualBox;

  before(async () => {
    allowNetworks(LAB);
    virtualBox = await RealVirtualBox.with(LAB.model.vagrant.box);
    Object.assign(process.env, environment('virtualbox', virtualBox), virtualBox.env);
  });

  after(() => {
    for (const name of Object.keys(process.env)) if (!(name in ours)) delete process.env[name];
    Object.assign(process.env, ours);
  });

  describe('refuses a planted mistake, which is told with its words:', () => {
    for (const { title, to, words } of [
      {
        title: 'a controller that there is not',
        to: attach('SATA', 'seed'),
        words: "Could not find a controller named 'SATA'",
      },
      {
        title: 'a MAC address with colons',
        to: "virtualbox.customize ['modifyvm', :id, '--macaddress2', node[:lab_mac]]",
        words: 'Invalid MAC address format',
      },
      {
        title: 'an image that there is not',
        to: attach('VirtIO SCSI', "'/nowhere/seed.iso'"),
        words: "Could not find file for the medium '/nowhere/seed.iso'",
      },
    ]) {
      it(title, async () => {
        const folder = await folderFor(LAB, [MAC, to]);
        const vagrant = new Vagrant('/usr/bin/vagrant', new Folder(folder), 'virtualbox');
        const error = await refusal(vagrant.call(['up', NODE], { deadlineMs: 600_000 }));
        expect(error.exitCode).to.equal(4);
        expect(error.message, error.message).to.match(/^Vagrant failed \(VMCustomizationFailed\):/);
        expect(error.message).to.include(words);
        expect(await existing('virtualbox', [NAME])).to.deep.equal([NAME]);
        await vagrant.call(['destroy', '--force', NODE]);
        expect(await existing('virtualbox', [NAME])).to.deep.equal([]);
      });
    }
  });

  it('says in words that are known here that its kernel module is missing', async () => {
    await virtualBox.said('createvm', '--name', 'bare', '--register');
    for (const words of [
      ['hostonlyif', 'create'],
      ['startvm', 'bare', '--type', 'headless'],
    ]) {
      const { code, stdout, stderr } = await virtualBox.withoutWrapper(...words);
      expect(code).to.equal(1);
      const type = 'error-exit';
      const messages = [{ target: '', type, data: ['VBoxManageError', stderr] }];
      const error = failed({ command: 'vagrant up', code, stdout, stderr: '', messages });
      expect(error.message).to.include('redis-lab doctor --backend vagrant');
    }
    await remove('virtualbox', ['bare']);
  });

  it('does not take a name whose folder is there, and we say what to do about that', async () => {
    const left = path.join(virtualBox.machinesFolder, NAME);
    fs.mkdirSync(left);
    fs.writeFileSync(path.join(left, 'left.vbox'), '');
    const vagrant = new Vagrant('/usr/bin/vagrant', new Folder(await folderFor(LAB)), 'virtualbox');
    const error = await refusal(vagrant.call(['up', NODE], { deadlineMs: 600_000 })).finally(() =>
      fs.rmSync(left, { recursive: true }),
    );
    expect(error.message, error.message).to.match(/^Vagrant failed \(VirtualBoxNameExists\):/);
    expect(error.message).to.include(`'${left}'`).and.include('Delete that folder');
    await vagrant.call(['destroy', '--force', NODE]);
  });

  describe('has a machine of ours, which', () => {
    let vagrant: Vagrant;
    let folder: string;

    before(async () => {
      // Nobody's folder has only letters that every locale knows.
      folder = path.join(scratch('labs'), 'kelas “B” ümlaut');
      fs.cpSync(await folderFor(LAB), folder, { recursive: true, dereference: true });
      vagrant = new Vagrant('/usr/bin/vagrant', new Folder(folder), 'virtualbox');
      await vagrant.call(['up', NODE], { deadlineMs: 600_000 });
    });

    it('is found by the backend, which knows that it runs', async () => {
      const names = [NAME, 'somebody-else'];
      expect(await existing('virtualbox', names)).to.deep.equal([NAME]);
      expect(await running('virtualbox', names)).to.deep.equal([NAME]);
    });

    it('is as described', async () => {
      const [node] = LAB.model.nodes.filter(({ name }) => name === NODE);
      if (!node) throw new Error(`the lab has no ${NODE}`);
      const seen = await machineSeen(virtualBox, NAME);
      expect(seen).to.deep.equal(machineWanted(LAB, node, folder, 'vboxnet0'));
    });

    for (const locale of ['C.UTF-8', 'C']) {
      it(`is known for ours by its seed, in the locale ${locale}`, async () => {
        process.env['LC_ALL'] = locale;
        try {
          expect(await madeFrom('virtualbox', folder, [NAME])).to.deep.equal([NAME]);
          expect(await madeFrom('virtualbox', `${folder}2`, [NAME])).to.deep.equal([]);
        } finally {
          delete process.env['LC_ALL'];
        }
      });
    }

    it('is switched off, once', async () => {
      expect(await powerOff('virtualbox', NAME)).to.equal(true);
      expect(await running('virtualbox', [NAME])).to.deep.equal([]);
      expect(await powerOff('virtualbox', NAME)).to.equal(false);
    });

    it('is removed with its disks', async () => {
      await remove('virtualbox', [NAME]);
      expect(await existing('virtualbox', [NAME])).to.deep.equal([]);
      expect((await virtualBox.said('list', 'hdds')).match(/^Location:/gm)).to.have.lengthOf(2);
    });
  });
});
