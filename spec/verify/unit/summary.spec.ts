import { expect } from 'chai';
import type { RunResult, ScenarioResult } from '../../../lib/report/types.generated.js';
import { summarise } from '../../../lib/verify/summary.js';
import { failover, LEDGER, replication } from '../../report/support/results.js';

function run(number: number, readyMs: number | null, ...scenarios: ScenarioResult[]): RunResult {
  return { run: number, verdict: 'passed', readyMs, scenarios };
}

describe('a summary', () => {
  const runs = [
    run(1, null, replication(), failover({ outageMs: 6000, writableMs: 5200 })),
    run(2, 40, replication(), failover({ outageMs: 7000, writableMs: 5400 })),
    run(
      3,
      30,
      replication({ verdict: 'skipped', reason: 'no replica' }),
      failover({
        verdict: 'failed',
        reason: 'so',
        outageMs: null,
        writableMs: null,
        phases: [],
        ledger: null,
      }),
    ),
  ];
  const [first, second, ...more] = summarise(['replication', 'failover'], runs);

  it('counts each scenario for itself, in the order that was asked for', () => {
    expect(more).to.deep.equal([]);
    expect(first).to.include({ name: 'replication', runs: 3, passed: 2, failed: 0, skipped: 1 });
    expect(second).to.include({ name: 'failover', runs: 3, passed: 2, failed: 1, skipped: 0 });
  });

  it('takes the figures of those runs that had one, and has none where no run had', () => {
    expect(second?.outageMs).to.deep.equal({
      count: 2,
      min: 6000,
      median: 6500,
      max: 7000,
    });
    expect(second?.writableMs?.count).to.equal(2);
    expect(second?.readyMs).to.deep.include({ count: 2, min: 30, median: 35, max: 40 });
    expect(second?.phases.detection?.count).to.equal(2);
    expect(first).not.to.have.any.keys('outageMs', 'writableMs');
    expect(first?.phases).to.deep.equal({});
  });

  it('adds up the writes of all runs', () => {
    expect(second).to.include({ acknowledged: 2 * LEDGER.acknowledged, lost: 2 * LEDGER.lost });
    expect(first).to.include({ acknowledged: 0, lost: 0 });
  });

  it('counts how an incident came out, so that two outcomes are not taken for one', () => {
    const incident = (outcome: 'reproduced' | 'fixed-here') =>
      replication({ incident: { link: 'https://example.org', reported: 'so', outcome } });
    const [summary] = summarise(
      ['replication'],
      [
        run(1, 40, incident('reproduced')),
        run(2, 40, incident('fixed-here')),
        run(3, 40, incident('reproduced')),
      ],
    );
    expect(summary?.outcomes).to.deep.equal([
      { outcome: 'reproduced', runs: 2 },
      { outcome: 'fixed-here', runs: 1 },
    ]);
    expect(first).not.to.have.property('outcomes');
  });
});
