/** What is proposed for a command line that is being typed, and that the scripts of the shells bring it there. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { BACKEND_NAMES } from '../../lib/backends/registry.js';
import { completion } from '../../lib/cli/commands/host.js';
import { generate } from '../../lib/cli/generate.js';
import { init } from '../../lib/cli/init.js';
import { liveCommands } from '../../lib/cli/live-commands.js';
import { type Named, proposalsFor } from '../../lib/cli/proposals.js';
import { schema } from '../../lib/cli/schema.js';
import { SHELLS } from '../../lib/cli/shells.js';
import { allFaults } from '../../lib/faults/registry.js';
import { INCIDENT_NAMES, SCENARIO_NAMES } from '../../lib/scenarios/names.js';
import { ROLES } from '../../lib/verify/role.js';
import { LINKED, redisLab } from '../support/cli.js';

const COMMANDS = [init, generate, ...liveCommands, schema, completion];

/** Of options whose values nobody can propose: times, numbers, a name. */
const FREE =
  'version explain interval repeat max-outage max-writable max-lost since tail for delay jitter loss rate jobs seed minutes step only students members processors address'.split(
    ' ',
  );

/** Whose other namesake takes a file. */
const FREE_OF = ['doctor --class'];

describe('completion proposes', () => {
  let asked: Named[];
  beforeEach(() => {
    asked = [];
  });
  const machines = async (named: Named) => {
    asked.push(named);
    const nodes = ['master', 'slave1'].map((value) => ({ value, describe: '', isClient: false }));
    return [...nodes, { value: 'client1', describe: '', isClient: true }];
  };
  const keys = async () => [{ value: 'sentinel.quorum=', describe: 'How many must agree' }];
  /** The last word is what is being typed. */
  const proposed = async (line: string) => {
    const found = await proposalsFor(COMMANDS, line.split(' '), { machines, keys });
    return typeof found === 'string' ? found : found.map(({ value }) => value);
  };

  const NODES = ['master', 'slave1', ...ROLES];
  const MACHINES = ['master', 'slave1', 'client1', ...ROLES];
  for (const [line, words] of [
    ['', COMMANDS.map(({ name }) => name)],
    ['sta', COMMANDS.map(({ name }) => name)],
    ['-', ['--help', '--version']],
    ['fault ', allFaults().map(({ kind }) => kind)],
    ['fault crash ', NODES],
    ['fault crash @', NODES],
    ['heal --', ['--spec', '--set', '--backend', '--vm', '--json', '--help']],
    ['fault slow --one-way ', ['in', 'out']],
    ['fault partition master --from ', NODES],
    ['exec ', [...MACHINES, '@all']],
    ['--spec five.yaml ssh ', MACHINES],
    ['ssh --set name=x --backend local ', MACHINES],
    ['logs ', [...NODES, '@all']],
    ['verify ', [...SCENARIO_NAMES, ...INCIDENT_NAMES]],
    [
      'verify failover ',
      [...SCENARIO_NAMES, ...INCIDENT_NAMES].filter((name) => name !== 'failover'),
    ],
    ['cache ', ['list', 'add', 'clear']],
    ['cache add ', 'files'],
    ['cache add a.tar.gz ', 'files'],
    ['report ', 'files'],
    ['report a.json --svg ', 'folders'],
    ['completion ', SHELLS],
    ['status --backend ', ['auto', ...BACKEND_NAMES]],
    ['status --backend=', ['auto', ...BACKEND_NAMES].map((name) => `--backend=${name}`)],
    ['up --spec ', 'files'],
    ['up --spec=', 'files'],
    ['--spec ', 'files'],
    ['up --set ', ['sentinel.quorum=']],
    ['up --set=', ['--set=sentinel.quorum=']],
    ['logs --service ', ['redis', 'sentinel']],
    ['handout --format ', ['md', 'html', 'pdf']],
    ['handout --lang ', ['en', 'id']],
    ['report a.json --lang ', ['en', 'id']],
    ['generate --out ', 'folders'],
    ['status --json=', []],
    ['status --interval ', []],
    ['schema ', ['--help']],
    ['schema x', ['--help']],
    // What follows is the command of somebody else, or none of ours.
    ['exec master ', []],
    ['exec master -- ', []],
    ['exec master redis-cli -', []],
    ['nonsense ', []],
    ['nonsense --', []],
  ] as const) {
    it(`for: redis-lab ${line}`, async () => {
      expect(await proposed(line)).to.deep.equal(words);
    });
  }

  it('an option once, unless it can be given again, and a negation where yes is the default', async () => {
    const left = await proposed('up --json --set name=x --no-verify --');
    expect(left).to.include('--set').and.not.include('--json').and.not.include('--no-verify');
    expect(await proposed('up --'))
      .to.include('--no-verify')
      .and.not.include('--verify');
  });

  it('nodes of the description that the line names', async () => {
    await proposed('--spec a.yaml exec --set=name=x --set name=y ');
    expect(asked).to.deep.equal([{ spec: 'a.yaml', set: ['name=x', 'name=y'] }]);
  });

  it('the values of every option that has some', async () => {
    for (const { name, options, positionals = {} } of COMMANDS) {
      for (const [option, { type, choices, completes }] of Object.entries(options)) {
        const known = type === 'boolean' || choices || completes;
        const isFree = FREE.includes(option) || FREE_OF.includes(`${name} --${option}`);
        expect(Boolean(known), `${name} --${option}`).to.equal(!isFree);
      }
      for (const [place, { completes }] of Object.entries(positionals)) {
        expect(completes, `${name} ${place}`).to.not.equal(undefined);
      }
    }
  });

  it('every role', async () => {
    expect(await proposed('ssh ')).to.include.members([...ROLES]);
  });
});

describe('completion by the command', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-lab-complete-'));
    const FIVE = 'nodes: [{name: a, role: master}, {name: b}, {name: c}, {name: d}, {name: e}]\n';
    fs.writeFileSync(path.join(folder, 'five.yaml'), FIVE);
    fs.mkdirSync(path.join(folder, 'broken'));
    fs.writeFileSync(path.join(folder, 'broken/redis-lab.yaml'), 'nodes: [\n{{{');
    fs.mkdirSync(path.join(folder, 'odd/redis-lab.yaml'), { recursive: true });
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  const run = (args: string[], env: Record<string, string> = {}, below = '') =>
    redisLab(path.join(folder, below), args, { env });

  it('knows the nodes and the keys of the description, and their values', async () => {
    const nodes = await run(['--complete', '--spec', "'five.yaml'", 'exec', '']);
    expect(nodes).to.include({ exitCode: 0, stderr: '' });
    expect(nodes.stdout).to.match(/^words\na\tbegins as master\nb\t/);
    const { stdout } = await run(['--complete', '--spec', 'five.yaml', 'up', '--set', '']);
    expect(stdout.split('\n').map((line) => line.split('\t')[0])).to.include.members([
      'sentinel.quorum=',
      'redis.install=package',
      'nodes.e.memory=',
      'nodes.a.role=sentinel',
    ]);
  });

  for (const below of ['broken', 'odd']) {
    it(`says nothing of a description that cannot be read: ${below}`, async () => {
      const { exitCode, stdout, stderr } = await run(['--complete', 'ssh', ''], {}, below);
      expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: '' });
      expect(stdout.match(/^@?\w+(?=\t)/gm)).to.deep.equal([...ROLES]);
    });
  }

  it('prints the script of the shell that is named, else of $SHELL', async () => {
    const script = async (args: string[], shell: string) => {
      const { stdout } = await run(['completion', ...args], { SHELL: shell });
      return SHELLS.find((each) => stdout.includes(`Completion of redis-lab for ${each}`));
    };
    expect(await script([], '/usr/bin/fish')).to.equal('fish');
    expect(await script(['zsh'], '/usr/bin/fish')).to.equal('zsh');
    expect(await script([], '/bin/sh')).to.equal('bash');
    const other = await run(['completion'], { SHELL: '/usr/bin/nu' });
    expect(other).to.include({ exitCode: 2, stdout: '' });
    expect(other.stderr).to.include(
      'for nu, which $SHELL names. Name another shell: bash, zsh, fish',
    );
  });

  it('has help', async () => {
    const { exitCode, stdout } = await run(['completion', '--help'], { SHELL: '/usr/bin/zsh' });
    expect(exitCode).to.equal(0);
    expect(stdout)
      .to.match(/^redis-lab completion \[shell\]\n/)
      .and.not.include('compdef');
  });

  it('is brought to the line by Bash, which splits it at other places', async () => {
    const script = `source <(redis-lab completion bash)
compopt() { :; }
proposed() {
  COMP_LINE=$1 COMP_POINT=\${#1}; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
  _redis_lab redis-lab "$last"; echo "\${COMPREPLY[*]}"
}
last=sl proposed 'redis-lab fault crash sl' redis-lab fault crash sl
last=@ma proposed 'redis-lab logs @ma' redis-lab logs @ ma
last= proposed 'redis-lab status --backend=' redis-lab status --backend =
last=in proposed 'redis-lab status  --backend=in' redis-lab status --backend = in
last=x proposed 'redis-lab nonsense x' redis-lab nonsense x`;
    const { stdout, stderr } = await execa('bash', ['-c', script], {
      cwd: folder,
      env: { PATH: `${LINKED}:${process.env['PATH']}` },
      timeout: 200_000,
    });
    const backends = ['auto', ...BACKEND_NAMES].join(' ');
    expect(stdout.split('\n')).to.deep.equal(['slave1 slave2', '@master', backends, 'incus', '']);
    expect(stderr).to.equal('');
  });
});
