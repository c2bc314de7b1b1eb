/** Ctrl-C on a real terminal, where the live list draws and npm may send the signal once more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { needsServer } from '../backends/local/support.js';
import { needTerminal } from '../cli/support/terminal.js';
import { until } from '../support/at-work.js';
import { BIN, redisLab, redisLabProcess } from '../support/cli.js';
import { leftBelow, newHome, processesBelow } from './support/home.js';

const CTRL_C = '\u0003';

describe('Ctrl-C on a terminal', function () {
  this.timeout(120_000);
  before(async function () {
    needTerminal(this);
    await needsServer.call(this);
  });

  for (const [what, presses] of [
    ['once', 1],
    ['twice at once', 2],
  ] as const) {
    it(`${what} ends up in good order`, async () => {
      const { folder, env } = newHome();
      // Names of ours, without a blank: `script` gives them to a shell.
      const command = `${process.execPath} ${BIN} up --set sentinel.downAfter=1000`;
      const running = execa('script', ['-qefc', command, '/dev/null'], {
        cwd: folder,
        env: { ...env, TERM: 'xterm' },
        reject: false,
        timeout: 180_000,
      });
      let shown = '';
      running.stdout?.on('data', (data: Buffer) => {
        shown += data.toString();
      });
      // The list is drawn, and there is more to do.
      await until(() => shown.includes('\u001b[?25l'));
      for (let press = 0; press < presses; press++) {
        running.stdin?.write(CTRL_C);
        await sleep(20);
      }
      const { exitCode, stdout } = await running;
      expect(stdout).to.match(/\nredis-lab: interrupted/);
      expect(exitCode).to.equal(130);
      // The cursor is there again.
      expect(stdout.lastIndexOf('\u001b[?25h')).to.be.at.least(stdout.lastIndexOf('\u001b[?25l'));
      if (processesBelow(folder).length > 0) expect(stdout).to.include('redis-lab down');
      const down = await redisLab(folder, ['down'], { env });
      expect(down.exitCode, down.stderr).to.equal(0);
      expect(await leftBelow(folder)).to.deep.equal([]);
    });
  }
});

describe('after Ctrl-C on a terminal', function () {
  this.timeout(300_000);
  const { folder, env } = newHome();
  before(async function () {
    needTerminal(this);
    await needsServer.call(this);
    const { exitCode, stderr } = await redisLab(folder, ['up', '--no-verify'], { env });
    expect(exitCode, stderr).to.equal(0);
  });
  after(async () => {
    await redisLab(folder, ['down'], { env });
  });

  for (const [command, begun] of [
    ['status --watch', 'Ctrl-C ends this'],
    ['status --watch --json', '"status"'],
    ['logs --follow', 'sentinel | '],
    ['logs master --service redis --follow', 'Ready to accept'],
    ['exec master redis-cli monitor', 'OK'],
    ['exec master -- sleep 1000', ''],
    ['verify failover', '\u001b[?25l'],
  ] as const) {
    it(`the prompt stands in a line of its own: ${command}`, async () => {
      const line = `${process.execPath} ${BIN} ${command}; printf PROMPT`;
      const running = execa('script', ['-qefc', `bash -c '${line}'`, '/dev/null'], {
        cwd: folder,
        env: { ...env, TERM: 'xterm' },
        reject: false,
        timeout: 180_000,
      });
      let shown = '';
      running.stdout?.on('data', (data: Buffer) => {
        shown += data.toString();
      });
      const isAtWork = () =>
        begun === ''
          ? processesBelow(folder).some((each) => each.endsWith(' sleep'))
          : shown.includes(begun);
      await until(isAtWork, 180_000, `${command} is at work`);
      running.stdin?.write(CTRL_C);
      const { stdout } = await running;
      expect(stdout)
        .to.include('^C')
        .and.match(/\n\S*PROMPT$/);
    });
  }
});

describe('a PDF on a terminal', function () {
  this.timeout(60_000);
  before(function () {
    needTerminal(this);
  });

  it('is refused before anything is printed, with the way out', async () => {
    const { folder, env } = newHome();
    const command = `${process.execPath} ${BIN} handout --format pdf`;
    const { exitCode, stdout } = await execa('script', ['-qefc', command, '/dev/null'], {
      cwd: folder,
      env: { ...env, TERM: 'xterm' },
      stdin: 'ignore',
      reject: false,
      timeout: 180_000,
    });
    expect(exitCode, stdout).to.equal(2);
    expect(stdout).to.include('--file').and.not.include('%PDF');
    expect(await leftBelow(folder)).to.deep.equal([]);
  });
});

describe('one call at a time', function () {
  this.timeout(120_000);
  before(needsServer);

  it('keeps everybody else off the lab while it is verified', async () => {
    const { folder, env } = newHome();
    // It takes longer than all others together, however busy the machine is: it waits for its Sentinels.
    const args = ['verify', '--set', 'sentinel.downAfter=10000'];
    const first = redisLabProcess(folder, args, { env, timeout: 180_000 });
    let said = '';
    first.stderr?.on('data', (data: Buffer) => {
      said += data.toString();
    });
    await until(() => /^start: /m.test(said));
    const others = [args, ['down'], ['stop'], ['up']].map(async (other) => {
      const { exitCode, stderr } = await redisLab(folder, other, { env });
      expect(exitCode, other.join(' ')).to.equal(3);
      expect(stderr).to.include(String(first.pid)).and.include('verify');
    });
    await Promise.all(others);
    const { exitCode, stderr } = await first;
    expect(exitCode, String(stderr)).to.equal(0);
    expect(await leftBelow(folder)).to.deep.equal([]);
  });

  it('is said to those who print into nothing as well', async () => {
    const { folder, env } = newHome();
    const script = '"$0" "$1" verify replication 2>/dev/full';
    const { exitCode } = await execa('bash', ['-c', script, process.execPath, BIN], {
      cwd: folder,
      env,
      reject: false,
      timeout: 180_000,
    });
    expect(exitCode).to.equal(0);
    expect(await leftBelow(folder)).to.deep.equal([]);
  });
});
