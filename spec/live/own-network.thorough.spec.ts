/** A lab of processes in a network of its own: its nodes can be cut off and slowed, and the machine's packet filter is not touched. */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { ExperimentResult } from '../../lib/experiment/types.generated.js';
import type { LabStatus, VerifyResult } from '../../lib/report/types.generated.js';
import { needsServer } from '../backends/local/support.js';
import { redisLab, redisLabProcess } from '../support/cli.js';
import { needsNamespaces, ORDINARY, OrdinaryUser } from '../support/ordinary-user.js';
import { needs, skip } from '../support/skip.js';
import { newHome, processesBelow } from './support/home.js';

const SET = ['--set', 'sentinel.downAfter=1s', '--set', 'sentinel.failoverTimeout=3s'];

/** Of the machine itself. */
function rulesHere(): string {
  return execFileSync('sh', ['-c', 'iptables -S; iptables -t mangle -S'], { encoding: 'utf8' });
}

/** What the lab of an ordinary user has written and does not belong to that user. */
function foreignBelow(folder: string): string[] {
  const all = readdirSync(path.join(folder, 'state'), { recursive: true, encoding: 'utf8' });
  return all.filter((name) => lstatSync(path.join(folder, 'state', name)).uid !== ORDINARY);
}

describe('a lab in a network of its own', function () {
  this.timeout(300_000);
  const home = newHome();
  const lab = (...args: string[]) =>
    redisLab(home.folder, [...args, ...SET], { env: home.env, timeout: 240_000 });

  /** A link that is slow for a while, and whose redis-lab is killed meanwhile: nothing ends it by itself. */
  async function slowAndKilled(): Promise<void> {
    const args = ['fault', 'slow', 'slave2', '--from', 'master', '--delay', '30ms', '--loss', '1%'];
    const running = redisLabProcess(home.folder, [...args, '--for', '10m', ...SET], {
      env: home.env,
    });
    const { pid } = running;
    const hasBegun = async () =>
      (await lab('status')).stdout.includes('slave2 has a slow link to other nodes');
    for (let tries = 0; !(await hasBegun()); tries++) expect(tries).to.be.below(100);
    // The one that was typed, and the one that went on in the network.
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const each of [Number(pid), ...children.split(' ').map(Number)])
      process.kill(each, 'SIGKILL');
    await running;
  }

  before(async function () {
    await needsServer.call(this);
    if (process.platform !== 'linux' || process.getuid?.() !== 0) skip(this, 'root on Linux');
    const tools = ['ip', 'iptables', 'nsenter', 'python3', 'unshare'];
    const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
    const missing = tools.filter((tool) => !folders.some((each) => existsSync(`${each}/${tool}`)));
    needs(this, missing.length === 0 ? undefined : missing.join(', '));
  });
  after(async () => {
    await lab('down');
  });

  it('is not for backends whose nodes have one anyway', async () => {
    const { exitCode, stderr } = await redisLab(
      home.folder,
      ['up', '--own-network', '--backend', 'incus'],
      { env: home.env },
    );
    expect(exitCode).to.equal(2);
    expect(stderr).to.include('--own-network is for the backend local, and this is incus');
  });

  it('is partitioned and slowed, healed and taken down, and nothing of it is left', async () => {
    const up = await lab('up', '--own-network', '--no-verify');
    expect(up.exitCode, up.stderr).to.equal(0);
    // What follows names no network: each command goes on in that of the lab.
    const broken = await lab('fault', 'partition', 'slave1', '--from', 'slave2');
    expect(broken.exitCode, broken.stderr).to.equal(0);
    await slowAndKilled();
    const status = await lab('status', '--json');
    const { problems } = JSON.parse(status.stdout) as LabStatus;
    expect(problems.join('\n'))
      .to.include('slave1 is cut off from other nodes')
      .and.include('slave2 has a slow link to other nodes');
    expect(rulesHere()).not.to.include('redis-lab');
    const healed = await lab('heal', '--json');
    expect(healed.exitCode, healed.stderr).to.equal(0);
    const codes = (JSON.parse(healed.stdout).mendedCodes as { code: string }[]).map(
      ({ code }) => code,
    );
    expect(codes).to.have.members(['mended.reachable', 'mended.fast']);
    const refused = await redisLab(home.folder, ['up', '--no-verify', '--own-network', ...SET], {
      env: home.env,
    });
    expect(refused.exitCode, refused.stderr).to.equal(0);
    expect(refused.stdout).to.include('already running');
    await slowAndKilled();
    expect((await lab('down')).exitCode).to.equal(0);
    // The program that holds packets back looks four times a second whether it is still wanted.
    for (let tries = 0; tries < 100 && processesBelow(home.folder).length > 0; tries++) {
      await sleep(100);
    }
    expect(processesBelow(home.folder)).to.deep.equal([]);
  });

  it('passes the stories of the network', async () => {
    const names = ['master-unseen'];
    const { stdout, stderr } = await lab('verify', ...names, '--own-network', '--json');
    expect(stdout, stderr).not.to.equal('');
    const { scenarios } = JSON.parse(stdout) as VerifyResult;
    for (const { name, verdict, reason } of scenarios) {
      expect(verdict, `${name}: ${reason}`).to.equal('passed');
    }
    expect(scenarios.map(({ name }) => name)).to.deep.equal(names);
    expect(rulesHere()).not.to.include('redis-lab');
  });

  it('is had by an ordinary user, too, whose files stay the user’s, and who is told where that is forbidden', async function () {
    await needsNamespaces(this);
    const user = new OrdinaryUser(newHome().folder);
    const args = ['verify', 'partition', '--backend', 'local', '--own-network', '--json', ...SET];
    const up = await user.redisLab('up', '--no-verify', '--own-network', ...SET);
    expect(up.exitCode, up.stderr).to.equal(0);
    const passed = await user.redisLab(...args);
    const [partition] = (JSON.parse(passed.stdout) as VerifyResult).scenarios;
    expect(partition?.verdict, String(partition?.reason)).to.equal('passed');
    const { stdout } = await user.redisLab('fault', 'partition', 'slave1', ...SET);
    expect(stdout).to.include('slave1');
    const healed = await user.redisLab('heal', ...SET);
    expect(healed.stdout, healed.stderr).to.include('slave1 reaches the other nodes again');
    expect(foreignBelow(user.folder)).to.deep.equal([]);
    expect((await user.redisLab('down', ...SET)).exitCode).to.equal(0);

    const refused = await user.redisLabWithoutNamespaces('up', '--own-network', ...SET);
    const why = 'this system gives ordinary users none: user.max_user_namespaces is 0';
    expect(refused.exitCode, refused.stderr).to.equal(3);
    expect(refused.stderr).to.include(`The lab can have no network of its own: ${why}`);
    const skipped = await user.redisLabWithoutNamespaces(...args);
    const [left] = (JSON.parse(skipped.stdout) as VerifyResult).scenarios;
    expect(left?.verdict).to.equal('skipped');
    expect(left?.reason)
      .to.include('the backend local cannot inject partition')
      .and.include(`local could in a network of its own, but ${why}`)
      .and.include('vagrant, incus can');
  });

  it('is each lab’s own in an experiment, also where two are there at once', async () => {
    const before = rulesHere();
    const { exitCode, stdout, stderr } = await lab(
      ...['experiment', '--scenario', 'partition', '--own-network', '--rejoin', 'hurried'],
      ...['--repeat', '2', '--jobs', '2', '--json'],
    );
    expect(exitCode, stderr).to.equal(0);
    const { runs } = JSON.parse(stdout) as ExperimentResult;
    expect(runs.map(({ verdict }) => verdict)).to.deep.equal(['passed', 'passed']);
    for (const { late } of runs) expect(late?.acknowledged).to.be.above(0);
    expect(rulesHere()).to.equal(before);
  });
});
