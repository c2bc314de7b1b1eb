/** Which backend a host is best served with. */

import { expect } from 'chai';
import type { BackendName } from '../../lib/backends/registry.js';
import type { Check } from '../../lib/doctor/check.js';
import { chooseBackend } from '../../lib/doctor/choose.js';
import { examine } from '../../lib/doctor/examine.js';
import { canRun, reportOf } from '../../lib/doctor/report.js';
import { buildLab } from '../../lib/lab/lab.js';
import { doctorReport } from '../../lib/report/doctor-text.js';
import { quoted } from '../../lib/report/messages.js';
import { speechIn } from '../../lib/report/speech.js';
import { PLAIN } from '../../lib/report/style.js';
import { englishWords } from '../report/support/indonesian.js';
import { nothing } from './support/cases.js';
import { debian, mac, ubuntu, windows } from './support/fake-host.js';

const check = (about: readonly BackendName[], state: Check['state'], code = 'check'): Check => ({
  code,
  name: quoted('Check'),
  about,
  state,
  seen: quoted('seen'),
  why: quoted('Why.'),
});
const all = (vagrant: Check['state'], incus: Check['state'], local: Check['state']) => [
  check(['vagrant'], 'good', 'vagrant'),
  check(['vagrant'], 'good', 'provider'),
  check(['vagrant'], vagrant),
  check(['incus'], 'good', 'incus'),
  check(['incus'], incus),
  check(['local'], local),
];

describe('chooseBackend', () => {
  for (const [checks, backend] of [
    [all('good', 'good', 'good'), 'vagrant'],
    [all('poor', 'good', 'good'), 'vagrant'],
    [all('bad', 'good', 'good'), 'incus'],
    [all('bad', 'poor', 'good'), 'incus'],
    [all('bad', 'bad', 'good'), 'local'],
    [all('bad', 'bad', 'poor'), 'local'],
    [all('bad', 'bad', 'bad'), undefined],
    // What stands in the way of all.
    [[...all('good', 'good', 'good'), check(['vagrant', 'incus', 'local'], 'bad')], undefined],
    [[...all('good', 'good', 'good'), check(['vagrant', 'incus'], 'bad')], 'local'],
    // What was not looked at is not taken, however well the rest is.
    [[check(['vagrant', 'incus', 'local'], 'good'), check(['local'], 'good')], 'local'],
    [[], undefined],
    // Of what nobody could find out anything, nobody knows whether it works.
    [[check(['vagrant'], 'poor', 'vagrant'), ...all('good', 'good', 'good').slice(1)], 'incus'],
    [[check(['incus'], 'poor', 'incus'), check(['local'], 'good')], 'local'],
  ] as const) {
    const states = checks.map(({ about, state }) => `${about.join('+')} ${state}`).join(', ');
    it(`takes ${backend ?? 'none'}: ${states || 'nothing'}`, () => {
      const choice = chooseBackend(checks);
      expect(choice.backend).to.equal(backend);
      expect(choice.why.text).to.not.equal(choice.why.code).and.not.include('\n');
    });
  }

  it('says how to get virtual machines where it takes something else', () => {
    expect(chooseBackend(all('good', 'bad', 'good')).why.text).to.equal('virtual machines (seen)');
    for (const checks of [all('bad', 'good', 'good'), all('bad', 'bad', 'good')]) {
      expect(chooseBackend(checks).why.text).to.include('redis-lab doctor --backend vagrant');
    }
  });

  for (const [where, host, backend] of [
    ['a laptop with VirtualBox', ubuntu(), 'vagrant'],
    ['Debian with libvirt', debian(), 'vagrant'],
    ['a server with Incus', ubuntu(nothing('incus')), 'incus'],
    [
      'Linux with nothing',
      ubuntu({
        ...nothing(),
        incus: [{ code: 'incus', what: 'Incus', seen: 'no', fix: 'Install it.' }],
      }),
      'local',
    ],
    ['a Mac with nothing', mac(nothing('sysctl', 'netstat')), 'local'],
    ['Windows with VirtualBox', windows(), 'vagrant'],
    ['Windows with nothing', windows(nothing('powershell', 'route')), undefined],
  ] as const) {
    it(`takes ${backend ?? 'none'}: ${where}`, async () => {
      const checks = await examine(buildLab().model, { host });
      expect(chooseBackend(checks).backend, JSON.stringify(checks)).to.equal(backend);
      expect(canRun(checks, undefined)).to.equal(backend !== undefined);
    });
  }
});

describe('the report of a doctor', () => {
  it('is about the backend to take, or none', () => {
    expect(reportOf(all('bad', 'bad', 'good'), undefined)).to.include({ backend: 'local' });
    expect(reportOf(all('bad', 'bad', 'bad'), undefined)).to.include({ backend: null });
  });

  it('is about the one that was asked for, whatever else there is', () => {
    const checks = [
      { ...check(['incus'], 'bad'), name: quoted('Incus') },
      check(['incus'], 'good'),
    ];
    const report = reportOf(checks, 'incus');
    expect(report).to.include({ backend: 'incus', why: 'will not work yet: Incus.' });
    expect(canRun(checks, 'incus')).to.equal(false);
    const well = [check(['incus'], 'poor')];
    expect(reportOf(well, 'incus').why).to.equal('nothing stands in its way here.');
    expect(canRun(well, 'incus')).to.equal(true);
  });

  it('is plain data', () => {
    const remedy = { describe: 'mend it', run: async () => {} };
    const checks = [{ ...check(['local'], 'bad'), fix: quoted('Mend it.'), remedy }];
    expect(reportOf(checks, 'local').checks).to.deep.equal([
      {
        code: 'check',
        name: 'Check',
        about: ['local'],
        state: 'bad',
        seen: 'seen',
        why: 'Why.',
        fix: 'Mend it.',
        remedy: 'mend it',
      },
    ]);
    expect(reportOf(all('good', 'good', 'good'), undefined).checks[0]).to.include({
      fix: null,
      remedy: null,
    });
  });

  it('is in the language of the lab', async () => {
    const speech = speechIn('id');
    const host = ubuntu({ ...nothing(), env: { https_proxy: 'http://proxy:3128' } });
    const checks = await examine(buildLab().model, { host });
    for (const asked of [undefined, 'vagrant'] as const) {
      const text = doctorReport(reportOf(checks, asked, speech), PLAIN, speech);
      expect(englishWords(text.replaceAll(/^ {8}.*$/gm, ''))).to.deep.equal([]);
      expect(text).to.match(/^gagal +Vagrant \(vagrant\): tidak ada vagrant di PATH$/m);
      expect(text).to.match(/\d+ pemeriksaan: \d+ gagal, \d+ kurang, \d+ baik\nBackend /);
    }
  });
});
