import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Vagrant } from '../../../lib/backends/vagrant/client.js';
import { EXIT } from '../../../lib/errors.js';
import { Folder } from '../../../lib/workspace/folder.js';
import { refusal } from '../../support/failure.js';

describe('a call of Vagrant', () => {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-client-'));
  after(() => fs.rmSync(folder, { recursive: true }));

  /** A program that takes Vagrant's place. */
  function vagrantThat(script: string, place = new Folder(folder)): Vagrant {
    const program = path.join(folder, 'vagrant');
    fs.writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return new Vagrant(program, place, 'virtualbox');
  }

  it('that does not end in time says what it was doing', async () => {
    const vagrant = vagrantThat(
      'echo "1,master,ui,output,==> master: Waiting for machine to boot."; exec sleep 600',
    );
    const error = await refusal(vagrant.call(['up'], { deadlineMs: 5000 }));
    expect(error.exitCode).to.equal(EXIT.deadline);
    expect(error.message).to.equal(
      'vagrant up did not end within 5 s and was stopped. Last it said: master: Waiting for machine to boot. Run the same command again; redis-lab down removes what there is.',
    );
    expect(fs.existsSync(path.join(folder, 'at-work.json'))).to.equal(false);
  });

  it('is about the lab alone, whatever the user has told Vagrant of other projects', async () => {
    const names = ['VAGRANT_DOTFILE_PATH', 'VAGRANT_VAGRANTFILE', 'VAGRANT_CWD'];
    const before = names.map((name) => process.env[name]);
    try {
      for (const name of names) process.env[name] = '/elsewhere';
      const vagrant = vagrantThat(
        'echo "1,,ui,output,$VAGRANT_DOTFILE_PATH;$VAGRANT_VAGRANTFILE;$VAGRANT_CWD"',
      );
      const [message] = (await vagrant.call(['status'])).messages;
      expect(message?.data.at(-1)).to.equal(`;;${folder}`);
    } finally {
      names.forEach((name, i) => {
        if (before[i] === undefined) delete process.env[name];
        else process.env[name] = before[i];
      });
    }
  });

  it('goes on where it cannot be noted down, as on a disk that is full', async () => {
    const full = new Folder(folder);
    full.replace = () => {
      throw new Error('ENOSPC: no space left on device');
    };
    const vagrant = vagrantThat('sleep 0.5; echo "1,,ui,output,done"', full);
    expect((await vagrant.call(['destroy'])).messages).to.have.lengthOf(1);
  });
});
