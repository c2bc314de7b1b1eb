/** What a fault can be told: everything that is wrong with it is said at once, and the other end is filled in. */
import { expect } from 'chai';
import { optionProblems, settled } from '../../lib/faults/check-options.js';
import type { FaultOptions } from '../../lib/faults/options.js';
import { allFaults } from '../../lib/faults/registry.js';
import { buildLab } from '../../lib/lab/lab.js';

const lab = buildLab().model;

const fault = (kind: string) => {
  const found = allFaults().find((each) => each.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return found;
};

const problems = (
  kind: string,
  options: FaultOptions & { readonly forMs?: number },
  nodes: readonly string[] = ['master'],
) => optionProblems(fault(kind), nodes, lab, options);

describe('the options of a fault', () => {
  it('are taken as they are, where there is nothing wrong', () => {
    expect(problems('crash', {})).to.deep.equal([]);
    expect(problems('crash', { forMs: 1000 })).to.deep.equal([]);
    expect(problems('partition', { from: ['slave1'], oneWay: 'in' })).to.deep.equal([]);
    expect(
      problems('partition', { from: ['slave1', 'master'], traffic: 'sentinel' }),
    ).to.deep.equal([]);
    const all = { delayMs: 200, jitterMs: 200, lossPercent: 5, rateKbit: 1000, forMs: 30_000 };
    expect(problems('slow', all)).to.deep.equal([]);
  });

  it('are refused by a fault that does not take them', () => {
    expect(problems('crash', { delayMs: 5, from: ['slave1'] })).to.deep.equal([
      'crash takes only forMs, not delayMs, from.',
    ]);
    expect(problems('stall', { oneWay: 'in' })).to.deep.equal([
      'stall takes no option, not oneWay.',
    ]);
    expect(problems('stall', { forMs: 5 })).to.deep.equal([
      'stall does not go with forMs: it is over by itself.',
    ]);
    expect(problems('power-off', { forMs: 5 })).to.deep.equal([
      'power-off does not go with forMs: a node whose power is gone is started by redis-lab heal.',
    ]);
  });

  it('are refused all at once', () => {
    const wrong = { delayMs: 0, jitterMs: 7, lossPercent: 101, rateKbit: 7.9, forMs: Number.NaN };
    expect(
      problems('slow', { ...wrong, from: ['slave1', 'slave9', 'master'], oneWay: 'up' as 'in' }),
    ).to.deep.equal([
      'delayMs is a number of milliseconds from 1 to 60000, not 0.',
      'lossPercent is a percentage above 0, up to 100, not 101.',
      'rateKbit is a number of kilobits per second from 8 to 10000000, not 7.9.',
      'forMs is a number of milliseconds from 1 to 86400000, not null.',
      'oneWay is in or out, not "up".',
      'from names slave9, and the nodes of the lab are master, slave1, slave2.',
      'from names master, which cannot be both ends.',
      'jitterMs is at most delayMs, by which it varies.',
    ]);
  });

  it('must leave an other end, and something to do', () => {
    expect(problems('slow', {})).to.deep.equal([
      'slow needs one of delayMs, lossPercent, rateKbit.',
    ]);
    expect(problems('partition', {}, ['master', 'slave1', 'slave2'])).to.deep.equal([
      'All nodes are named, and none is left for the other end.',
    ]);
    expect(problems('crash', {}, ['master', 'slave1', 'slave2'])).to.deep.equal([]);
    expect(problems('partition', { from: [] })).to.deep.equal(['from names no node.']);
    expect(problems('partition', { traffic: 'sentinel', oneWay: 'in' })).to.deep.equal([
      'traffic sentinel is one way already, to the Redis server. Leave oneWay out.',
    ]);
  });

  it('have the other end filled in', () => {
    const ends = (nodes: readonly string[], options: FaultOptions) =>
      settled(fault('partition'), nodes, lab, options).from;
    expect(ends(['master'], {})).to.deep.equal(['slave1', 'slave2']);
    expect(ends(['master', 'slave2'], {})).to.deep.equal(['slave1']);
    expect(ends(['master'], { traffic: 'sentinel' })).to.deep.equal(['master', 'slave1', 'slave2']);
    expect(ends(['master'], { from: ['slave2'] })).to.deep.equal(['slave2']);
    expect(settled(fault('crash'), ['master'], lab, {})).to.deep.equal({});
  });
});
