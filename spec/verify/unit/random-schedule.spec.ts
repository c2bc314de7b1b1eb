/** Schedules of faults at random moments. */
import { expect } from 'chai';
import { allFaults } from '../../../lib/faults/registry.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { stepWord } from '../../../lib/report/random-text.js';
import { scheduleOf } from '../../../lib/scenarios/random/schedule.js';

const SEEDS = Array.from({ length: 400 }, (_, i) => i);

describe('a schedule that is drawn', () => {
  const lab = buildLab({
    nodes: [{ role: 'master' }, {}, {}, { role: 'sentinel', name: 'witness' }],
  }).model;
  const { downAfterMs, failoverTimeoutMs } = lab.sentinel;

  it('is the same for the same seed, and another one for another', () => {
    const drawn = SEEDS.map((seed) => JSON.stringify(scheduleOf(seed, lab, allFaults())));
    expect(SEEDS.map((seed) => JSON.stringify(scheduleOf(seed, lab, allFaults())))).to.deep.equal(
      drawn,
    );
    expect(new Set(drawn).size).to.be.above(SEEDS.length * 0.99);
  });

  it('has every fault, on every node that it can be for', () => {
    const steps = SEEDS.flatMap((seed) => scheduleOf(seed, lab, allFaults()));
    for (const { kind, target } of allFaults()) {
      const nodes = new Set(steps.filter(({ fault }) => fault === kind).map(({ node }) => node));
      expect(nodes.has('witness'), kind).to.equal(target !== 'redis');
      expect(nodes.has('master'), kind).to.equal(true);
    }
  });

  it('has two that overlap, or not, within what a failover takes', () => {
    let overlapping = 0;
    for (const seed of SEEDS) {
      const [first, second, ...more] = scheduleOf(seed, lab, allFaults());
      if (!first || !second) throw new Error('too few');
      expect(more).to.deep.equal([]);
      expect(first.atMs).to.be.within(0, downAfterMs);
      expect(second.atMs - first.atMs).to.be.within(0, 3 * downAfterMs);
      for (const { forMs } of [first, second]) {
        expect(forMs).to.be.within(100, 100 + 1.5 * (downAfterMs + failoverTimeoutMs));
      }
      if (second.atMs < first.atMs + first.forMs) overlapping += 1;
    }
    expect(overlapping).to.be.within(SEEDS.length * 0.3, SEEDS.length * 0.95);
  });

  it('is a word for each step', () => {
    const step = { atMs: 1200.4, fault: 'slow', node: 'master', forMs: 3000 };
    expect(stepWord(step)).to.equal('slow:master:1200:3000');
    expect(stepWord({ ...step, options: { delayMs: 300, lossPercent: 5 } })).to.equal(
      'slow:master:1200:3000:delayMs=300:lossPercent=5',
    );
  });
});
