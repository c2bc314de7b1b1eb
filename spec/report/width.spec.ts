/** Reports in terminals of other widths than 80 columns. */
import { expect } from 'chai';
import { doctorReport } from '../../lib/report/doctor-text.js';
import { labsReport } from '../../lib/report/labs-text.js';
import { columnsOf, cut, item, table, wrap } from '../../lib/report/layout.js';
import { shortReport } from '../../lib/report/short-text.js';
import { statusReport } from '../../lib/report/status-text.js';
import { PLAIN, type Style } from '../../lib/report/style.js';
import { textReport } from '../../lib/report/text.js';
import type { DoctorReport, LabList } from '../../lib/report/types.generated.js';
import { saved } from './support/saved.js';
import { nodeStatus, status } from './support/status.js';

const DOWN = ['master', 'slave1', 'slave2'].map((node) => `${node} does not answer as it should`);

const CHECKS = (['bad', 'poor', 'good'] as const).map((state) => ({
  code: 'vagrant.version',
  name: 'Vagrant',
  about: ['vagrant', 'libvirt'],
  state,
  seen: 'version 2.2.19 is older than what the files of this lab were tried with',
  why: 'Older versions ask for an address of the network that VirtualBox does not know.',
  fix: 'Install a newer one:\n  sudo apt install vagrant',
  remedy: 'install Vagrant with apt',
}));

const DOCTOR: DoctorReport = { backend: 'vagrant', why: 'it has been asked for', checks: CHECKS };

const LABS: LabList = {
  labs: ['redis-lab', 'a-lab-with-a-longer-name'].map((name) => ({
    name,
    backend: 'vagrant',
    state: 'running',
    folder: '/home/ann/course/sister/2026/lab-1/generated',
    problem: null,
    set: [],
  })),
  silent: [],
};

const REPORTS: Readonly<Record<string, (style: Style) => string>> = {
  status: (style) => statusReport(status({ problems: DOWN, problemCodes: [] }), style),
  'status of another description': (style) =>
    statusReport(status({ sameDescription: false, notes: [], noteCodes: [] }), style),
  list: (style) => labsReport(LABS, [], style),
  doctor: (style) => doctorReport(DOCTOR, style),
  verify: (style) => textReport(saved('plain'), style),
  'verify --repeat': (style) => textReport(saved('repeat3'), style),
  up: (style) => shortReport(saved('plain'), style),
};

/** What is cut or drawn with fewer characters is no word. */
const words = (text: string) =>
  text
    .replaceAll(/ *█ measured[\s\S]*?predicted/g, '')
    .split('\n')
    .filter((line) => !/[█░…]/.test(line) && !/^ *(?:seconds|[+-]\d)/.test(line))
    .join(' ')
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '─')
    .sort();

describe('a report', () => {
  for (const [name, report] of Object.entries(REPORTS)) {
    for (const width of [50, 64, 100, 200]) {
      it(`has a terminal's width and whole words: ${name}, ${width}`, () => {
        const text = report({ ...PLAIN, width });
        for (const line of text.split('\n')) {
          if (/^ *\S+$/.test(line)) continue;
          expect(line.length, line).to.be.at.most(width);
        }
        expect(words(text)).to.deep.equal(words(report(PLAIN)));
      });
    }
  }

  it('uses a wide terminal', () => {
    const longest = (width: number) =>
      Math.max(
        ...(REPORTS['verify']?.({ ...PLAIN, width })
          .split('\n')
          .map(({ length }) => length) ?? []),
      );
    expect(longest(140)).to.be.within(120, 140);
  });
});

describe('a table', () => {
  it('goes on in further lines where a row is too wide, with its titles', () => {
    const columns = [
      { title: 'node' },
      { title: 'address' },
      { title: 'lag', align: 'right' },
    ] as const;
    expect(
      table(
        columns,
        [
          ['master', '127.0.0.1:6379', '–'],
          ['s', 'x', '12 s'],
        ],
        24,
      ),
    ).to.deep.equal([
      'node    address\n     lag',
      'master  127.0.0.1:6379\n       –',
      's       x\n    12 s',
    ]);
  });

  it('cuts what is too long behind a word', () => {
    expect(cut('one two three', 13)).to.equal('one two three');
    expect(cut('one two three', 12)).to.equal('one two…');
    expect(cut('one two three', 8)).to.equal('one two…');
    expect(cut('aaaaaaaaaaaaaaaa', 8)).to.equal('aaaaaaa…');
  });
});

describe('letters that take no column of a terminal, or two', () => {
  /** A name in Latin letters, with a mark of its own, in Chinese and in Javanese script, and an emoji of several characters. */
  const NAMES = ['Ani', 'Jose\u0301', '李雷雷', 'ꦢꦺꦮꦶ', '👩🏽‍💻 Sri'];
  const PART_OF_A_LETTER = /^[\p{M}\p{Emoji_Modifier}\u200d]/u;

  it('are measured by their columns', () => {
    expect(NAMES.map(columnsOf)).to.deep.equal([3, 4, 6, 3, 6]);
  });

  it('leave the columns of a table straight', () => {
    const rows = NAMES.map((name, at) => [name, `${at}`, 'x']);
    const lines = table([{ title: 'name' }, { title: 'at', align: 'right' }, { title: 'x' }], rows);
    expect(lines.map(columnsOf)).to.deep.equal(lines.map(() => 'name    at  x'.length));
    expect(lines[3]).to.equal('李雷雷   2  x');
  });

  it('are cut whole, with their marks, and broken at the width of a line', () => {
    for (const name of NAMES) {
      for (let width = 2; width < 12; width++) {
        const short = cut(name, width);
        expect(columnsOf(short), short).to.be.at.most(width);
        const kept = short.replace(/…$/, '');
        expect(name.slice(0, kept.length)).to.equal(kept);
        expect(name.slice(kept.length)).not.to.match(PART_OF_A_LETTER);
      }
    }
    expect(cut('李雷雷', 5)).to.equal('李雷…');
    expect(cut('李雷雷', 4)).to.equal('李…');
    expect(cut('e\u0301e\u0301e\u0301', 2)).to.equal('e\u0301…');
    expect(cut('👩🏽‍💻👩🏽‍💻', 3)).to.equal('👩🏽‍💻…');
    expect(wrap('李雷 李雷 李雷', 0, 9)).to.deep.equal(['李雷 李雷', '李雷']);
    expect(item('李: ', 'a b', 5)).to.deep.equal(['李: a', '    b']);
  });
});

describe('the row of the master', () => {
  const marked: Style = { ...PLAIN, strong: (text) => `*${text}*`, bad: (text) => `!${text}!` };
  const rows = (text: string) => text.split('\n').filter((line) => /127\./.test(line));

  it('stands out, whichever node it is, in each of its lines', () => {
    const nodes = [nodeStatus('master', 11), nodeStatus('slave1', 12, { role: 'master' })];
    const told = statusReport(status({ nodes, master: 'slave1' }), marked);
    expect(rows(told).map((line) => line[0])).to.deep.equal(['m', '*']);
    const narrow = statusReport(status({ nodes }), { ...marked, width: 50 }).split('\n');
    expect(narrow.filter((line) => /^\*.*\*$/.test(line))).to.have.lengthOf(2);
  });

  it('is told as broken where it is', () => {
    const nodes = [nodeStatus('master', 11, { role: 'master', state: 'refusing' })];
    expect(rows(statusReport(status({ nodes }), marked))[0]).to.match(/^!.*!$/);
  });
});
