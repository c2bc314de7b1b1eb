/** What the documentation shows of the doctor is what it says where it was seen. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { examine } from '../../lib/doctor/examine.js';
import { reportOf } from '../../lib/doctor/report.js';
import { buildLab } from '../../lib/lab/lab.js';
import { doctorReport } from '../../lib/report/doctor-text.js';
import { ROOT } from '../support/cli.js';
import { debian, failed } from './support/fake-host.js';
import * as recorded from './support/recorded.js';

/** As recorded on a machine of CI, but for the Internet, which is there: a virtual machine that has a /dev/kvm, Debian's Vagrant, no libvirtd, no box. */
const MACHINE = debian({
  nodeVersion: 'v20.20.2',
  home: '/home/me',
  memory: () => ({ totalMb: 24_105, availableMb: 15_155 }),
  freeMb: () => 77_000,
  files: { '/proc/cpuinfo': recorded.GUEST },
  programs: {
    vagrant: {
      '--version': 'Vagrant 2.3.4\n',
      'plugin list': recorded.LIBVIRT_PLUGIN,
      'box list': recorded.NO_BOXES,
    },
    virsh: {
      '-c qemu:///system version': failed(recorded.VIRSH_DEAD),
      '-c qemu:///system net-dumpxml': failed(recorded.VIRSH_DEAD),
      '-c qemu:///system pool-dumpxml': failed(recorded.VIRSH_DEAD),
    },
  },
});

describe('the doctor of docs/doctor.md', () => {
  it('says what is shown', async () => {
    const page = readFileSync(path.join(ROOT, 'docs/doctor.md'), 'utf8');
    const [, shown = ''] =
      /^```session\n\$ npx redis-lab doctor .*\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const checks = await examine(buildLab().model, { host: MACHINE, backend: 'vagrant' });
    const text = doctorReport(reportOf(checks, 'vagrant'));
    // Only whole stretches are left out, at lines of an ellipsis.
    const stretches = shown.split('…\n').map((stretch) => stretch.trimEnd());
    expect(stretches.length).to.be.greaterThan(1);
    let from = 0;
    for (const stretch of stretches) {
      const at = text.indexOf(stretch.trimStart(), from);
      expect(at, `${stretch}\n\nis not in\n\n${text}`).to.be.at.least(0);
      from = at + stretch.length;
    }
    expect(text.endsWith(stretches.at(-1) ?? 'none')).to.equal(true);
  });
});
