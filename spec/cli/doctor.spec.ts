/** The command `doctor`, as a user sees it: on this machine, with a Vagrant made of a few lines of sh. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { execa } from 'execa';
import { doctorJsonSchema } from '../../.ci/json-schemas.js';
import type { CheckReport, DoctorReport } from '../../lib/report/types.generated.js';
import { BIN, type Outcome, redisLab } from '../support/cli.js';
import { needTerminal } from './support/terminal.js';

/** It has the plugin once that was installed, and no box. */
const VAGRANT = `
case "$*" in
  --version) echo 'Vagrant 2.4.9' ;;
  'plugin list --machine-readable')
    if [ -e "$HOME/plugin" ]; then echo '1,vagrant-libvirt,plugin-version,0.12.2%!(VAGRANT_COMMA) global'; fi ;;
  'plugin install vagrant-libvirt') echo 'Installing the plugin'; touch "$HOME/plugin" ;;
  'box list --machine-readable') ;;
  *) echo "not expected: $*" >&2; exit 9 ;;
esac`;

/** Behind one, what cannot be reached from here need not stop Vagrant. */
const NO_PROXY = Object.fromEntries(
  ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']
    .flatMap((name) => [name, name.toLowerCase()])
    .map((name) => [name, '']),
);

const SET = ['--set', 'redis.install=package'];

describe('redis-lab doctor', function () {
  this.timeout(60_000);
  let folder: string;
  const at = (...names: string[]) => path.join(folder, ...names);
  const program = (name: string, body: string) =>
    fs.writeFileSync(at('bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  const env = () => ({
    HOME: folder,
    PATH: `${at('bin')}:${process.env['PATH']}`,
    XDG_STATE_HOME: at('state'),
    XDG_CACHE_HOME: at('cache'),
    VAGRANT_DEFAULT_PROVIDER: 'libvirt',
    // Nothing outside is asked: nobody listens there.
    VAGRANT_SERVER_URL: 'http://127.0.0.1:1025',
    ...NO_PROXY,
    NO_COLOR: '1',
  });
  const run = (...args: string[]): Promise<Outcome> =>
    redisLab(folder, ['doctor', ...args], { env: env() });
  const report = (stdout: string) => JSON.parse(stdout) as DoctorReport;
  const named = (stdout: string, name: string) =>
    report(stdout).checks.find((check) => check.name === name) as CheckReport;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-spec-'));
    fs.mkdirSync(at('bin'));
    program('vagrant', VAGRANT);
    program('virsh', 'echo "Running hypervisor: QEMU 7.2.22"');
    // Nothing of this machine is changed, whatever it lacks.
    program('modprobe', 'exit 0');
    program('sudo', 'exit 1');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  for (const [args, message] of [
    [['--backend', 'docker'], '--backend cannot be "docker": it can be vagrant, incus, local.'],
    [['--yes'], '--yes goes with --fix.'],
    [['vagrant'], 'Unknown argument: vagrant'],
    [['--set', 'redis.port=1'], 'the description has 1 problem:'],
  ] as const) {
    it(`is refused with 2: ${args.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await run(...args);
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: '' });
      expect(stderr.split('\n')[0]).to.equal(`redis-lab: ${message}`);
    });
  }

  it('shows what processes of this machine need, in words and 80 columns', async () => {
    const { exitCode, stdout, stderr } = await run('--backend', 'local', ...SET);
    expect(stderr).to.equal('');
    const lines = stdout.split('\n');
    const bad = lines.filter((line) => line.startsWith('bad   '));
    expect(exitCode).to.equal(bad.length === 0 ? 0 : 3);
    expect(lines).to.include(`ok    Node (vagrant, incus, local): ${process.versions.node}`);
    expect(stdout).to.match(/\d+ checks: \d+ bad, \d+ poor, \d+ ok\nBackend local: /);
    const long = lines.filter((line) => line.length > 80 && !line.startsWith('        '));
    expect(long.filter((line) => !line.includes('/'))).to.deep.equal([]);
    expect(stdout).to.not.include('Vagrant (vagrant)');
  });

  it('gives all of it as JSON of its schema', async () => {
    const { exitCode, stdout } = await run('--json', ...SET);
    const validate = new Ajv({ strict: true, strictTypes: false }).compile(doctorJsonSchema());
    expect(validate(report(stdout)), JSON.stringify(validate.errors)).to.equal(true);
    const { backend, checks } = report(stdout);
    expect(exitCode).to.equal(backend === null ? 3 : 0);
    const names = checks.map(({ name }) => name);
    expect(names).to.include.members(['Vagrant', 'Incus', 'Node', 'Memory', 'Clock']);
    expect(named(stdout, 'Vagrant')).to.include({ state: 'good', seen: '2.4.9' });
  });

  it('ends with 3 when something stands in the way of the backend that was asked for', async () => {
    const { exitCode, stdout } = await run('--backend', 'vagrant', '--json', ...SET);
    expect(exitCode).to.equal(3);
    expect(report(stdout).why).to.match(/^will not work yet: .*Plugin vagrant-libvirt/);
    expect(named(stdout, 'Plugin vagrant-libvirt').remedy).to.equal(
      'install the plugin vagrant-libvirt',
    );
    expect(named(stdout, 'Box').seen).to.include('http://127.0.0.1:1025 cannot be reached');
  });

  it('tells of a program that hangs, and does not hang itself', async () => {
    program('vagrant', 'case "$1" in --version) sleep 1000 ;; esac');
    const { stdout } = await run('--backend', 'vagrant', '--json', ...SET);
    expect(named(stdout, 'Vagrant').seen).to.include('vagrant did not end within 10 s');
  });

  it('changes nothing without a terminal and without --yes, and says what it would', async () => {
    const { exitCode, stdout, stderr } = await run('--backend', 'vagrant', '--fix', ...SET);
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 3, stdout: '' });
    expect(stderr).to.include(
      '  Plugin vagrant-libvirt (vagrant): install the plugin vagrant-libvirt',
    );
    expect(stderr.split('\n').at(-1)).to.equal(
      'To let it, without a question: redis-lab doctor --set redis.install=package --backend vagrant --fix --yes',
    );
    expect(fs.existsSync(at('plugin'))).to.equal(false);
  });

  it('offers what any backend lacks when none is asked for', async () => {
    const { exitCode, stdout, stderr } = await run('--fix', ...SET);
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 3, stdout: '' });
    expect(stderr).to.include(
      '  Plugin vagrant-libvirt (vagrant): install the plugin vagrant-libvirt',
    );
    expect(fs.existsSync(at('plugin'))).to.equal(false);
  });

  it('mends with --yes, and looks again', async () => {
    const args = ['--backend', 'vagrant', '--fix', '--yes', '--json', ...SET];
    const { stdout, stderr } = await run(...args);
    expect(stderr).to.match(
      /^Plugin vagrant-libvirt \(vagrant\): install the plugin vagrant-libvirt\n {2}Installing the plugin\nPlugin vagrant-libvirt \(vagrant\): done$/m,
    );
    expect(named(stdout, 'Plugin vagrant-libvirt')).to.include({ state: 'good', seen: '0.12.2' });
  });

  it('says what could not be mended, and shows what remains', async () => {
    program('vagrant', VAGRANT.replace('touch "$HOME/plugin"', 'echo "gem error" >&2; exit 1'));
    const args = ['--backend', 'vagrant', '--fix', '--yes', '--json', ...SET];
    const { exitCode, stdout, stderr } = await run(...args);
    expect(exitCode).to.equal(3);
    expect(stderr).to.include('failed: vagrant plugin install vagrant-libvirt: gem error');
    expect(named(stdout, 'Plugin vagrant-libvirt').state).to.equal('bad');
  });

  describe('--report', () => {
    const file = () => fs.readFileSync(at('redis-lab-report.md'), 'utf8');
    const withNames = (...args: string[]) =>
      redisLab(folder, ['doctor', '--report', ...args, ...SET], {
        env: {
          ...env(),
          USER: 'siti.rahma',
          LOGNAME: 'siti.rahma',
          HOSTNAME: 'laptop-siti.example.org',
          HTTPS_PROXY: 'http://siti.rahma:geheim@cache.campus.example:3128',
          VAGRANT_SERVER_URL: 'http://boxes.campus.example.invalid',
        },
      });

    it('writes one file that names nobody, beside what is shown', async () => {
      program('vagrant', `echo "$HOME/plugins: denied to siti.rahma at laptop-siti" >&2; exit 1`);
      const { stdout, stderr } = await withNames('--backend', 'vagrant');
      expect(stderr).to.include('Written: redis-lab-report.md.');
      expect(stdout).to.include('siti.rahma at laptop-siti');
      expect(file()).to.match(
        /^# redis-lab doctor: report\n\nredis-lab [\d.]+, Node v[\d.]+, linux/,
      );
      expect(file()).to.match(/^(?:bad|poor) vagrant \(vagrant\): /m);
      expect(file()).to.include('~/plugins: denied to USER at HOST');
      expect(file()).to.include('HTTPS_PROXY=http://***@HOST:3128');
      for (const name of ['siti', 'rahma', 'geheim', 'campus', folder]) {
        expect(file()).not.to.include(name);
      }
    });

    it('replaces its own file, and no other', async () => {
      fs.writeFileSync(at('redis-lab-report.md'), 'my notes\n');
      const { exitCode, stderr } = await withNames('--backend', 'incus');
      expect(exitCode).to.equal(2);
      expect(stderr).to.include('redis-lab-report.md is here, and no report of redis-lab doctor');
      expect(file()).to.equal('my notes\n');
      fs.rmSync(at('redis-lab-report.md'));
      for (const backend of ['local', 'incus']) await withNames('--backend', backend);
      expect(file()).to.include('incus (incus)').and.not.to.include('redis-server (local)');
    });
  });

  it('says that there is nothing to mend', async () => {
    program('vagrant', 'exit 1');
    const { stderr } = await run('--backend', 'incus', '--fix', ...SET);
    expect(stderr).to.equal('There is nothing here that redis-lab can mend for the lab redis-lab.');
  });

  describe('at a terminal', () => {
    before(function () {
      needTerminal(this);
    });

    const onTerminal = async (answer: string): Promise<string> => {
      // Names of ours, without a blank: `script` gives them to a shell.
      const line = [process.execPath, BIN, 'doctor', '--fix', '--backend', 'vagrant', ...SET];
      const running = execa('script', ['-qefc', line.join(' '), '/dev/null'], {
        cwd: folder,
        env: { ...env(), TERM: 'xterm' },
        reject: false,
        timeout: 180_000,
      });
      let asked = 0;
      running.stdout.on('data', (chunk: Buffer) => {
        const questions = chunk.toString().split('[Y/n]').length - 1;
        asked += questions;
        for (let i = 0; i < questions; i++) running.stdin.write(`${answer}\n`);
      });
      const { stdout } = await running;
      expect(asked).to.be.at.least(1);
      return String(stdout);
    };

    it('asks for each thing, and does it', async () => {
      const stdout = await onTerminal('y');
      expect(stdout).to.include('Plugin vagrant-libvirt (vagrant): Vagrant has no such plugin.');
      expect(stdout).to.include('Install the plugin vagrant-libvirt? [Y/n]');
      expect(stdout).to.include('Plugin vagrant-libvirt (vagrant): done');
      expect(fs.existsSync(at('plugin'))).to.equal(true);
    });

    it('asks, and leaves it alone', async () => {
      const stdout = await onTerminal('n');
      expect(stdout).to.include('Install the plugin vagrant-libvirt? [Y/n]');
      expect(stdout).to.include('bad   Plugin vagrant-libvirt');
      expect(fs.existsSync(at('plugin'))).to.equal(false);
    });
  });
});
