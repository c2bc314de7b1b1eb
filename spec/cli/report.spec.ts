/** `redis-lab report` as a process. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { reportDrawings } from '../../lib/report/drawings.js';
import { reportPage } from '../../lib/report/page/page.js';
import { saved, savedFile } from '../report/support/saved.js';
import { redisLab } from '../support/cli.js';

describe('redis-lab report', function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-report-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('prints the page', async () => {
    const { exitCode, stdout, stderr } = await redisLab(folder, ['report', savedFile('plain')]);
    expect(exitCode, stderr).to.equal(0);
    expect(`${stdout}\n`).to.equal(reportPage(saved('plain')));
  });

  it('writes page and drawings, in another language', async () => {
    const args = ['--file', 'page.html', '--svg', 'slides', '--lang', 'id'];
    const { exitCode, stdout, stderr } = await redisLab(folder, [
      'report',
      savedFile('repeat3'),
      ...args,
    ]);
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.equal('');
    const written = (name: string) => readFileSync(path.join(folder, name), 'utf8');
    expect(written('page.html')).to.equal(reportPage(saved('repeat3'), { lang: 'id' }));
    for (const [scheme, place] of [
      ['light', 'slides'],
      ['dark', 'slides/dark'],
    ] as const) {
      const drawings = reportDrawings(saved('repeat3'), { lang: 'id', scheme });
      const there = readdirSync(path.join(folder, place)).filter((name) => name !== 'dark');
      expect(there).to.have.members(Object.keys(drawings));
      for (const [name, text] of Object.entries(drawings)) {
        expect(written(`${place}/${name}`)).to.equal(text);
      }
    }
  });

  it('takes what is piped in as well, in the encodings that shells write', async function piped() {
    this.timeout(180_000);
    const text = readFileSync(savedFile('plain'), 'utf8');
    for (const bytes of [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      Buffer.from(`\ufeff${text}`, 'utf16le'),
    ]) {
      const file = path.join(folder, 'result.json');
      writeFileSync(file, bytes);
      for (const args of [
        ['report', file],
        ['report', '-'],
        ['report', '--lang', 'en', '-'],
      ]) {
        const { exitCode, stdout, stderr } = await redisLab(folder, args, { stdin: { file } });
        expect(exitCode, stderr).to.equal(0);
        expect(`${stdout}\n`).to.equal(reportPage(saved('plain')));
      }
    }
  });

  for (const [what, text, message] of [
    ['no JSON', '{', 'wrong.json has 1 problem'],
    ['no result', '{"format":3}', 'format: 3 is not (1 | 2)'],
  ] as const) {
    it(`refuses what is ${what}, and writes nothing`, async () => {
      writeFileSync(path.join(folder, 'wrong.json'), text);
      const args = ['report', 'wrong.json', '--file', 'page.html', '--svg', 'slides'];
      const { exitCode, stderr } = await redisLab(folder, args);
      expect(exitCode).to.equal(2);
      expect(stderr).to.include(message);
      expect(readdirSync(folder)).to.deep.equal(['wrong.json']);
    });
  }

  it('refuses a language that nobody wrote', async () => {
    const args = ['report', savedFile('plain'), '--lang', 'xx'];
    const { exitCode, stderr } = await redisLab(folder, args);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include('There is no language "xx".');
  });
});
