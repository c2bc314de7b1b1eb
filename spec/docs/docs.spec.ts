/** What README.md and docs/ say is true: links lead somewhere, programs run, what is shown comes out. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { readClass } from '../../lib/class/roster.js';
import { planned } from '../../lib/experiment/plan.js';
import { readPlan } from '../../lib/experiment/read-plan.js';
import { LIBRARIES } from '../../lib/model/libraries.js';
import { machinesOf } from '../../lib/model/model.js';
import { readSpec } from '../../lib/spec/read.js';
import { settingsText } from '../../lib/verify/clients/wanted.js';
import { BIN, ROOT } from '../support/cli.js';
import {
  BLOCKS,
  CHECKED_BY,
  commandsIn,
  FILES,
  NOT_TYPED,
  runsALab,
  textOf,
} from './support/blocks.js';
import { runProgram } from './support/program.js';

const README_LINES = 150;
const readme = textOf('README.md');
const ofLanguage = (language: string) => BLOCKS.filter((block) => block.language === language);
const sh = ofLanguage('sh');

describe('the documentation', function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-docs-'));
    // As in a project: npx finds it there.
    mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(BIN, path.join(folder, 'node_modules/.bin/redis-lab'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('begins with one sentence and the two commands, and is short', () => {
    const [main, tests] = sh.filter(({ file }) => file === 'README.md').map(({ text }) => text);
    expect(readme.split('\n\n')[1]?.replaceAll('\n', ' ')).to.match(/^[^.]+\.$/);
    expect(main).to.equal('npm ci && npx redis-lab up --yes\n');
    expect(tests).to.equal('npm ci && npm test\n');
    expect(readme.trimEnd().split('\n').length).to.be.at.most(README_LINES);
  });

  it('names the test command that CI runs, before it tests more, and whole systems', () => {
    expect(textOf('.ci/run').trimEnd().split('\n').slice(-3)).to.deep.equal([
      sh[1]?.text.trim(),
      'npm run test:thorough',
      'npm run test:systems',
    ]);
  });

  it('has no code that no test runs', () => {
    for (const { file, line, language } of BLOCKS) {
      expect(CHECKED_BY, `${file}:${line}`).to.have.property(language);
    }
    // What is excepted is there.
    const lines = sh.flatMap(({ text }) => commandsIn(text));
    expect(lines).to.include.members(Object.keys(NOT_TYPED));
    for (const { why } of Object.values(NOT_TYPED)) {
      for (const [spec] of why.matchAll(/spec\/[\w/.-]+\.ts/g)) {
        expect(existsSync(path.join(ROOT, spec)), spec).to.equal(true);
      }
    }
    // Each is typed as one line: nothing may go on in the next.
    for (const each of lines) expect(each).not.to.match(/\\$/);
  });

  it('shows commands that can be typed after the first one', () => {
    for (const line of sh.flatMap(({ text }) => commandsIn(text))) {
      expect(line).to.match(/^(?:npx redis-lab|npm|cd generated|export) /);
    }
  });

  for (const { file, line, text } of ofLanguage('console')) {
    it(`shows what really comes out (${file}:${line})`, async () => {
      const wrong = /^\$ cat wrong\.yaml\n(.*?)^\$ /ms.exec(text)?.[1];
      if (wrong) writeFileSync(path.join(folder, 'wrong.yaml'), wrong);
      const commands = [...text.matchAll(/^\$ (.*)$/gm)].map(([, command]) => command);
      // One shell for all, so that `$?` is what it would be; each command is echoed before it runs.
      const script = commands.map(
        (command) => `printf '%s\\n' '$ ${command?.replaceAll("'", "'\\''")}'\n${command}`,
      );
      // The two lines must not disturb $?.
      const { all } = await execa(
        'bash',
        [
          '-c',
          script
            .join('\n')
            .replaceAll(
              "printf '%s\\n' '$ echo $?'\n",
              "code=$?; printf '%s\\n' '$ echo $?'; (exit $code)\n",
            ),
        ],
        { all: true, reject: false, cwd: folder, env: { LC_ALL: 'C' }, timeout: 180_000 },
      );
      expect(`${all}\n`).to.equal(text);
    });
  }

  for (const { file, line, text } of ofLanguage('csv')) {
    it(`has a list that is one of a class: ${file}:${line}`, () => {
      expect(readClass(text, file)).not.to.be.empty;
    });
  }

  const isPlan = (text: string) => /^scenarios:/m.test(text);

  it('shows a plan that is accepted', async () => {
    const [plan, ...others] = ofLanguage('yaml').filter(({ text }) => isPlan(text));
    expect(others).to.deep.equal([]);
    const file = path.join(folder, 'plan.yaml');
    writeFileSync(file, plan?.text ?? '');
    const { servers, ...rest } = await readPlan(file);
    expect(servers).to.have.lengthOf(2);
    const { cells } = await planned({ scenarios: [], ...rest });
    expect(cells).to.have.lengthOf(12);
  });

  for (const { file, line, text } of ofLanguage('yaml').filter((each) => !isPlan(each.text))) {
    it(`describes a lab that is accepted (${file}:${line})`, () => {
      const written = text.match(/^ {2}- /gm)?.length ?? 0;
      expect(written).to.be.greaterThan(3);
      expect(machinesOf(readSpec({ text, filename: file }))).to.have.lengthOf(written);
    });
  }

  it('says what each client library is advised, and by what', () => {
    const page = textOf('docs/engineer.md');
    for (const [name, { advised, sources }] of Object.entries(LIBRARIES)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
      const settings = Object.entries(settingsText(advised)).map(
        ([key, value]) => `${key}=${value}`,
      );
      for (const each of [...settings.map((text) => `\`${text}\``), ...sources]) {
        expect(row, name).to.include(each);
      }
    }
  });

  it('shows a program that runs, and what it prints', async () => {
    const [program] = ofLanguage('ts').filter(({ text }) => !runsALab(text));
    const [printed] = ofLanguage('text');
    expect(program?.file).to.equal(printed?.file);
    expect(await runProgram(program?.text ?? '')).to.equal(printed?.text);
  });

  for (const file of FILES) {
    it(`has links that lead somewhere: ${file}`, () => {
      for (const [, target = ''] of textOf(file).matchAll(/\]\(([^)]+)\)/g)) {
        if (target.startsWith('https://')) continue;
        const [name = '', anchor] = target.split('#');
        const linked = name === '' ? file : path.join(path.dirname(file), name);
        expect(existsSync(path.join(ROOT, linked)), target).to.equal(true);
        if (anchor !== undefined) expect(anchorsIn(textOf(linked)), target).to.include(anchor);
      }
    });
  }

  it('leads to every page of docs/ from the README', () => {
    for (const file of FILES.slice(1)) expect(readme).to.include(`](${file})`);
  });

  it('lists every command', async () => {
    const { stdout } = await execa(process.execPath, [BIN, '--help'], { timeout: 180_000 });
    const commands = [...stdout.matchAll(/^ {2}(redis-lab \w+)/gm)].map(([, command]) => command);
    expect(commands).to.have.length.greaterThan(3);
    const page = textOf('docs/engineer.md');
    for (const command of commands) expect(page).to.include(`| \`${command}\` |`);
  });
});

/** As GitHub makes them of titles of plain words. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
