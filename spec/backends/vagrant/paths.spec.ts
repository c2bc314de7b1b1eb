import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { madeIn, notedIn } from '../../../lib/backends/vagrant/paths.js';
import { Folder } from '../../../lib/workspace/folder.js';

describe('the machines that Vagrant has noted down', () => {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-noted-'));
  after(() => fs.rmSync(root, { recursive: true }));

  it('are read where files of others lie beside them, such as .DS_Store', () => {
    const machines = path.join(root, '.vagrant/machines');
    for (const node of ['master', 'slave1']) {
      fs.mkdirSync(path.join(machines, node, 'virtualbox'), { recursive: true });
    }
    fs.writeFileSync(path.join(machines, 'master/virtualbox/id'), 'a-b-c');
    for (const folder of ['', 'master', 'master/virtualbox']) {
      fs.writeFileSync(path.join(machines, folder, '.DS_Store'), '');
    }
    expect(madeIn(new Folder(root))).to.deep.equal(['master']);
    expect(notedIn(new Folder(root))).to.deep.equal(['a-b-c']);
  });
});
