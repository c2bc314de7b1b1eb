/** Labs that are whole pass, and what is told of them holds together. */
import { expect } from 'chai';
import type { ScenarioResult } from '../../lib/report/result.js';
import { verify } from '../../lib/verify/run.js';
import { needsServer } from '../backends/local/support.js';
import { TestLab } from './stage.js';

const DOWN_AFTER = 1000;

describe('a whole lab', function () {
  this.timeout(90_000);
  before(needsServer);
  let lab: TestLab;
  afterEach(async () => lab?.down());

  it('passes again and again, each time from the master it has then', async () => {
    lab = await TestLab.up();
    const periods = await lab.sentinel('slave1', 'SENTINEL', 'DEBUG');
    const first = await lab.play('failover');
    expectSound(first);
    expect(first.promotion?.from).to.equal('master');
    const replication = await lab.play('replication');
    expect(replication.verdict, replication.reason ?? '').to.equal('passed');
    const second = await lab.play('failover');
    expectSound(second);
    expect(second.promotion?.from).to.equal(first.promotion?.to);
    // Nothing of ours stays behind.
    expect(await lab.sentinel('slave1', 'SENTINEL', 'DEBUG')).to.deep.equal(periods);
    for (const { name } of lab.lab.nodes) {
      expect(await lab.redis(name, 'KEYS', 'redis-lab:*'), name).to.deep.equal([]);
    }
  });

  it('lets the old master come back at its own pace', async () => {
    lab = await TestLab.up();
    const result = await lab.play('failover', { rejoin: 'natural' });
    expectSound(result);
    expect(result.notes.join()).not.to.include('SENTINEL DEBUG');
  });

  it('may have witnesses that hold no data', async () => {
    lab = await TestLab.up({
      nodes: [
        { name: 'master', role: 'master', sentinel: false },
        { name: 'slave1', sentinel: false },
        ...['witness1', 'witness2', 'witness3'].map((name) => ({
          name,
          role: 'sentinel' as const,
        })),
      ],
    });
    const result = await lab.play('failover');
    expectSound(result);
    expect(result.promotion).to.deep.equal({ from: 'master', to: 'slave1' });
  });

  it('gives every run and what they have in common', async () => {
    lab = await TestLab.up();
    const { server } = await lab.backend.status();
    if (!server) throw new Error('the lab has no server');
    const result = await verify(
      {
        described: lab.described,
        backend: lab.backend,
        lab: lab.lab,
        server,
        readyMs: null,
        isFresh: true,
        begin: () => lab.begin(),
        evidenceFolder: lab.folder,
      },
      ['replication', 'failover'],
      { repeat: 2 },
    );
    expect(result.verdict).to.equal('passed');
    expect(result.runs?.map(({ run }) => run)).to.deep.equal([1, 2]);
    const failovers = result.runs?.map(({ scenarios }) => scenarios[1] as ScenarioResult) ?? [];
    for (const each of failovers) {
      expectSound(each);
      // Fresh state each time: the master is the described one again.
      expect(each.promotion?.from).to.equal('master');
    }
    const outages = failovers.map(({ outageMs }) => outageMs ?? 0);
    const summary = result.summary?.find(({ name }) => name === 'failover');
    expect(summary).to.include({ runs: 2, passed: 2, failed: 0, lost: 0 });
    expect(summary?.outageMs).to.include({ min: Math.min(...outages), max: Math.max(...outages) });
  });
});

function expectSound(result: ScenarioResult): void {
  expect(result.verdict, result.reason ?? '').to.equal('passed');
  expect(result.assertions.map(({ verdict }) => verdict)).not.to.include('failed');
  expect(result.assertions.map(({ verdict }) => verdict)).not.to.include('skipped');
  const { ledger, phases, timeline, outageMs, writableMs } = result;
  if (!ledger || outageMs === null || writableMs === null) throw new Error('a figure is missing');
  // A PING that was on its way when the server died may date the detection a little back.
  expect(writableMs).to.be.greaterThan(DOWN_AFTER - 100);
  expect(outageMs).to.be.at.least(writableMs);
  expect(ledger.attempted).to.equal(ledger.acknowledged + ledger.refused + ledger.unknown);
  expect(ledger.kept + ledger.lost).to.equal(ledger.acknowledged);
  const lengths = phases.map(({ ms }) => ms ?? Number.NaN);
  const sum = lengths.reduce((total, ms) => total + ms, 0);
  const before = Math.max(
    ...ledger.stretches
      .filter(({ outcome, fromMs }) => outcome === 'kept' && fromMs < 0)
      .map(({ toMs }) => toMs),
  );
  expect(sum - before).to.be.closeTo(outageMs, 0.001);
  const moments = timeline.map(({ atMs }) => atMs);
  expect(moments).to.deep.equal(moments.toSorted((a, b) => a - b));
  const text = timeline
    .map(({ source, event, detail }) => `${source} ${event} ${detail}`)
    .join('\n');
  expect(text).to.match(new RegExp(`redis@${result.promotion?.from} log .*crashed by signal`));
  expect(text).to.match(/sentinel@\S+ \+sdown master mymaster/);
  expect(text).to.match(/sentinel@\S+ \+switch-master mymaster/);
}
