/** Where the system has no more of something: a sentence and a documented code, never a stack trace. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { atLimit } from '../../lib/cli/limits.js';
import { EXIT } from '../../lib/errors.js';
import { BACKEND, BIN } from '../support/cli.js';
import { skip } from '../support/skip.js';

const COMMANDS = [
  'status',
  'list',
  'up --no-verify',
  'verify',
  'fault crash slave1',
  'heal',
  'logs',
  'exec master -- true',
  'stop',
  'doctor --backend local',
  'cache',
  'handout',
  'generate --check',
  'down',
];

describe('limits of the system', function () {
  this.timeout(120_000);
  let folder: string;

  before(function notOnWindows() {
    if (process.platform === 'win32') skip(this, 'a system other than Windows');
  });
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-limits-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const run = async (script: string, ...args: string[]) => {
    const { exitCode, stdout, stderr } = await execa('bash', ['-c', script, 'bash', ...args], {
      cwd: folder,
      reject: false,
      stdin: 'ignore',
      timeout: 200_000,
      env: {
        ...BACKEND,
        // Nothing comes up here, whatever the machine has.
        PATH: '/usr/bin:/bin',
        XDG_STATE_HOME: path.join(folder, 'state'),
        XDG_CACHE_HOME: path.join(folder, 'cache'),
        NO_COLOR: '1',
      },
    });
    return { exitCode, stdout: String(stdout), stderr: String(stderr) };
  };
  const expectSentence = ({ exitCode, stdout, stderr }: Awaited<ReturnType<typeof run>>) => {
    expect(exitCode, stderr).to.be.oneOf([0, 1, 2, 3, 4, 5]);
    expect(stdout + stderr)
      .not.to.match(/^\s+at /m)
      .and.not.to.include('defect');
    if (exitCode !== 0) expect(stdout + stderr).not.to.equal('');
  };

  for (const [files, commands] of [
    [24, COMMANDS],
    // Enough to begin with.
    [40, ['up --no-verify', 'verify', 'doctor --backend local', 'down']],
  ] as const) {
    it(`are told by every command, where a process may open ${files} files`, async () => {
      const seen: string[] = [];
      for (const command of commands) {
        const outcome = await run(
          `ulimit -n ${files}; "$1" "$2" ${command}`,
          process.execPath,
          BIN,
        );
        expectSentence(outcome);
        if (/EMFILE/.test(outcome.stderr)) {
          expect(outcome.exitCode, outcome.stderr).to.be.oneOf([2, 3, 4]);
          seen.push(command);
        }
      }
      await run('"$1" "$2" down', process.execPath, BIN);
      if (files === 24) expect(seen).to.include('up --no-verify').and.to.include('down');
    });
  }

  it('are none for standard streams that are closed', async () => {
    for (const command of ['status', 'down']) {
      for (const closed of ['<&-', '>&-', '2>&-', '<&- >&- 2>&-']) {
        const { exitCode } = await run(`"$1" "$2" ${command} ${closed}`, process.execPath, BIN);
        expect(exitCode, `${command} ${closed}`).to.be.oneOf([0, 1, 2]);
      }
    }
  });

  it('are told where the current folder is gone', async () => {
    const outcome = await run(
      'mkdir gone && cd gone && rmdir ../gone && exec "$1" "$2" status',
      process.execPath,
      BIN,
    );
    expectSentence(outcome);
    expect(outcome.exitCode).to.equal(EXIT.usage);
    expect(outcome.stderr).to.include('is gone');
  });

  it('are told for a temporary folder that is not there, or a home that is none', async () => {
    for (const set of [
      'TMPDIR=/nonexistent',
      'HOME=rel XDG_STATE_HOME=',
      'HOME= XDG_STATE_HOME=x',
    ]) {
      for (const command of ['list', 'down', 'cache']) {
        expectSentence(await run(`${set} "$1" "$2" ${command}`, process.execPath, BIN));
      }
    }
  });

  it('are known, whatever wraps them, and nothing else is', () => {
    const system = (code: string, syscall: string) =>
      Object.assign(new Error(`${code}: somehow, ${syscall}`), { code, syscall });
    for (const [code, syscall] of [
      ['EMFILE', 'open'],
      ['ENFILE', 'pipe'],
      ['EAGAIN', 'spawn'],
      ['ENOMEM', 'spawn'],
      ['ENOSPC', 'write'],
      ['EROFS', 'mkdir'],
    ] as const) {
      const error = atLimit(new Error('outer', { cause: system(code, syscall) }));
      expect(error?.exitCode).to.equal(EXIT.notReady);
      expect(error?.message).to.include(code).and.include('run the same command again');
    }
    expect(atLimit(system('EAGAIN', 'read'))).to.equal(undefined);
    expect(atLimit(system('ENOENT', 'open'))).to.equal(undefined);
    expect(atLimit(new TypeError('a bug'))).to.equal(undefined);
    expect(atLimit('thrown')).to.equal(undefined);
  });
});
