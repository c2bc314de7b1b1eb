/** Which backend `up` and `verify` take unasked, on machines whose programs are a few lines of sh. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { buildLab, type ProgressEvent } from '../../lib/index.js';
import { needsServer } from '../backends/local/support.js';
import { type Outcome, redisLab } from '../support/cli.js';
import { BROKEN, INCUS, NO_DAEMON, Programs, VAGRANT } from '../support/programs.js';
import { type Home, leftBelow, newHome } from './support/home.js';

/** A network that no machine of ours has. */
const SET = ['--set', 'network=10.213.77.0/24', '--set', 'redis.install=package'];
const MACHINES = 'To get virtual machines: redis-lab doctor --backend vagrant';
const LOCAL = `Backend local: processes of this machine, as neither Vagrant nor Incus works here yet. ${MACHINES}`;
const CONTAINERS = `Backend incus: system containers, as Vagrant does not work here yet. ${MACHINES.replace('doctor', `doctor ${SET.join(' ')}`)}`;

describe('the backend that is taken unasked', function () {
  this.timeout(60_000);
  before(needsServer);
  let home: Home;
  let programs: Programs;

  /** On a machine with these programs, and a Redis server wherever the machine has one. */
  const run = (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> =>
    redisLab(home.folder, args, {
      env: {
        ...home.env,
        ...programs.env(),
        HOME: home.folder,
        // Nothing outside is asked: nobody listens there.
        VAGRANT_SERVER_URL: 'http://127.0.0.1:1025',
        REDIS_LAB_BACKEND: 'auto',
        ...env,
      },
      timeout: 180_000,
    });
  const backends = () => path.join(home.env['XDG_STATE_HOME'] ?? '', 'redis-lab', '.backends');
  const first = ({ stderr }: Outcome) => stderr.split('\n')[0];
  const remember = (backend: string) => {
    fs.mkdirSync(backends(), { recursive: true, mode: 0o700 });
    fs.writeFileSync(path.join(backends(), 'redis-lab'), `${backend}\n`, { mode: 0o600 });
  };

  beforeEach(() => {
    home = newHome();
    programs = new Programs(home.folder);
    programs.add('vagrant', BROKEN);
    programs.add('incus', NO_DAEMON);
    programs.add('lxc', NO_DAEMON);
  });

  it('is local where there is nothing: says why, and how to get machines; and stays so', async () => {
    const up = await run(['up', '--no-verify', '--json']);
    expect(up.exitCode, up.stderr).to.equal(0);
    expect(first(up)).to.equal(LOCAL);
    const { chosen, status } = JSON.parse(up.stdout);
    expect(`Backend ${chosen.backend}: ${chosen.why}`).to.equal(LOCAL);
    expect(status.backend).to.equal('local');

    programs.add('incus', INCUS);
    for (const args of [['up'], ['up', '--backend', 'auto'], ['verify', 'replication']]) {
      const again = await run([...args, '--json'], { REDIS_LAB_BACKEND: 'incus' });
      expect(again.exitCode, again.stderr).to.equal(0);
      expect(again.stderr, args.join(' ')).not.to.include('Backend ');
    }
    const look = await run(['status'], { REDIS_LAB_BACKEND: 'incus' });
    expect(look.stdout).to.match(/^Lab redis-lab \(local\), /);
    expect(programs.made).to.deep.equal([]);
    expect((await run(['down'])).exitCode).to.equal(0);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });

  it('is chosen by a verify that brings up its own as well', async () => {
    const outcome = await run(['verify', 'replication']);
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
    expect(first(outcome)).to.equal(LOCAL);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });

  for (const command of ['up', 'verify'] as const) {
    it(`is an Incus that answers: ${command}`, async () => {
      programs.add('incus', INCUS);
      const outcome = await run([command, ...SET]);
      expect(first(outcome)).to.equal(CONTAINERS);
      // It went to work there, and nowhere else; and what came to nothing is forgotten.
      expect(programs.made[0]).to.match(/^incus network .*create /);
      expect(outcome.exitCode, outcome.stderr).to.equal(4);
      expect(fs.existsSync(backends())).to.equal(false);
    });
  }

  it('is not a Vagrant without a provider', async () => {
    programs.add('vagrant', VAGRANT);
    programs.add('incus', INCUS);
    // What else this machine has does not count.
    const outcome = await run(['up', ...SET], { VAGRANT_DEFAULT_PROVIDER: 'vmware_desktop' });
    expect(first(outcome)).to.equal(CONTAINERS);
    expect(programs.made.filter((line) => line.startsWith('vagrant'))).to.deep.equal([]);
  });

  it('is chosen where auto is asked for, whatever the environment says', async () => {
    programs.add('incus', INCUS);
    const outcome = await run(['up', '--backend', 'auto', ...SET], { REDIS_LAB_BACKEND: 'local' });
    expect(first(outcome)).to.equal(CONTAINERS);
  });

  it('is refused where it is not the one that --vm is for', async () => {
    const outcome = await run(['up', '--vm']);
    expect(outcome.exitCode, outcome.stderr).to.equal(2);
    expect(outcome.stderr)
      .to.include('--vm is for the backend incus, and this is local.')
      .and.include('redis-lab doctor --vm --backend incus');
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });

  it('is the one that has the lab, without a word', async () => {
    remember('incus');
    for (const args of [['up'], ['up', '--backend', 'auto'], ['status'], ['verify']]) {
      const { exitCode, stderr } = await run(args, { REDIS_LAB_BACKEND: 'local' });
      expect(exitCode, args.join(' ')).to.equal(3);
      expect(stderr)
        .to.match(/^redis-lab: /)
        .and.include('Incus');
      expect(stderr).not.to.include('Backend ');
    }
  });

  it('is the one that the environment names, without a word', async () => {
    const { exitCode, stderr } = await run(['up'], { REDIS_LAB_BACKEND: 'incus' });
    expect(exitCode).to.equal(3);
    expect(stderr).to.match(/^redis-lab: The lab cannot run here yet:\n {2}Incus: /);
  });

  it('is local for --build, which is for nothing else', async () => {
    programs.add('incus', INCUS);
    // Nothing is built: so described, it has no source.
    const outcome = await run(['up', '--build', '--set', 'redis.install=package']);
    expect(first(outcome)).to.equal(
      'Backend local: processes of this machine, which --build is for',
    );
    expect(outcome.exitCode, outcome.stderr).to.equal(2);
  });

  it('is refused with 2 where the environment names none that there is', async () => {
    for (const command of ['up', 'status']) {
      const outcome = await run([command], { REDIS_LAB_BACKEND: 'docker' });
      expect(outcome).to.include({ exitCode: 2, stdout: '' });
      expect(first(outcome)).to.equal(
        'redis-lab: REDIS_LAB_BACKEND is one of auto, local, incus, vagrant, not "docker".',
      );
    }
  });

  it('is not chosen by commands that look at a lab that is nowhere', async () => {
    programs.add('incus', INCUS);
    expect(await run(['status'])).to.deep.equal({
      exitCode: 1,
      stdout: 'Lab redis-lab (local): not here. To bring it up: redis-lab up',
      stderr: '',
    });
    expect((await run(['down'])).stdout).to.equal('Nothing of the lab redis-lab is left here.');
    expect(programs.made).to.deep.equal([]);
  });
});

describe('the library, asked for auto', function () {
  this.timeout(60_000);
  before(needsServer);
  const environment = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env))
      if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
  });

  it('chooses for up, says so, and then keeps to what has the lab', async () => {
    const home = newHome();
    const programs = new Programs(home.folder);
    programs.add('vagrant', BROKEN);
    for (const client of ['incus', 'lxc']) programs.add(client, NO_DAEMON);
    // By itself the library asks no REDIS_LAB_BACKEND.
    Object.assign(process.env, home.env, programs.env(), { REDIS_LAB_BACKEND: 'incus' });
    const lab = buildLab();
    expect((await lab.attach({ backend: 'auto' })).backend).to.equal('local');

    const told: string[] = [];
    const onProgress = (event: ProgressEvent) => {
      if (event.kind === 'note') told.push(event.text);
    };
    await using first = await lab.up({ backend: 'auto', onProgress });
    expect(first).to.include({ backend: 'local', started: true });
    expect(told[0]).to.equal(LOCAL);
    expect(first.notes).to.deep.equal(told);

    programs.add('incus', INCUS);
    const second = await lab.up({ backend: 'auto' });
    expect(second).to.include({ backend: 'local', started: false });
    expect((await lab.attach({ backend: 'auto' })).backend).to.equal('local');
    expect(programs.made).to.deep.equal([]);
  });
});
