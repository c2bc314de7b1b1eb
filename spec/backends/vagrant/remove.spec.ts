import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { VagrantProject } from '../../../lib/backends/vagrant/host.js';
import { folderFor } from '../../../lib/backends/vagrant/paths.js';
import { buildLab } from '../../../lib/lab/lab.js';

describe('removing a lab of virtual machines', () => {
  const home = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-remove-'));
  after(() => fs.rmSync(home, { recursive: true }));

  it('names to Vagrant those that it has made: others may have got the names of the rest', async () => {
    const { model } = buildLab();
    const calls = path.join(home, 'calls');
    for (const name of ['vagrant', 'ssh']) {
      const script = `#!/bin/sh\necho "$*" >>'${calls}'\n`;
      fs.writeFileSync(path.join(home, name), script, { mode: 0o755 });
    }
    const folder = folderFor(model.name, home);
    for (const node of ['master', 'slave1']) {
      folder.replace(`.vagrant/machines/${node}/libvirt/id`, `id-of-${node}`, 0o600);
    }
    const project = new VagrantProject(model, { stateHome: home, folders: [home] });
    await using host = await project.open('down');
    await host.removeAll();
    expect(fs.readFileSync(calls, 'utf8').trim()).to.match(
      /^destroy --machine-readable --force (?:master slave1|slave1 master)$/,
    );
    expect(fs.existsSync(folder.root)).to.equal(false);
  });
});
