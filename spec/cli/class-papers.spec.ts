/** The papers of a class, as a process, beside a client of a few lines. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { labClass } from '../../lib/cli/commands/class.js';
import { refuseBadWords } from '../../lib/cli/refused-words.js';
import { handout } from '../../lib/handout/index.js';
import { buildLab } from '../../lib/lab/lab.js';
import { redisLab } from '../support/cli.js';
import { Programs } from '../support/programs.js';

const KEY = `ssh-ed25519 ${'A'.repeat(68)} ani@laptop`;
const CLASS = [
  'nama;nim;kunci;benih',
  `"Ani; <b>S.Kom</b>";051110;${KEY};k3`,
  'ꦢꦺꦮꦶ;051111;;',
  '李雷;051112;;',
  'Budi;051113;;',
].join('\n');
const PASSWORD = 'k3fm-x9pq-7hwt';
const TOKEN = 'eyJjbGllbnRfbmFtZSI6';

const projects = ['051110', '051111', '051112'].map((id, at) => ({
  name: `redis-lab-${id}`,
  config: {
    'user.redis-lab.class': 'redis-lab',
    'user.redis-lab.lab': `redis-lab-${id}`,
    'user.redis-lab.student': id,
    'user.redis-lab.entry': String(2201 + at),
    'user.redis-lab.host-key': 'ssh-ed25519 AAAA',
  },
}));
const entries = projects.map(({ name }) => ({ name, location: 'none', config: {} }));

/** An Incus with the labs of three students. */
const INCUS = `
case "$*" in
  'project --project default list '*) echo default ;;
  'query local:/1.0/projects?'*) echo '${JSON.stringify(projects)}' ;;
  'query local:/1.0/instances?'*'project=redis-lab--entry') echo '${JSON.stringify(entries)}' ;;
  'query local:/1.0?'*) echo '{"environment":{"server_clustered":false}}' ;;
  'remote list '*) echo 'local (current),unix://,incus,file access,NO,YES,NO' ;;
  *) echo "incus $*" >>"$LOG"; echo 'Error: not found' >&2; exit 1 ;;
esac`;

describe('the papers of a class', () => {
  let folder: string;
  let programs: Programs;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(tmpdir(), 'redis-lab-class-'));
    programs = new Programs(folder);
    programs.add('incus', INCUS);
    fs.writeFileSync(path.join(folder, 'class.csv'), CLASS);
    const kept = path.join(folder, 'state/redis-lab/.entries');
    fs.mkdirSync(kept, { recursive: true, mode: 0o700 });
    const keep = (name: string, text: string) =>
      fs.writeFileSync(path.join(kept, name), `${text}\n`, { mode: 0o600 });
    keep('redis-lab-051111.password', PASSWORD);
    keep('redis-lab-051111.token', TOKEN);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const run = (...words: string[]) =>
    redisLab(folder, ['class', ...words, '--roster', 'class.csv'], {
      env: { ...programs.env(), XDG_STATE_HOME: path.join(folder, 'state') },
    });
  const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
  const modeOf = (name: string) => fs.statSync(path.join(folder, name)).mode & 0o777;

  it('are slips that only their owner can read, for each lab that can be entered', async () => {
    fs.writeFileSync(path.join(folder, 'slips.html'), 'an older one', { mode: 0o644 });
    const { exitCode, stdout, stderr } = await run(
      'slips',
      '--address',
      'labs.example.org',
      '--file',
      'slips.html',
      '--lang',
      'id',
    );
    expect({ exitCode, stdout, stderr }).to.deep.equal({
      exitCode: 1,
      stdout: '',
      stderr:
        'slips.html is written: 3 slips. Only you can read it.\n051113 Budi: there is no lab to enter.',
    });
    expect(modeOf('slips.html')).to.equal(0o600);
    const html = read('slips.html');
    expect(html.match(/<main /g)).to.have.lengthOf(3);
    expect(html).to.include('Ani; &lt;b&gt;S.Kom&lt;/b&gt;, 051110').and.not.include('<b>S.Kom');
    expect(html).to.include('ꦢꦺꦮꦶ, 051111').and.include('李雷, 051112');
    for (const port of [2201, 2202, 2203]) expect(html).to.include(`ssh <span>-p</span> ${port} `);
    expect(html).to.include('student@labs.example.org');
    expect(html.split(PASSWORD)).to.have.lengthOf(2);
    expect(html).to.include(TOKEN).and.include('tanyakan kepada pengajar');
  });

  it('are slips of those who are named, on standard output', async () => {
    const { exitCode, stdout, stderr } = await run('slips', '--only', '051111');
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: '' });
    expect(stdout)
      .to.match(/`ssh -p 2202 student@[\w.-]+`/)
      .and.include(`\`${PASSWORD}\``);
    const strange = await run('slips', '--only', '7');
    expect(strange.exitCode).to.equal(2);
    expect(strange.stderr).to.include('No student of the class is known as 7.');
  });

  it('are no slips where no lab can be entered, or an address could be markup', async () => {
    const none = await run('slips', '--only', '051113', '--file', 'slips.md');
    expect(none.exitCode).to.equal(3);
    expect(none.stderr)
      .to.include('No lab of the class redis-lab can be entered yet.')
      .and.include('class up --roster class.csv');
    const wrong = await run('slips', '--address', 'a`b', '--address', 'one=<b>');
    expect(wrong.exitCode).to.equal(2);
    expect(wrong.stderr).to.include('not "a`b", "one=<b>".');
    expect(fs.existsSync(path.join(folder, 'slips.md'))).to.equal(false);
  });

  it('are handouts with the number of each', async () => {
    const { exitCode, stderr } = await run('handout', '--folder', 'papers');
    expect({ exitCode, stderr }).to.deep.equal({
      exitCode: 0,
      stderr: '4 papers are written into papers.',
    });
    expect(read('papers/051110-ani-b-s-kom-b.md')).to.equal(
      handout(buildLab(), { owner: 'Ani; <b>S.Kom</b>, 051110', seed: 'k3' }),
    );
    expect(programs.made).to.deep.equal([]);
  });

  it('say nothing that is secret elsewhere', async () => {
    const said = await Promise.all([run('list', '--json'), run('list')]);
    for (const { exitCode, stdout, stderr } of said) {
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.match(/2201.*2203/s);
      expect(stdout + stderr)
        .to.not.include(PASSWORD)
        .and.not.include(TOKEN);
    }
  });

  const refusals = (argv: Record<string, unknown>): string[] => {
    try {
      refuseBadWords({ set: [], roster: 'class.csv', ...argv }, labClass);
      return [];
    } catch (error) {
      return (error as Error).message.split('\n').slice(0, -1);
    }
  };

  for (const [argv, ...starts] of [
    [{ action: 'slips', file: 'x.html', format: 'html', lang: 'id', address: ['a'] }],
    [{ action: 'up', entry: '2301', tokens: true }],
    [{ action: 'handout', folder: 'papers', format: 'pdf' }],
    [{ action: 'slips', json: true }, 'class slips prints papers: Markdown, HTML or PDF.'],
    [{ action: 'slips', folder: 'x' }, '--folder goes with handout.'],
    [{ action: 'slips', jobs: '2' }, 'class slips prints papers only.'],
    [{ action: 'slips', roster: undefined }, 'class slips needs the list of the students'],
    [{ action: 'handout', only: ['1'] }, 'class handout prints the paper of everybody.'],
    [{ action: 'handout', address: ['a'] }, '--address goes with slips.'],
    [{ action: 'status', entry: '2301' }, '--entry goes with up.'],
    [
      { action: 'down', tokens: true, file: 'x.md', lang: 'id' },
      '--tokens goes with up.',
      '--file goes with slips and handout.',
      '--lang goes with slips and handout.',
    ],
    [{ action: 'slips', file: 'x.json' }, '--file "x.json": the paper is Markdown, HTML, PDF.'],
    [{ action: 'slips', file: 'x.pdf', format: 'md' }, '--format md and --file "x.pdf"'],
    [{ action: 'up', gone: true, yes: true }, '--gone goes with down.', '--yes goes with down.'],
  ] as [Record<string, unknown>, ...string[]][]) {
    it(`go with ${JSON.stringify(argv)}: ${starts.length === 0 ? 'yes' : 'no'}`, () => {
      const said = refusals(argv);
      expect(said).to.have.lengthOf(starts.length);
      for (const [at, start] of starts.entries()) expect(said[at]).to.include(start);
    });
  }
});
