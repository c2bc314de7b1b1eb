import { expect } from 'chai';
import { LANGUAGES } from '../../lib/model/languages.js';
import { textsOf } from '../../lib/render/texts.js';
import { doctorReport } from '../../lib/report/doctor-text.js';
import { speechIn } from '../../lib/report/speech.js';
import { PLAIN } from '../../lib/report/style.js';
import type { CheckReport, DoctorReport } from '../../lib/report/types.generated.js';

const GOOD: CheckReport = {
  code: 'node',
  name: 'Node',
  about: ['vagrant', 'incus', 'local'],
  state: 'good',
  seen: '22.11.0',
  why: 'redis-lab is written for it.',
  fix: null,
  remedy: null,
};
const BAD: CheckReport = {
  code: 'virtualbox.host-only-range',
  name: 'VirtualBox networks',
  about: ['vagrant'],
  state: 'bad',
  seen: 'there is no /etc/vbox/networks.conf, so only 192.168.56.0/21 is allowed',
  why: 'VirtualBox refuses networks that it does not allow.',
  fix: `Allow it, which is long to explain and so goes on in another line of the report:\n  ${'sudo tee '.repeat(12)}`,
  remedy: 'add a line',
};
const POOR: CheckReport = { ...BAD, name: 'Box', state: 'poor', seen: 'it is not here' };
const REPORT: DoctorReport = {
  backend: 'local',
  why: 'processes of this machine.',
  checks: [GOOD, POOR, BAD],
};

describe('the text of a doctor', () => {
  const text = doctorReport(REPORT);
  const lines = text.split('\n');

  it('begins with what is bad, ends with which backend, and counts', () => {
    expect(lines.filter((line) => /^\w/.test(line))).to.deep.equal([
      'bad   VirtualBox networks (vagrant): there is no /etc/vbox/networks.conf, so',
      'poor  Box (vagrant): it is not here',
      'ok    Node (vagrant, incus, local): 22.11.0',
      '3 checks: 1 bad, 1 poor, 1 ok',
      'Backend local: processes of this machine.',
    ]);
  });

  it('has room for the words of the states in every language', () => {
    for (const language of LANGUAGES) {
      const { bad, poor, good } = textsOf('terminal', language).doctor.states;
      const columns = doctorReport(REPORT, undefined, speechIn(language))
        .split('\n')
        .flatMap((line) => {
          const [, word] = /^(\S+) {2,}(?=VirtualBox|Box|Node)/.exec(line) ?? [];
          return word === undefined ? [] : [[word, line.search(/VirtualBox|Box|Node/)]];
        });
      const [, first] = columns[0] ?? [];
      expect(columns).to.deep.equal([bad, poor, good].map((word) => [word, first]));
    }
  });

  it('says why it matters and what to do only where something is to be done', () => {
    expect(text.match(/VirtualBox refuses networks/g)).to.have.lengthOf(2);
    expect(text).to.not.include('redis-lab is written for it');
    expect(text).to.include('→ redis-lab doctor --fix can do it: add a line');
  });

  it('is at most 80 columns wide, but for commands, which stay whole', () => {
    const long = lines.filter((line) => line.length > 80);
    expect(long).to.have.lengthOf(2);
    for (const line of long) expect(line).to.match(/^ {10}sudo tee sudo tee /);
  });

  it('tells what stands in the way of the backend in question before that of others', () => {
    const local = { ...BAD, name: 'Redis server', about: ['local'] };
    const both = doctorReport({ ...REPORT, checks: [BAD, local] });
    expect(both.indexOf('Redis server')).to.be.lessThan(both.indexOf('VirtualBox networks'));
  });

  it('says that none would work', () => {
    const none = doctorReport({ backend: null, why: 'none would work here yet.', checks: [BAD] });
    expect(none.split('\n').at(-1)).to.equal('Backend: none would work here yet.');
  });

  it('needs no colour to be understood, and only adds it', () => {
    const paint = (text: string) => `\u001b[1m${text}\u001b[0m`;
    const style = { ...PLAIN, good: paint, bad: paint, faint: paint, strong: paint };
    const painted = doctorReport(REPORT, style);
    expect(painted).to.include('\u001b[1mbad   \u001b[0mVirtualBox');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
    expect(painted.replaceAll(/\u001b\[\d+m/g, '')).to.equal(text);
  });

  it('lets nothing that was seen speak to the terminal', () => {
    const seen = 'a\u001b[2Jb\nc';
    const odd = doctorReport({ ...REPORT, checks: [{ ...BAD, seen, fix: '  \u001b[2Jx' }] });
    expect(odd).to.not.include('\u001b');
    expect(odd).to.include('\\u001b[2Jb c');
  });
});
