/** Which backend has a lab, for programs and for the command, with an Incus of a few lines of sh. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { labsJsonSchema } from '../.ci/json-schemas.js';
import type { LabList } from '../lib/index.js';
import { buildLab, listLabs, type ProgressEvent, RedisLabError } from '../lib/index.js';
import { type Outcome, redisLab } from './support/cli.js';
import { INCUS, NO_DAEMON, Programs } from './support/programs.js';

/** An Incus where a lab is, of which one container runs; it is gone once its network was removed. */
const WITH_LAB = `
case "$*" in
  'project --project default list '*) echo default ;;
  'query local:/1.0/operations'*) echo '{}' ;;
  'query local:/1.0/networks?'*) [ -e "$LOG.gone" ] && echo '[]' || cat "$LOG.networks" ;;
  'query local:/1.0/networks/redis-lab'*)
    [ -e "$LOG.gone" ] && { echo 'Error: not found' >&2; exit 1; }
    sed 's/^\\[//;s/\\]$//' "$LOG.networks" ;;
  'query local:/1.0/instances?'*) [ -e "$LOG.gone" ] && echo '[]' || cat "$LOG.instances" ;;
  'query '*) echo 'Error: not found' >&2; exit 1 ;;
  *'network delete '*|*'delete --project default local:redis-lab'*|'network --project default delete '*)
    echo "incus $*" >>"$LOG"; : >"$LOG.gone" ;;
  *) echo "incus $*" >>"$LOG" ;;
esac`;

const LABELS = { 'user.redis-lab.lab': 'redis-lab', 'user.redis-lab.node': 'master' };

/** A client that never answers. */
const HANGING = 'exec sleep 600';

const SET = ['--set', 'redis.install=package'];

describe('the backend that has a lab', function () {
  this.timeout(60_000);
  const before = { ...process.env };
  let folder: string;
  let programs: Programs;
  let env: Record<string, string>;
  const lab = buildLab({ redis: { install: 'package' } });

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-which-'));
    programs = new Programs(folder);
    env = {
      ...programs.env(['/usr/bin', '/bin']),
      HOME: folder,
      XDG_STATE_HOME: path.join(folder, 'state'),
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      NO_COLOR: '1',
      REDIS_LAB_BACKEND: 'auto',
    };
    Object.assign(process.env, env);
    programs.add('lxc', NO_DAEMON);
    programs.add('incus', NO_DAEMON);
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    fs.rmSync(folder, { recursive: true });
  });

  const run = (...args: string[]): Promise<Outcome> => redisLab(folder, args, { env });
  const home = () => path.join(folder, 'state', 'redis-lab');
  const notes = () => path.join(home(), '.backends');
  const noted = (name = 'redis-lab') => fs.readFileSync(path.join(notes(), name), 'utf8');
  const write = (name: string, text: string) => {
    const file = path.join(home(), name);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, text, { mode: 0o600 });
  };
  const onIncus = () => {
    const instance = { name: 'redis-lab-master', status: 'Stopped', type: 'container' };
    const network = { name: 'redis-lab', managed: true, type: 'bridge', config: LABELS };
    fs.writeFileSync(`${env['LOG']}.networks`, JSON.stringify([network]));
    fs.writeFileSync(`${env['LOG']}.instances`, JSON.stringify([{ ...instance, config: LABELS }]));
    programs.add('incus', WITH_LAB);
  };
  const thrownBy = async (promise: Promise<unknown>): Promise<RedisLabError> => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof RedisLabError) return error;
    throw new Error(`no RedisLabError, but ${error}`);
  };

  describe('is noted', () => {
    it('by the library, before anything is made, and forgotten where nothing came of it', async () => {
      // What it is asked to make tells whether the note was there by then.
      const seen = `${env['LOG']}.seen`;
      programs.add(
        'incus',
        INCUS.replace(`echo "incus $*" >>"$LOG";`, `cp "${notes()}/redis-lab" "${seen}";`),
      );
      const error = await thrownBy(lab.up({ backend: 'incus' }));
      expect(error.exitCode).to.equal(4);
      expect(fs.readFileSync(seen, 'utf8')).to.equal('incus\n');
      expect(fs.existsSync(notes())).to.equal(false);
    });

    it('until a program takes the lab down, which need not name it', async () => {
      onIncus();
      write('.backends/redis-lab', 'incus\n');
      const running = await lab.attach();
      expect(running.backend).to.equal('incus');
      await running.down();
      expect(programs.made.join()).to.include('network');
      expect(fs.existsSync(notes())).to.equal(false);
      expect((await lab.attach()).backend).to.equal('local');
    });

    it('with the server and the project, where those are not the usual ones', async () => {
      write('.backends/redis-lab', 'incus far class-7\n');
      programs.add(
        'incus',
        `case "$*" in *far:*) echo '[]' ;; *) ${NO_DAEMON.trim().replaceAll('\n', '; ')} ;; esac`,
      );
      const { silent } = await listLabs();
      expect(silent).to.have.lengthOf(1);
      write('.backends/redis-lab', 'incus far class-7\n');
      programs.add('incus', NO_DAEMON);
      const { labs } = await listLabs();
      expect(labs[0]).to.deep.include({
        state: 'unknown',
        set: ['incus.remote=far', 'incus.project=class-7'],
      });
      const down = await run('down', '--set', 'name=other');
      expect(down.stdout).to.include(
        'redis-lab down --set name=redis-lab --set incus.remote=far --set incus.project=class-7 --backend incus',
      );
    });
  });

  it('is asked by every command, and does not answer: nothing is said to be gone', async () => {
    write('.backends/redis-lab', 'incus\n');
    for (const words of [
      ['status'],
      ['status', '--json'],
      ['down'],
      ['stop'],
      ['status', '--backend', 'incus'],
    ]) {
      const { exitCode, stdout, stderr } = await run(...words);
      const told = words.includes('--json') ? JSON.parse(stdout).error.code : stdout;
      expect({ exitCode, told }, words.join(' ')).to.deep.equal({
        exitCode: 3,
        told: words.includes('--json') ? 'backend.silent' : '',
      });
      expect(stderr).to.match(
        /^redis-lab: The lab redis-lab was brought up with incus, which cannot be asked about it now\. Incus: /,
      );
    }
    expect(noted()).to.equal('incus\n');
  });

  it('is the only one for a program that names none: it gets no second lab, and hears which it is', async () => {
    write('.backends/redis-lab', 'incus\n');
    const told: string[] = [];
    const onProgress = (event: ProgressEvent) => {
      if (event.kind === 'note') told.push(event.text);
    };
    expect((await thrownBy(lab.up({ onProgress }))).message).to.include('Incus');
    expect(told).to.deep.equal(['Backend incus: it has the lab redis-lab already']);
    expect(fs.existsSync(path.join(home(), 'redis-lab'))).to.equal(false);
  });

  it('may be two: whoever names none is asked which, and one after the other goes', async () => {
    onIncus();
    write('.backends/redis-lab', 'incus\n');
    write('redis-lab/state.json', 'damaged');
    for (const words of [['status'], ['up'], ['down'], ['verify'], ['heal']]) {
      const { exitCode, stdout, stderr } = await run(...words);
      expect({ exitCode, stdout }, words.join(' ')).to.deep.equal({ exitCode: 2, stdout: '' });
      expect(stderr).to.equal(
        'redis-lab: There is more than one lab redis-lab: one with the backend local, one with the backend incus. Say which one is meant: --backend local or --backend incus.',
      );
    }
    expect((await thrownBy(lab.attach())).exitCode).to.equal(2);
    const { stdout } = await run('list');
    expect(stdout).to.include('  redis-lab down --set name=redis-lab --backend local');
    expect((await run('down', '--backend', 'local')).exitCode).to.equal(0);
    expect(noted()).to.equal('incus\n');
    expect((await run('down')).exitCode).to.equal(0);
    expect(fs.existsSync(home())).to.equal(false);
  });

  describe('is unknown where the note', () => {
    for (const [what, text] of [
      ['is empty', ''],
      ['names no backend', 'docker\n'],
      ['is half written', 'inc'],
      ['says more than one of ours', 'incus ; rm -rf\n'],
      ['is long', 'incus\n'.repeat(1000)],
    ] as const) {
      it(`${what}: that is said, and down with the right one removes it`, async () => {
        onIncus();
        write('.backends/redis-lab', text);
        for (const words of [['status'], ['down'], ['up']]) {
          const { exitCode, stdout, stderr } = await run(...words);
          expect({ exitCode, stdout }, words.join(' ')).to.deep.equal({ exitCode: 2, stdout: '' });
          expect(stderr).to.include(`${notes()}/redis-lab is damaged`);
        }
        expect((await run('list')).stdout).to.include('damaged');
        expect((await run('down', '--backend', 'incus')).exitCode).to.equal(0);
        expect(fs.existsSync(home())).to.equal(false);
      });
    }

    it('leads elsewhere: what it leads to is neither read nor removed', async () => {
      const other = path.join(folder, 'other');
      fs.writeFileSync(other, 'incus\n');
      fs.mkdirSync(notes(), { recursive: true, mode: 0o700 });
      fs.symlinkSync(other, path.join(notes(), 'redis-lab'));
      expect((await run('status')).exitCode).to.equal(2);
      expect((await run('down', '--backend', 'local')).exitCode).to.equal(0);
      expect(fs.readFileSync(other, 'utf8')).to.equal('incus\n');
      expect(fs.existsSync(home())).to.equal(false);
    });
  });

  describe('is listed', () => {
    const validate = new Ajv({ strict: true, strictTypes: false }).compile(labsJsonSchema());
    const listed = async (): Promise<LabList> => {
      const { exitCode, stdout, stderr } = await run('list', '--json');
      expect(exitCode, stderr).to.equal(0);
      const found = JSON.parse(stdout);
      expect(validate(found), JSON.stringify(validate.errors)).to.equal(true);
      return found;
    };

    it('with labs of which nothing is noted, such as those that others brought up on the server', async () => {
      onIncus();
      const { labs, silent } = await listed();
      expect(silent).to.deep.equal([]);
      expect(labs.map(({ name, backend, state }) => [name, backend, state])).to.deep.equal([
        ['redis-lab', 'incus', 'stopped'],
      ]);
      expect(fs.existsSync(home())).to.equal(false);
    });

    // Were its client waited for, that would be ten minutes.
    it('with a daemon that is away, and with one that never answers', async () => {
      write('.backends/redis-lab', 'incus\n');
      const away = await listed();
      expect(away.labs[0]).to.include({ name: 'redis-lab', state: 'unknown' });
      expect(away.silent[0]?.problem).to.include('Incus');
      programs.add('incus', HANGING);
      const { labs, silent } = await listLabs({ deadlineMs: 300 });
      expect(labs[0]?.problem).to.equal('there was no answer within 0.3 s');
      expect(silent[0]?.problem).to.equal('there was no answer within 0.3 s');
    });

    it('whatever lies in the state folder', async () => {
      write('half/state.json', '{"format": 1');
      write('older/state.json', '{"format": 0}');
      write('.vagrant/machines/state.json', '{}');
      write('.vagrant/empty/.keep', '');
      write('Not A Lab/state.json', '');
      write('only-a-lock/lock', '');
      write('rest/nodes/master/etc/redis.conf', '');
      const { labs } = await listed();
      expect(labs.map(({ name, backend, state }) => [name, backend, state])).to.deep.equal([
        ['empty', 'vagrant', 'stopped'],
        ['half', 'local', 'damaged'],
        ['machines', 'vagrant', 'damaged'],
        ['older', 'local', 'damaged'],
        ['rest', 'local', 'stopped'],
      ]);
      expect(labs[1]?.folder).to.equal(path.join(home(), 'half'));
      const status = await run('status', '--spec', spec('my-lab.yaml'), ...SET);
      expect(status.exitCode).to.equal(1);
      expect(status.stdout.split('\n').slice(0, 3)).to.deep.equal([
        'Lab mine (local): not here. To bring it up: redis-lab up --spec my-lab.yaml --set redis.install=package',
        'Labs of yours that are up, and what takes each down:',
        '  half (local, damaged): redis-lab down --set name=half',
      ]);
      for (const name of ['half', 'older', 'rest']) {
        expect((await run('down', '--set', `name=${name}`)).exitCode).to.equal(0);
      }
      expect((await listed()).labs.map(({ name }) => name)).to.deep.equal(['empty', 'machines']);
    });

    const spec = (name: string) => {
      fs.writeFileSync(path.join(folder, name), 'name: mine\n');
      return name;
    };
  });

  it('is none: status says how the call named its lab, and down that nothing is left', async () => {
    fs.writeFileSync(path.join(folder, 'my lab.yaml'), 'name: mine\n');
    expect(await run('status', '--spec', 'my lab.yaml')).to.deep.equal({
      exitCode: 1,
      stdout: "Lab mine (local): not here. To bring it up: redis-lab up --spec 'my lab.yaml'",
      stderr: '',
    });
    const down = await run('down', '--spec', 'my lab.yaml');
    expect(down.exitCode).to.equal(0);
    expect(down.stdout).to.equal('Nothing of the lab mine is left here.');
    expect(fs.existsSync(home())).to.equal(false);
  });
});
