import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { whileTheyRun } from '../../../lib/backends/vagrant/watch.js';
import { now } from '../../../lib/clock.js';
import { scratch } from '../../readers/support/scratch.js';
import { until } from '../../support/at-work.js';
import { Programs } from '../../support/programs.js';

describe('machines that are watched while they come up', () => {
  const before = process.env['PATH'];
  afterEach(() => {
    process.env['PATH'] = before;
  });

  it('keep nobody waiting for a provider that does not answer', async () => {
    const folder = scratch('watch');
    const asked = path.join(folder, 'asked');
    const programs = new Programs(folder);
    programs.add('virsh', `touch '${asked}'; exec sleep 600`);
    process.env['PATH'] = `${programs.folder}${path.delimiter}${before}`;
    const came = await whileTheyRun(
      'libvirt',
      new Map([['master', 'lab-master']]),
      undefined,
      async () => {
        await until(() => fs.existsSync(asked));
        return now();
      },
    );
    // The question itself has 60 s.
    expect(now() - came).to.be.lessThan(50_000);
  });
});
