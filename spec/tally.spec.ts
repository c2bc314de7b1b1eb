/** How `npm test` counts: what is skipped has a reason, and nothing that failed is lost. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { summarise } from '../.ci/tally.js';
import { ROOT } from './support/cli.js';

/** Of its six tests one passes, one fails, and four are skipped: two of a suite, one by itself, one without a reason. */
const SUITE = `
import { needs, skip } from '${path.join(import.meta.dirname, 'support/skip.ts')}';
describe('a suite', () => {
  before(function () { needs(this, 'a\\ndaemon'); });
  it('one', () => {});
  describe('inner', () => it('two', () => {}));
});
it('passes', () => {});
it('fails', () => { throw new Error('on purpose'); });
it('is for others', function () { skip(this, 'Windows'); });
it('says nothing');
`;

describe('the closing lines of the tests', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-tally-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  async function counted(env: Record<string, string>): Promise<string> {
    const [file, tally] = [path.join(folder, 'a.spec.ts'), path.join(folder, 'tally')];
    fs.writeFileSync(file, SUITE);
    fs.writeFileSync(tally, '');
    const mocha = path.join(ROOT, 'node_modules/mocha/bin/mocha.js');
    const args = [mocha, '--no-config', '--import=tsx', '--reporter=./spec/support/reporter.ts'];
    await execa(process.execPath, [...args, file], {
      cwd: ROOT,
      env: { REDIS_LAB_TALLY: tally, CI: '', ...env },
      reject: false,
      timeout: 180_000,
    });
    return fs.readFileSync(tally, 'utf8');
  }

  const summaryOf = (text: string, strict = false) =>
    summarise([{ name: 'test:spec', good: false, counted: text }], strict);

  it('count every test, and name what was lacking', async () => {
    expect(summaryOf(await counted({}))).to.deep.equal({
      good: false,
      lines: [
        'Failed: test:spec',
        `  ${path.relative(ROOT, path.join(folder, 'a.spec.ts')).replaceAll(path.sep, '/')}: fails: on purpose`,
        'Skipped 4 tests, since this machine lacks what they need: a daemon (2), Windows (1), a reason that was given (1)',
        '1 passed, 1 failed, 4 skipped',
      ],
    });
  });

  it('tell of what could be installed as failed under CI=true', async () => {
    expect(summaryOf(await counted({ CI: 'true' })).lines.at(-1)).to.equal(
      '1 passed, 2 failed, 2 skipped',
    );
  });

  it('count what failed without a test, and sum all up', () => {
    const suites = [
      { name: 'types', good: false, counted: '' },
      { name: 'test:spec', good: true, counted: 'passed\t3\nfailed\t0\npending\t0\n' },
      {
        name: 'test:live',
        good: true,
        counted: 'skipped\t2\troot\npassed\t1\nfailed\t0\npending\t2\n',
      },
    ];
    expect(summarise(suites, true)).to.deep.equal({
      good: false,
      lines: [
        'Failed: types',
        'Skipped 2 tests, since this machine lacks what they need: root (2)',
        '4 passed, 1 failed, 2 skipped',
      ],
    });
  });

  it('make an error of a test that is skipped without a reason where all has been installed', () => {
    const suites = [
      { name: 'test:spec', good: true, counted: 'passed\t1\nfailed\t0\npending\t1\n' },
    ];
    expect(summarise(suites, false).good).to.equal(true);
    expect(summarise(suites, true).good).to.equal(false);
  });
});
