/** What the README shows is run. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { readSpec } from '../../lib/spec/read.js';
import { BIN, ROOT } from '../support/cli.js';

const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({ language, text }),
);
const textsIn = (language: string) =>
  blocks.filter((block) => block.language === language).map((block) => block.text);

describe('README', function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-readme-'));
    const bin = path.join(folder, '.bin');
    mkdirSync(bin);
    const script = `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`;
    writeFileSync(path.join(bin, 'redis-lab'), script, { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('begins with one sentence and the two commands', () => {
    const [main, tests] = textsIn('sh');
    expect(readme.split('\n\n')[1]?.replaceAll('\n', ' ')).to.match(/^[^.]+\.$/);
    expect(main).to.equal('npm ci && npx redis-lab up --yes\n');
    expect(tests).to.equal('npm ci && npm test\n');
  });

  it('names the test command that CI runs, before it tests whole systems', () => {
    const script = readFileSync(path.join(ROOT, '.ci/run'), 'utf8');
    expect(script.trimEnd().split('\n').slice(-2)).to.deep.equal([
      textsIn('sh')[1]?.trim(),
      'npm run test:systems',
    ]);
  });

  for (const [index, text] of textsIn('console').entries()) {
    it(`shows what really comes out (${index + 1})`, async () => {
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
        {
          all: true,
          reject: false,
          cwd: folder,
          env: { PATH: `${path.join(folder, '.bin')}:${process.env['PATH']}`, LC_ALL: 'C' },
          timeout: 180_000,
        },
      );
      expect(`${all}\n`).to.equal(text);
    });
  }

  for (const text of textsIn('yaml')) {
    it('describes a lab that is accepted', () => {
      expect(readSpec({ text, filename: 'README.md' }).nodes).to.have.lengthOf(5);
    });
  }

  it('shows a program that runs, and what it prints', async () => {
    // Inside the repository, the package's name means the package itself.
    const scratch = mkdtempSync(path.join(ROOT, '.cache-readme-'));
    try {
      const program = path.join(scratch, 'program.ts');
      writeFileSync(program, textsIn('ts')[0] ?? '');
      const tsx = import.meta.resolve('tsx');
      const { stdout } = await execa(process.execPath, ['--import', tsx, program], {
        cwd: scratch,
        timeout: 180_000,
      });
      expect(`${stdout}\n`).to.equal(textsIn('text')[0]);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });

  it('has links that lead somewhere', () => {
    // As GitHub makes them of titles of plain words.
    const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(
      ([, title = '']) => `#${title.toLowerCase().replaceAll(' ', '-')}`,
    );
    for (const [, target = ''] of readme.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('https://')) continue;
      if (target.startsWith('#')) {
        expect(anchors).to.include(target);
        continue;
      }
      expect(() => readFileSync(path.join(ROOT, target)), target).not.to.throw(/ENOENT/);
    }
  });

  it('lists every command', async () => {
    const { stdout } = await execa(process.execPath, [BIN, '--help'], { timeout: 180_000 });
    const commands = [...stdout.matchAll(/^ {2}(redis-lab \w+)/gm)].map(([, command]) => command);
    expect(commands).to.have.length.greaterThan(3);
    for (const command of commands) expect(readme).to.include(`| \`${command}\` |`);
  });
});
