/** What becomes of writes: lost ones are found, unanswered ones are not taken for refused. */
import { expect } from 'chai';
import { askOnce } from '../../lib/redis-view/connection.js';
import { redisEndpoint, sentinelEndpoint } from '../../lib/redis-view/endpoints.js';
import { hurry } from '../../lib/redis-view/sentinel-periods.js';
import { Writer } from '../../lib/verify/writer.js';
import { needsServer } from '../backends/local/support.js';
import { eventually } from '../readers/support/eventually.js';
import { TestLab } from './test-lab.js';

describe('writes during a fault', function () {
  this.timeout(60_000);
  before(needsServer);
  it('are counted as lost when they were acknowledged and never replicated', async () => {
    await using lab = await TestLab.up({ sentinel: { downAfter: 3000 } });
    const replicas = ['slave1', 'slave2'];
    const [, right] = (await lab.redis('slave1', 'CONFIG', 'GET', 'masterauth')) as [
      string,
      string,
    ];
    // A replica that gives the master a password which that does not have gets no link.
    const cutOff = () =>
      Promise.all(
        replicas.map(async (name) => {
          await lab.redis(name, 'CONFIG', 'SET', 'masterauth', 'wrong');
          await lab.redis(name, 'CLIENT', 'KILL', 'TYPE', 'master');
        }),
      );
    const letIn = () =>
      Promise.all(replicas.map((name) => lab.redis(name, 'CONFIG', 'SET', 'masterauth', right)));
    const acts: Promise<unknown>[] = [];
    const result = await lab.play('failover', {
      onProgress: (event) => {
        if (event.kind === 'waiting' && event.code === 'failover.client-writes')
          acts.push(cutOff());
        if (event.kind === 'waiting' && event.code === 'failover.detected') acts.push(letIn());
      },
    });
    await Promise.all(acts);
    expect(acts).to.have.lengthOf(2);
    expect(result.verdict, result.reason ?? '').to.equal('passed');
    const { ledger } = result;
    expect(ledger?.lost)
      .to.be.greaterThan(0)
      .and.at.most(ledger?.acknowledged ?? 0);
    expect(ledger?.lostRecords).to.have.lengthOf(ledger?.lost ?? 0);
    const lost = ledger?.stretches.filter(({ outcome }) => outcome === 'lost') ?? [];
    expect(lost.reduce((sum, { first, last }) => sum + last - first + 1, 0)).to.equal(ledger?.lost);
    const shown = result.assertions.find(({ code }) => code === 'failover.accounted');
    expect(shown?.seen).to.include(`(${ledger?.lost} of them lost)`);
  });

  it('are unknown when the master hangs, and go on at the new one', async () => {
    await using lab = await TestLab.up();
    const writer = new Writer(lab.lab, { key: 'books' });
    writer.start();
    try {
      await eventually(120, async () => {
        expect(writer.ledger.entries.length).to.be.greaterThan(10);
      });
      const fault = performance.now();
      await lab.backend.inject('hang', 'master');
      await eventually(120, async () => {
        expect(writer.ledger.firstAcknowledgedAfter(fault)?.node).to.match(/^slave/);
      });
    } finally {
      await writer.stop();
    }
    // Made to go on, it finds that it was replaced; Sentinel tells it so once it has looked.
    const restore = await hurry(lab.lab.nodes.map(sentinelEndpoint));
    expect(await lab.backend.heal()).to.have.lengthOf(1);
    await eventually(120, async () => {
      expect(await lab.redis('master', 'ROLE')).to.include('slave');
    });
    await restore();
    const { entries } = writer.ledger;
    expect(entries.map(({ number }) => number)).to.deep.equal(entries.map((_, index) => index + 1));
    const unknown = entries.filter(({ outcome }) => outcome === 'unknown');
    expect(unknown.length).to.be.at.least(1);
    for (const { node } of unknown) expect(node).to.equal('master');
    const holder = lab.node(entries.at(-1)?.node ?? '');
    const keys = (await askOnce(redisEndpoint(holder), ['HKEYS', 'books'])) as string[];
    expect(writer.ledger.faults(writer.attempted, new Set(keys.map(Number)))).to.deep.equal([]);
  });
});
