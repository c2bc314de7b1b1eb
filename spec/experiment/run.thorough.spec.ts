/** Experiments on real labs: interrupted, gone on, killed, refused. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { ExperimentResult } from '../../lib/experiment/types.generated.js';
import { needsServer } from '../backends/local/support.js';
import { type Home, leftBelow, newHome, processesBelow } from '../live/support/home.js';
import { until } from '../support/at-work.js';
import { redisLab, redisLabProcess } from '../support/cli.js';

const PLAN = [
  ...['experiment', '--scenario', 'failover', '--vary', 'sentinel.downAfter=500ms,1s'],
  ...['--set', 'sentinel.failoverTimeout=3s', '--rejoin', 'hurried', '--folder', 'data'],
  ...['--client', 'ioredis', '--client', 'redis-py:advised'],
];

function begin({ folder, env }: Home, ...more: string[]) {
  return redisLabProcess(folder, [...PLAN, ...more], { env, timeout: 200_000 });
}

function runsIn({ folder }: Home): string[] {
  const runs = path.join(folder, 'data', 'runs');
  return fs.existsSync(runs) ? fs.readdirSync(runs).toSorted() : [];
}

function resultIn({ folder }: Home): ExperimentResult {
  return JSON.parse(fs.readFileSync(path.join(folder, 'data', 'experiment.json'), 'utf8'));
}

describe('an experiment', function () {
  this.timeout(240_000);
  before(needsServer);

  it('goes on where Ctrl-C ended it, and leaves no lab', async () => {
    const home = newHome();
    const first = begin(home, '--repeat', '2', '--jobs', '1');
    await until(async () => runsIn(home).length > 0);
    first.kill('SIGINT');
    const ended = await first;
    expect(ended.exitCode, String(ended.stderr)).to.equal(130);
    expect(ended.stderr).to.match(/interrupted\. What was run is kept/);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
    const kept = runsIn(home);
    const before = kept.map((name) =>
      fs.readFileSync(path.join(home.folder, 'data', 'runs', name), 'utf8'),
    );
    expect(kept).to.have.length.within(1, 3);

    const second = await begin(home, '--repeat', '2');
    expect(second.exitCode, String(second.stderr)).to.equal(0);
    expect(runsIn(home)).to.deep.equal(['1-1.json', '1-2.json', '2-1.json', '2-2.json']);
    const after = kept.map((name) =>
      fs.readFileSync(path.join(home.folder, 'data', 'runs', name), 'utf8'),
    );
    expect(after).to.deep.equal(before);
    const { runs, summaries, cells } = resultIn(home);
    expect(runs.map(({ verdict }) => verdict)).to.deep.equal(Array(4).fill('passed'));
    expect(summaries.map(({ passed }) => passed)).to.deep.equal([2, 2]);
    for (const { writes, history, outageMs, pausedMs, clients = [] } of runs) {
      const [one, other] = clients;
      expect([one?.client, other?.client]).to.deep.equal(['ioredis', 'redis-py:advised']);
      expect(clients.every(({ acknowledged }) => acknowledged > 10)).to.equal(true);
      expect(outageMs).to.be.above(500);
      expect(writes?.acknowledged).to.be.above(10);
      expect(history?.acknowledged).to.be.above(10);
      expect(pausedMs).to.be.above(0);
    }
    // What a cell says repeats it.
    const [, ...words] = (cells[1]?.command ?? '').split(' ');
    const again = await redisLab(home.folder, [...words, '--json'], { env: home.env });
    expect(again.exitCode, String(again.stderr)).to.equal(0);
    expect(JSON.parse(again.stdout).lab.sentinel.downAfterMs).to.equal(1000);

    // Nothing is left to run.
    const third = await begin(home, '--repeat', '2', '--json');
    expect(fs.existsSync(path.join(home.folder, 'data', 'clients.csv'))).to.equal(true);
    expect(third.stderr).to.equal('');
    expect(JSON.parse(String(third.stdout)).runs).to.deep.equal(runs);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });

  it('that was killed leaves a lab that its next call takes down', async () => {
    const home = newHome();
    const first = begin(home, '--repeat', '1', '--jobs', '1');
    await until(async () => processesBelow(home.folder).length > 0);
    first.kill('SIGKILL');
    await first.catch(() => undefined);
    const second = begin(home, '--repeat', '1', '--jobs', '1');
    const { exitCode, stderr } = await second;
    expect(exitCode, String(stderr)).to.equal(0);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
    expect(resultIn(home).runs).to.have.lengthOf(2);
  });

  it('refuses the folder of another, and one that another process is at work on', async () => {
    const home = newHome();
    // So many runs that it is still at work, however long the others take to begin.
    const first = begin(home, '--repeat', '50', '--jobs', '1');
    await until(async () => fs.existsSync(path.join(home.folder, 'data', 'plan.json')));
    const beside = await begin(home, '--repeat', '1');
    expect(beside.exitCode, String(beside.stderr)).to.equal(3);
    expect(beside.stderr).to.match(/experiment/);
    const other = await begin(home, '--vary', 'sentinel.quorum=2,3');
    expect(other.exitCode, String(other.stderr)).to.equal(2);
    expect(other.stderr).to.match(/holds another experiment/);
    first.kill('SIGTERM');
    await first;
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });

  it('gives a scenario up that makes no sense, after one run', async () => {
    const home = newHome();
    const call = ['experiment', '--scenario', 'power-off', '--repeat', '5', '--jobs', '1'];
    call.push('--json');
    const { exitCode, stdout, stderr } = await redisLab(home.folder, call, { env: home.env });
    expect(exitCode, String(stderr)).to.equal(0);
    const { runs, summaries } = JSON.parse(stdout) as ExperimentResult;
    expect(runs.map(({ verdict }) => verdict)).to.deep.equal(['skipped']);
    expect(summaries[0]?.skipped).to.equal(1);
  });
});
