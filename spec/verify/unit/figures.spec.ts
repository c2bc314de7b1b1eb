import { expect } from 'chai';
import fc from 'fast-check';
import { buildLab } from '../../../lib/lab/lab.js';
import type { FailoverRun } from '../../../lib/scenarios/failover/failover-run.js';
import { measure } from '../../../lib/scenarios/measure.js';
import { Ledger } from '../../../lib/verify/ledger.js';
import { phases, promotionBounds } from '../../../lib/verify/phases.js';
import { statistics } from '../../../lib/verify/statistics.js';

describe('statistics', () => {
  it('are those of the sorted values', () => {
    expect(statistics([])).to.equal(undefined);
    expect(statistics([3])).to.deep.equal({ count: 1, min: 3, median: 3, max: 3 });
    expect(statistics([4, 1, 3, 2])).to.deep.equal({
      count: 4,
      min: 1,
      median: 2.5,
      max: 4,
    });
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(statistics(hundred)).to.deep.equal({
      count: 100,
      min: 1,
      median: 50.5,
      p95: 95,
      max: 100,
    });
  });

  it('are what a slow look at the values gives', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (values) => {
        const found = statistics(values);
        const sorted = [...values].sort((a, b) => a - b);
        const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
        const upper = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
        expect(found).to.include({
          count: values.length,
          min: Math.min(...values),
          median: (lower + upper) / 2,
          max: Math.max(...values),
        });
      }),
    );
  });

  it('have no percentile that would be the largest value', () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
    expect(statistics(upTo(19))).not.to.have.property('p95');
    expect(statistics(upTo(20))).to.include({ p95: 19, max: 20 });
  });

  it('have, for any number of runs that is enough, the rank that whole numbers give', () => {
    for (let count = 20; count <= 400; count++) {
      const values = Array.from({ length: count }, (_, i) => i + 1);
      const rank = Math.floor((95 * count + 99) / 100);
      expect(statistics(values)?.p95, `of ${count}`).to.equal(rank);
    }
  });

  it('have the nearest rank as p95: at least 95 of 100 values are not above it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 20 }), (values) => {
        const p95 = statistics(values)?.p95 ?? Number.NaN;
        expect(values).to.include(p95);
        const notAbove = values.filter((value) => value <= p95).length;
        expect(notAbove).to.be.at.least(0.95 * values.length);
        const below = values.filter((value) => value < p95).length;
        expect(below).to.be.lessThan(0.95 * values.length);
      }),
    );
  });
});

describe('the phases of an outage', () => {
  it('are, together, what lies between the fault and the first write after it', () => {
    const lengths = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), lengths, (fault, parts) => {
        let at = fault;
        const [sdown, odown, leader, writable, rediscovered] = parts.map((ms) => {
          at += ms;
          return at;
        });
        const found = phases({ fault, sdown, odown, leader, writable, rediscovered }, 1000);
        const sum = found.reduce((total, { ms }) => total + (ms ?? Number.NaN), 0);
        expect(sum).to.be.closeTo(at - fault, 1e-6);
      }),
    );
  });

  it('follow each other without a gap', () => {
    const parts = phases(
      { fault: 100, sdown: 1150, odown: 1200, leader: 1260, writable: 1400, rediscovered: 2300 },
      1000,
    );
    expect(parts.map(({ name, ms }) => [name, ms])).to.deep.equal([
      ['detection', 1050],
      ['agreement', 50],
      ['election', 60],
      ['promotion', 140],
      ['rediscovery', 900],
    ]);
    expect(parts.map(({ atMs }) => atMs)).to.deep.equal([0, 1050, 1100, 1160, 1300]);
    for (const { predicted } of parts) expect(predicted.minMs).to.be.at.most(predicted.maxMs);
    expect(parts[0]?.predicted).to.include({ minMs: 1000, maxMs: 2200 });
  });

  it('predict a later promotion where the new master wants replicas, which must be sent to it', () => {
    expect(promotionBounds(0)).to.deep.equal({});
    const [one, two] = [1, 2].map((min) => promotionBounds(min).promotion ?? [0, 0]);
    expect(one?.[1]).to.be.greaterThan(1000);
    expect(two?.[1]).to.be.greaterThan(one?.[1] ?? 0);
    const bounds = promotionBounds(1);
    const moments = { fault: 0, sdown: 1000, odown: 1100, leader: 1160, writable: 2200 };
    const parts = phases({ ...moments, rediscovered: 2300 }, 1000, { bounds });
    const promotion = parts.find(({ name }) => name === 'promotion');
    expect(promotion?.ms).to.be.within(
      promotion?.predicted.minMs ?? 0,
      promotion?.predicted.maxMs ?? 0,
    );
  });

  it('predict an election at once where one Sentinel needs no votes', () => {
    const moments = { fault: 0, sdown: 1000, odown: 1000, leader: 1000 };
    const least = (alone: boolean) =>
      phases({ ...moments, writable: undefined, rediscovered: undefined }, 1000, { alone }).find(
        ({ name }) => name === 'election',
      )?.predicted.minMs;
    expect([least(false), least(true)]).to.deep.equal([52, 0]);
  });

  it('leave out news that arrived after the write that followed from it', () => {
    const parts = phases(
      { fault: 0, sdown: 1050, odown: 1100, leader: 1500, writable: 1300, rediscovered: 2300 },
      1000,
    );
    expect(parts.map(({ ms }) => ms)).to.deep.equal([1050, 50, null, null, 1000]);
  });

  it('have no length where an end was not seen', () => {
    const parts = phases(
      {
        fault: 0,
        sdown: 1050,
        odown: undefined,
        leader: undefined,
        writable: undefined,
        rediscovered: undefined,
      },
      1000,
    );
    expect(parts.map(({ ms }) => ms)).to.deep.equal([1050, null, null, null, null]);
    expect(parts.map(({ atMs }) => atMs)).to.deep.equal([0, 1050, null, null, null]);
  });

  it('expect a shorter ping period of a shorter down-after', () => {
    const [detection] = phases(
      { fault: 0, sdown: 1, odown: 1, leader: 1, writable: 1, rediscovered: 1 },
      300,
    );
    expect(detection?.predicted).to.include({ minMs: 300, maxMs: 800 });
  });
});

describe('the sections of a failover', () => {
  /** What they are taken from, without the lab. */
  function failover(probed: number | undefined, fault = 1000): FailoverRun {
    const { model: lab } = buildLab();
    const [master, slave1] = lab.nodes;
    const ledger = new Ledger();
    const entry = { reason: undefined, outcome: 'acknowledged' } as const;
    ledger.add({ ...entry, number: 1, at: 990, settledAt: 991, node: 'master' });
    ledger.add({ ...entry, number: 2, at: 6300, settledAt: 6305, node: 'slave1' });
    const sections = {
      outageMs: null,
      writableMs: null,
      phases: [],
      ledger: null,
      promotion: null,
    };
    return {
      lab,
      master,
      fault,
      sections,
      listener: { first: () => undefined },
      writer: { ledger },
      probe: { accepted: probed === undefined ? undefined : { node: slave1, at: probed } },
    } as unknown as FailoverRun;
  }

  it('are what the client saw and what the probe saw, each for itself', () => {
    const found = failover(6000);
    measure(found, new Set([1, 2]));
    expect(found.sections).to.include({ outageMs: 5314, writableMs: 5000 });
    expect(found.sections.ledger).to.include({ attempted: 2, kept: 2, lost: 0 });
    expect(found.sections.phases.at(-1)).to.include({ atMs: 5000, ms: 305 });
  });

  it('take the first write that the new master accepted, whoever sent it', () => {
    for (const probed of [undefined, 6900]) {
      const found = failover(probed);
      measure(found, undefined);
      expect(found.sections).to.include({ outageMs: 5314, writableMs: 5305, ledger: null });
      expect(found.sections.phases.at(-1)).to.include({ atMs: 5305, ms: 0 });
    }
  });

  it('are none where there was no fault', () => {
    const found = failover(undefined, Number.POSITIVE_INFINITY);
    measure(found, new Set([1, 2]));
    expect(found.sections).to.deep.equal(failover(undefined).sections);
  });
});
