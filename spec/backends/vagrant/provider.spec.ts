import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { madeFrom } from '../../../lib/backends/vagrant/provider.js';

describe('a machine at VirtualBox', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-provider-'));
  const { PATH, LC_ALL } = process.env;

  after(() => {
    process.env['PATH'] = PATH;
    if (LC_ALL === undefined) delete process.env['LC_ALL'];
    else process.env['LC_ALL'] = LC_ALL;
    fs.rmSync(folder, { recursive: true });
  });

  it('is known for ours also where the locale has no such letters as its path', async () => {
    // As VirtualBox 7.2 does; spec/virtualbox asks it itself.
    const script = [
      '#!/bin/sh',
      'case $LC_ALL in *UTF-8) name=é ;; *) name="??" ;; esac',
      'printf \'"VirtIO SCSI-1-0"="/labs/%s/nodes/master/seed.iso"\\n\' "$name"',
    ];
    fs.writeFileSync(path.join(folder, 'VBoxManage'), `${script.join('\n')}\n`, { mode: 0o755 });
    process.env['PATH'] = `${folder}:${PATH}`;
    process.env['LC_ALL'] = 'C';
    expect(await madeFrom('virtualbox', '/labs/é', ['lab-master'])).to.deep.equal(['lab-master']);
  });
});
