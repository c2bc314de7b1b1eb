/** What stands in the way of a backend that was asked for is said before anything is made. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { redisLab } from '../support/cli.js';
import { Programs, VAGRANT } from '../support/programs.js';

describe('up, where something is bad for the backend', function () {
  this.timeout(60_000);
  let folder: string;
  let programs: Programs;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-spec-'));
    programs = new Programs(folder);
    programs.add('vagrant', VAGRANT);
    programs.add('ssh', 'exit 255');
    programs.add('virsh', 'echo "error: no daemon" >&2; exit 1');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is refused with 3, all of it at once with its fix, and nothing is made', async () => {
    const { exitCode, stdout, stderr } = await redisLab(folder, ['up', '--backend', 'vagrant'], {
      env: {
        ...programs.env(),
        HOME: folder,
        XDG_STATE_HOME: path.join(folder, 'state'),
        VAGRANT_DEFAULT_PROVIDER: 'libvirt',
        VAGRANT_SERVER_URL: 'http://127.0.0.1:1025',
      },
    });
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 3, stdout: '' });
    expect(stderr).to.match(/^redis-lab: The lab cannot run here yet:\n/);
    for (const name of ['Plugin vagrant-libvirt', 'libvirt', 'Box']) {
      expect(stderr).to.match(new RegExp(`^ {2}${name}: .*\\n {6}\\S`, 'm'));
    }
    expect(stderr).to.match(/^ {8}sudo systemctl enable --now libvirtd$/m);
    expect(programs.made).to.deep.equal([]);
    const left = fs.readdirSync(folder, { recursive: true }).map(String);
    expect(left.filter((name) => !/^(bin|made|state$|\.)/.test(name))).to.deep.equal([]);
  });
});
