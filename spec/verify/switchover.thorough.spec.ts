/** A planned switchover: what it costs, how it fails, and what Valkey is asked. */
import { expect } from 'chai';
import { buildLab } from '../../lib/lab/lab.js';
import type { ProgressEvent } from '../../lib/progress.js';
import { switchoverWords } from '../../lib/scenarios/switchover.js';
import { needsServer } from '../backends/local/support.js';
import { sideBySide } from './side-by-side.js';
import { TestLab } from './test-lab.js';

const SHORT = { sentinel: { downAfter: 2000, failoverTimeout: 5000 } } as const;

describe('a planned switchover', function () {
  this.timeout(240_000);
  before(needsServer);

  it('is coordinated where the Sentinel can do that', () => {
    const of = (engine: 'redis' | 'valkey', version: string) =>
      switchoverWords({
        ...buildLab().model,
        redis: { ...buildLab().model.redis, engine, version },
      });
    const plain = ['SENTINEL', 'FAILOVER', 'mymaster'];
    expect(of('redis', '9.0.0')).to.deep.equal(plain);
    expect(of('valkey', '8.1.4')).to.deep.equal(plain);
    expect(of('valkey', '9.0.0')).to.deep.equal([...plain, 'COORDINATED']);
  });

  sideBySide([
    {
      title: 'does not wait for down-after, and loses what the old master takes until it is told',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        const result = await lab.play('switchover');
        expect(result.verdict, result.reason ?? '').to.equal('passed');
        expect(result.fault).to.deep.equal({ kind: 'switchover', node: 'master' });
        expect(result.promotion?.from).to.equal('master');
        expect(result.phases.map(({ name }) => name)).to.deep.equal([
          'election',
          'promotion',
          'rediscovery',
        ]);
        // It keeps its clients for longer than four publish periods.
        expect(result.phases.at(-1)?.ms).to.be.above(6000);
        expect(result.ledger?.lost).to.be.above(50);
        expect(result.history?.findings.map(({ kind }) => kind)).to.include('lost');
        const codes = result.assertions.map(({ code }) => code);
        expect(codes).not.to.include('failover.detected');
      },
    },
    {
      title: 'fails where no replica may be promoted',
      run: async () => {
        await using lab = await TestLab.up(SHORT);
        for (const { name } of lab.lab.nodes) {
          await lab.sentinel(name, 'SENTINEL', 'DEBUG', 'info-period', '100');
        }
        const acts: Promise<unknown>[] = [];
        const options = {
          onProgress: (event: ProgressEvent) => {
            if (event.kind !== 'waiting' || event.code !== 'failover.client-writes') return;
            if (acts.length > 0) return;
            for (const name of ['slave1', 'slave2']) {
              acts.push(lab.redis(name, 'CONFIG', 'SET', 'replica-priority', '0'));
            }
          },
        };
        const result = await lab.play('switchover', options);
        await Promise.all(acts);
        expect(result.verdict).to.equal('failed');
        expect(result.failedClaim).to.equal('switchover.asked');
        expect(result.reason).to.match(/NOGOODSLAVE/);
      },
    },
  ]);
});
