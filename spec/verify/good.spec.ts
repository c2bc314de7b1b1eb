/** Labs that are whole pass, and what is told of them holds together. */
import { once } from 'node:events';
import net from 'node:net';
import { expect } from 'chai';
import type { ScenarioResult } from '../../lib/report/types.generated.js';
import { needsServer } from '../backends/local/support.js';
import { needs } from '../support/skip.js';
import { newerServer, noNewerServer } from './newer-server.js';
import { sideBySide } from './side-by-side.js';
import { TestLab } from './test-lab.js';

const DOWN_AFTER = 1000;

describe('a whole lab', function () {
  this.timeout(120_000);
  before(needsServer);

  sideBySide([
    {
      title: 'passes again and again, each time from the master it has then',
      run: async () => {
        await using lab = await TestLab.up();
        const before = await periods(lab);
        const first = await lab.play('failover');
        expectSound(lab, first);
        expect(first.promotion?.from).to.equal('master');
        const replication = await lab.play('replication');
        expect(replication.verdict, replication.reason ?? '').to.equal('passed');
        const second = await lab.play('failover');
        expectSound(lab, second);
        expect(second.promotion?.from).to.equal(first.promotion?.to);
        // Nothing of ours stays behind.
        expect(await periods(lab)).to.deep.equal(before);
        for (const { name } of lab.lab.nodes) {
          expect(await lab.redis(name, 'INFO', 'keyspace'), name).not.to.match(/^db/m);
        }
      },
    },
    {
      title: 'lets the old master come back at its own pace',
      run: async () => {
        // It takes half a minute at worst, in which a busy machine must not look like a dead one.
        await using lab = await TestLab.up({ sentinel: { downAfter: 3000 } });
        const result = await lab.play('failover', { rejoin: 'natural' });
        expectSound(lab, result);
        expect(result.notes.join()).not.to.include('SENTINEL DEBUG');
      },
    },
    {
      title: 'is told to be asked through a program, where it is',
      run: async () => {
        await using lab = await TestLab.up();
        const codes = async () =>
          ((await lab.play('replication')).noteCodes ?? []).map(({ code }) => code);
        expect(await codes()).not.to.include('note.relayed');
        const via = async (host: string, port: number) => {
          const connection = net.connect(port, host);
          await once(connection, 'connect');
          return connection;
        };
        lab.lab = { ...lab.lab, nodes: lab.lab.nodes.map((node) => ({ ...node, via })) };
        expect(await codes()).to.include('note.relayed');
      },
    },
    {
      title: 'may have witnesses that hold no data beside three that do',
      run: async () => {
        await using lab = await TestLab.up({
          nodes: [
            { name: 'master', role: 'master' },
            { name: 'slave1' },
            { name: 'slave2' },
            { name: 'witness1', role: 'sentinel' },
            { name: 'witness2', role: 'sentinel' },
          ],
          sentinel: { quorum: 3 },
        });
        expectSound(lab, await lab.play('failover'));
      },
    },
    {
      title: 'may have all its Sentinels apart from its data',
      run: async () => {
        await using lab = await TestLab.up({
          nodes: [
            { name: 'master', role: 'master', sentinel: false },
            { name: 'slave1', sentinel: false },
            { name: 'witness1', role: 'sentinel' },
            { name: 'witness2', role: 'sentinel' },
            { name: 'witness3', role: 'sentinel' },
          ],
        });
        const result = await lab.play('failover');
        expectSound(lab, result);
        expect(result.promotion).to.deep.equal({ from: 'master', to: 'slave1' });
      },
    },
    {
      title: 'may be on one address',
      run: async () => {
        await using lab = await TestLab.up({}, { addressing: 'ports' });
        expect(new Set(lab.lab.nodes.map(({ ip }) => ip)).size).to.equal(1);
        expectSound(lab, await lab.play('failover'));
      },
    },
    {
      title: 'gives every run and what they have in common',
      run: async () => {
        await using lab = await TestLab.up();
        const result = await lab.verify(['replication', 'failover'], { repeat: 3 });
        expect(result.verdict).to.equal('passed');
        const runs = result.runs ?? [];
        expect(runs.map(({ run }) => run)).to.deep.equal([1, 2, 3]);
        // Told is the run nearest the median.
        const shown = runs.find(({ run }) => run === result.shownRun);
        expect(shown, String(result.shownRun)).to.deep.include({ scenarios: result.scenarios });
        // The first run found the lab up.
        expect(runs.map(({ readyMs }) => readyMs === null)).to.deep.equal([true, false, false]);
        const failovers = runs.map(({ scenarios }) => scenarios[1] as ScenarioResult);
        for (const each of failovers) {
          expectSound(lab, each);
          // Fresh state each time: the master is the described one again.
          expect(each.promotion?.from).to.equal('master');
        }
        const outages = failovers.map(({ outageMs }) => outageMs ?? 0).toSorted((a, b) => a - b);
        const acknowledged = failovers.map(({ ledger }) => ledger?.acknowledged ?? 0);
        const [replications, summary] = result.summary ?? [];
        expect(replications).to.include({
          name: 'replication',
          runs: 3,
          passed: 3,
          acknowledged: 0,
        });
        expect(replications).not.to.have.property('outageMs');
        expect(summary).to.include({
          name: 'failover',
          runs: 3,
          passed: 3,
          failed: 0,
          skipped: 0,
          lost: 0,
          acknowledged: acknowledged.reduce((sum, each) => sum + each, 0),
        });
        expect(summary?.readyMs?.count).to.equal(2);
        const [min, median, max] = outages;
        expect(result.scenarios[1]?.outageMs).to.equal(median);
        expect(summary?.outageMs).to.deep.equal({ count: 3, min, median, max });
      },
    },
  ]);
});

describe('a whole lab of a newer server', function () {
  this.timeout(120_000);
  before(async function needsServers() {
    await needsServer.call(this);
    needs(this, noNewerServer());
  });

  sideBySide(
    (['redis', 'valkey'] as const).map((engine) => ({
      title: `passes with ${engine}`,
      run: async () => {
        await using lab = await TestLab.up({}, { find: (model) => newerServer(engine, model) });
        const { server } = await lab.backend.status();
        expect(server?.engine).to.equal(engine);
        expect(server?.version).to.match(/^8\./);
        expectSound(lab, await lab.play('failover'));
        const replication = await lab.play('replication');
        expect(replication.verdict, replication.reason ?? '').to.equal('passed');
        // What tells a replica that takes writes is called the same there.
        const roles = await Promise.all(
          lab.lab.nodes.map(async ({ name }) => [name, await lab.redis(name, 'ROLE')] as const),
        );
        const [replica = ''] = roles.find(([, role]) => String(role).startsWith('slave')) ?? [];
        await lab.redis(replica, 'CONFIG', 'SET', 'replica-read-only', 'no');
        const broken = await lab.play('failover');
        expect(broken.reason).to.include(`Redis on ${replica} takes writes as a replica`);
        expect(broken).to.include({ writableMs: null, promotion: null });
      },
    })),
  );
});

function expectSound(lab: TestLab, result: ScenarioResult): void {
  expect(result.verdict, result.reason ?? '').to.equal('passed');
  expect(new Set(result.assertions.map(({ verdict }) => verdict))).to.deep.equal(
    new Set(['passed']),
  );
  const { ledger, phases, timeline, outageMs, writableMs, promotion } = result;
  if (!ledger || outageMs === null || writableMs === null) throw new Error('a figure is missing');
  // A PING that was on its way when the server died may date the detection a little back.
  expect(writableMs).to.be.greaterThan(DOWN_AFTER - 100);
  expect(outageMs).to.be.at.least(writableMs);
  const lengths = phases.map(({ ms }) => ms ?? Number.NaN);
  const sum = lengths.reduce((total, ms) => total + ms, 0);
  for (const ms of lengths) expect(ms).to.be.at.least(0);
  // The outage begins with the last write before the fault, the phases with the fault.
  const before = Math.max(
    ...ledger.stretches
      .filter(({ outcome, fromMs }) => outcome === 'kept' && fromMs < 0)
      .map(({ toMs }) => toMs),
  );
  // Each of them is given to a tenth of a millisecond.
  expect(sum - before).to.be.closeTo(outageMs, 0.5);
  expect(ledger.acknowledged).to.be.greaterThan(0);
  expect(ledger.refused).to.be.greaterThan(0);

  const text = timeline.map(({ source, event, detail }) => `${source} ${event} ${detail}`);
  const { from, to } = promotion ?? {};
  expect(text.filter((each) => /crashed by signal/.test(each))).to.have.lengthOf(1);
  expect(text.join('\n')).to.match(new RegExp(`^redis@${from} log .*crashed by signal`, 'm'));
  expect(text.join('\n')).to.match(
    new RegExp(`^redis@${to} log (?:MASTER|PRIMARY) MODE enabled`, 'm'),
  );
  const { ip = '', redisPort = 0 } = lab.lab.nodes.find(({ name }) => name === from) ?? {};
  for (const { name, runsSentinel } of lab.lab.nodes) {
    if (!runsSentinel) continue;
    const said = text.filter((each) => each.startsWith(`sentinel@${name} `)).join('\n');
    expect(said, name).to.include(`+switch-master mymaster ${ip} ${redisPort} `);
  }
  // What the logs said long before is not told again, and nothing is told from the future.
  const last = result.ms - (timeline[0]?.atMs ?? 0);
  for (const { atMs } of timeline) expect(atMs).to.be.below(last);
}

async function periods(lab: TestLab) {
  const names = lab.lab.nodes.filter(({ runsSentinel }) => runsSentinel).map(({ name }) => name);
  return Promise.all(names.map((name) => lab.sentinel(name, 'SENTINEL', 'DEBUG')));
}
