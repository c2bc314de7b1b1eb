/** The command that prints the handout. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { handout } from '../../lib/handout/index.js';
import { buildLab } from '../../lib/lab/lab.js';
import { ROOT, redisLab } from '../support/cli.js';
import { Programs } from '../support/programs.js';
import { skip } from '../support/skip.js';

describe('redis-lab handout', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-spec-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  const run = (...args: string[]) => redisLab(folder, ['handout', ...args]);

  it('prints the student edition in English as Markdown', async () => {
    const { exitCode, stdout, stderr } = await run();
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: '' });
    expect(`${stdout}\n`).to.equal(handout(buildLab()));
  });

  it('takes the lab, the language, the edition, the format, a name and a file', async () => {
    const { exitCode, stdout, stderr } = await run(
      '--set',
      'name=here',
      '--lang',
      'id',
      '--edition',
      'instructor',
      '--format',
      'html',
      '--for',
      'Ani 05111',
      '--file',
      'a.html',
    );
    expect({ exitCode, stdout, stderr }).to.deep.equal({
      exitCode: 0,
      stdout: '',
      stderr: 'a.html is written.',
    });
    const expected = handout(buildLab({ name: 'here' }), {
      language: 'id',
      edition: 'instructor',
      format: 'html',
      owner: 'Ani 05111',
    });
    expect(fs.readFileSync(path.join(folder, 'a.html'), 'utf8')).to.equal(expected);
  });

  it('prints with a recording, and refuses what is none', async () => {
    const recorded = path.join(ROOT, 'templates/handout/recorded.json');
    const mine = fs
      .readFileSync(recorded, 'utf8')
      .replace(/"date": "[^"]+"/, '"date": "2001-02-03"');
    fs.writeFileSync(path.join(folder, 'mine.json'), mine);
    expect((await run('--recorded', 'mine.json')).stdout).to.include('3 February 2001');
    fs.writeFileSync(path.join(folder, 'none.json'), '{"format": 1}');
    const refused = await run('--recorded', 'none.json', '--file', 'b.md');
    expect(refused.exitCode).to.equal(2);
    expect(refused.stderr)
      .to.match(/none\.json has \d+ problems:/)
      .and.include('date: is missing');
    expect(fs.existsSync(path.join(folder, 'b.md'))).to.equal(false);
  });

  it('prints a paper for each student of a class, in files that stay in their folder', async () => {
    const csv = [
      '\ufeffNama;NIM;E-mail;Seed;Kelas',
      '"Ani; S.Kom";051110;ani@example.org;one;A',
      '"Budi ""B""\n/../../etc";../../x;;;A',
      ';;;;',
    ];
    fs.writeFileSync(path.join(folder, 'class.csv'), csv.join('\r\n'));
    fs.mkdirSync(path.join(folder, 'papers'));
    fs.writeFileSync(path.join(folder, 'papers/051110-ani-s-kom.md'), 'an older one');
    const each = await run('--class', 'class.csv', '--folder', 'papers', '--short');
    expect(each).to.include({
      exitCode: 0,
      stdout: '',
      stderr: '2 papers are written into papers.',
    });
    expect(fs.readdirSync(path.join(folder, 'papers')).sort()).to.deep.equal([
      '051110-ani-s-kom.md',
      'x-budi-b-etc.md',
    ]);
    expect(fs.readdirSync(folder).sort()).to.deep.equal(['class.csv', 'papers']);
    expect(fs.readFileSync(path.join(folder, 'papers/051110-ani-s-kom.md'), 'utf8')).to.equal(
      handout(buildLab(), { owner: 'Ani; S.Kom, 051110', seed: 'one', short: true }),
    );
    const all = await run('--class', 'class.csv', '--file', 'all.html', '--format', 'html');
    expect(all).to.include({ exitCode: 0, stderr: 'all.html is written: 2 papers.' });
    expect(fs.readFileSync(path.join(folder, 'all.html'), 'utf8').match(/<main/g)).to.have.length(
      2,
    );
  });

  it('names every row of a class that cannot be used, and writes nothing', async () => {
    fs.writeFileSync(path.join(folder, 'class.csv'), 'name,id\nAni,1\n,2\nBudi,1\n');
    const { exitCode, stderr } = await run('--class', 'class.csv');
    expect(exitCode).to.equal(2);
    expect(stderr).to.include('class.csv has 2 problems');
    expect(stderr).to.include('class.csv:3 name: is missing');
    expect(stderr).to.include('class.csv:4 id: "1" is that of line 2 too');
    expect(fs.readdirSync(folder)).to.deep.equal(['class.csv']);
  });

  it('refuses a language that there is not', async () => {
    const { exitCode, stdout } = await run('--lang', 'xx');
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: '' });
  });

  it('records nowhere but where it can write, before anything is brought up', async () => {
    const env = { XDG_STATE_HOME: path.join(folder, 'state') };
    fs.writeFileSync(path.join(folder, 'none'), '');
    const args = ['handout', '--record', 'none/mine.json', '--backend', 'local'];
    const { exitCode, stderr } = await redisLab(folder, args, { env });
    expect(exitCode).to.equal(2);
    expect(stderr).to.include('none');
    expect(fs.existsSync(path.join(folder, 'state'))).to.equal(false);
  });

  it('without a browser says what to do', async function () {
    if (process.platform !== 'linux') skip(this, 'Linux');
    const programs = new Programs(folder);
    const { exitCode, stderr } = await redisLab(
      folder,
      ['handout', '--format', 'pdf', '--file', 'a.pdf'],
      { env: programs.env() },
    );
    expect(exitCode).to.equal(3);
    expect(stderr).to.include('--format html');
    expect(fs.existsSync(path.join(folder, 'a.pdf'))).to.equal(false);
  });

  it('gives what a browser printed, and leaves nothing; one that fails is told', async function () {
    if (process.platform === 'win32') skip(this, 'a system other than Windows');
    const programs = new Programs(folder);
    programs.add(
      'chromium',
      'for a; do case "$a" in --print-to-pdf=*) file=$(echo "$a" | /usr/bin/cut -d= -f2-); printf %s "%PDF-1.4 fake" >"$file";; esac; done',
    );
    const temporary = path.join(folder, 'tmp');
    fs.mkdirSync(temporary);
    const print = (file: string) =>
      redisLab(folder, ['handout', '--format', 'pdf', '--file', file], {
        env: { ...programs.env(), TMPDIR: temporary },
      });
    expect((await print('a.pdf')).exitCode).to.equal(0);
    expect(fs.readFileSync(path.join(folder, 'a.pdf'), 'utf8')).to.equal('%PDF-1.4 fake');
    programs.add('chromium', 'echo "no display" >&2; exit 1');
    const failed = await print('b.pdf');
    expect(failed.exitCode).to.equal(4);
    expect(failed.stderr).to.include('no display');
    expect(fs.readdirSync(temporary)).to.deep.equal([]);
  });
});
