/** Whatever clients do: nothing is found in what a good store answers, and what is wrong with a bad one is. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { History } from '../../lib/oracle/history.js';
import { judge } from '../../lib/oracle/judge.js';
import type { FindingKind } from '../../lib/oracle/part.js';
import { expectShortest } from './support/histories.js';
import { isLinearizable } from './support/linearizable.js';
import {
  finalOf,
  handedOver,
  isAcknowledged,
  listOf,
  plans,
  readsOf,
  simulated,
  split,
  withLists,
} from './support/simulated.js';

const kindsIn = (history: History) => new Set(judge(history).findings.map(({ kind }) => kind));
const without = (list: readonly string[], value: string) => list.filter((each) => each !== value);

/** What is done to a good history, with a number to choose by; undefined where it cannot be done. */
type Anomaly = (history: History, choice: number) => History | undefined;

const pick = <T>(list: readonly T[], choice: number): T | undefined => list[choice % list.length];

/** Two values of which one was there before the other was sent. */
function inOrder(history: History, choice: number): [string, string] | undefined {
  const sent = history.operations.flatMap((each) => (each.kind === 'append' ? [each] : []));
  const pairs = history.operations.filter(isAcknowledged).flatMap((one) =>
    sent
      .filter(({ value, invokedAt }) => {
        return one.answeredAt < invokedAt && finalOf(history).includes(value);
      })
      .map(({ value }): [string, string] => [one.value, value]),
  );
  return pick(pairs, choice);
}

const ANOMALIES: readonly [FindingKind, string, Anomaly][] = [
  [
    'lost',
    'an acknowledged append is dropped',
    (history, choice) => {
      const append = pick(history.operations.filter(isAcknowledged), choice);
      return append && withLists(history, (list) => without(list, append.value));
    },
  ],
  [
    'lost',
    'what was read is dropped at the end',
    (history, choice) => {
      const value = pick(readsOf(history).flatMap(listOf), choice);
      if (value === undefined) return undefined;
      return withLists(history, (list, read) => (read ? list : without(list, value)));
    },
  ],
  [
    'duplicated',
    'a value is there again',
    (history, choice) => {
      const value = pick(finalOf(history), choice);
      if (value === undefined) return undefined;
      return withLists(history, (list) => {
        const at = (choice >> 4) % (list.length + 1);
        return list.includes(value) ? list.toSpliced(at, 0, value) : list;
      });
    },
  ],
  [
    'reordered',
    'two values change places',
    (history, choice) => {
      const [one, other] = inOrder(history, choice) ?? [];
      if (one === undefined) return undefined;
      const swap = new Map([
        [one, other],
        [other, one],
      ]);
      return withLists(history, (list) => list.map((value) => swap.get(value) ?? value));
    },
  ],
  [
    'phantom',
    'a value is inserted that nobody appended',
    (history, choice) =>
      withLists(history, (list) => list.toSpliced(choice % (list.length + 1), 0, 'x')),
  ],
  [
    'phantom',
    'an append that happened is told as refused',
    (history, choice) => {
      const value = pick(finalOf(history), choice);
      const operations = history.operations.map((each) =>
        each.kind === 'append' && each.value === value
          ? { ...each, outcome: 'refused' as const }
          : each,
      );
      return value === undefined ? undefined : { ...history, operations };
    },
  ],
  [
    'stale',
    'a read shows an earlier state',
    (history, choice) => {
      const known = history.operations.filter(isAcknowledged);
      const reads = readsOf(history).flatMap((read) =>
        known
          .filter(({ answeredAt }) => answeredAt < read.invokedAt)
          .map(({ value }) => ({ read, value })),
      );
      const chosen = pick(reads, choice);
      if (!chosen) return undefined;
      return withLists(history, (list, read) => {
        const isIt =
          read?.client === chosen.read.client && read.invokedAt === chosen.read.invokedAt;
        return isIt ? list.slice(0, list.indexOf(chosen.value)) : list;
      });
    },
  ],
  [
    'forked',
    'a read shows other values than those at the end',
    (history, choice) => {
      const reads = readsOf(history).filter((read) => listOf(read).length > 1);
      const chosen = pick(reads, choice);
      if (!chosen) return undefined;
      return withLists(history, (list, read) => {
        const isIt = read?.client === chosen.client && read.invokedAt === chosen.invokedAt;
        return isIt ? [...list.slice(0, -2), ...list.slice(-2).toReversed()] : list;
      });
    },
  ],
];

describe('the oracle, whatever clients do,', function () {
  this.timeout(240_000);

  it('finds nothing in what a good store answers', () => {
    fc.assert(
      fc.property(plans(60), (list) => {
        expect(judge(simulated(list)).findings).to.deep.equal([]);
      }),
    );
  });

  it('finds nothing where one node after the other is the master, and nothing is lost', () => {
    fc.assert(
      fc.property(plans(60), fc.integer({ min: 1, max: 40 }), (list, every) => {
        expect(judge(handedOver(list, every)).findings).to.deep.equal([]);
      }),
    );
  });

  it('accounts for every append', () => {
    fc.assert(
      fc.property(plans(60), fc.nat(), (list, choice) => {
        const history = withLists(simulated(list), (each) => each.slice(0, choice % 20));
        const { account } = judge(history);
        const { attempted, acknowledged, kept, lost, refused, unknown, unknownKept } = account;
        const appends = history.operations.filter(({ kind }) => kind === 'append');
        expect(attempted).to.equal(appends.length);
        expect(acknowledged + refused + unknown).to.equal(attempted);
        expect(kept + lost).to.equal(acknowledged);
        expect(kept + unknownKept).to.equal(finalOf(history).length);
      }),
    );
  });

  for (const [kind, title, plant] of ANOMALIES) {
    it(`finds that ${title} (${kind}), and shows it by the shortest part`, () => {
      let planted = 0;
      fc.assert(
        fc.property(plans(30), fc.nat(), (list, choice) => {
          const history = plant(simulated(list), choice);
          if (!history) return;
          planted += 1;
          const { findings, verdict } = judge(history);
          expect(findings.map((each) => each.kind)).to.include(kind);
          expect(verdict).to.equal('failed');
          for (const finding of findings) expectShortest(finding);
        }),
        { numRuns: 150 },
      );
      expect(planted).to.be.greaterThan(20);
    });
  }

  it('finds that a master is lost with what no replica had, and takes it for nothing else', () => {
    const costs = new Set<FindingKind>();
    fc.assert(
      fc.property(plans(60), fc.nat(60), fc.nat(5), (list, at, behind) => {
        const history = split(list, { at, behind, stays: [] });
        const { findings, verdict } = judge(history, ['lost', 'forked']);
        expect(verdict, JSON.stringify(findings)).to.equal('passed');
        for (const { kind } of findings) costs.add(kind);
      }),
    );
    expect([...costs].sort()).to.deep.equal(['forked', 'lost']);
  });

  it('finds two masters by what each acknowledged', () => {
    let both = 0;
    fc.assert(
      fc.property(plans(80), fc.integer({ min: 5, max: 60 }), fc.nat(3), (list, at, behind) => {
        const history = split(list, { at, behind, stays: ['c0'] });
        const { findings } = judge(history);
        const gone = history.operations
          .filter(isAcknowledged)
          .filter(({ value }) => !finalOf(history).includes(value));
        const lost = findings.filter((each) => each.message.code === 'oracle.lost');
        expect(lost).to.have.lengthOf(gone.length);
        const taken = history.operations.filter(isAcknowledged).filter(({ value }) => {
          return finalOf(history).includes(value);
        });
        const ofNew = taken.filter(({ node }) => node === 'slave1');
        const between = gone.filter(
          (each) =>
            ofNew.some(({ answeredAt }) => answeredAt < each.invokedAt) &&
            ofNew.some(({ invokedAt }) => invokedAt > each.answeredAt),
        );
        const spans = findings.filter((each) => each.kind === 'two-masters');
        expect(spans.length > 0).to.equal(between.length > 0);
        both += spans.length;
        for (const finding of findings) expectShortest(finding);
        for (const kind of ['duplicated', 'reordered', 'phantom'] as const) {
          expect(kindsIn(history)).not.to.include(kind);
        }
      }),
      { numRuns: 150 },
    );
    expect(both).to.be.greaterThan(10);
  });

  it('finds something exactly where no order of the operations explains what was seen', () => {
    const counts = { explained: 0, not: 0 };
    const change = fc.record({ anomaly: fc.nat(ANOMALIES.length), choice: fc.nat() });
    fc.assert(
      fc.property(plans(7), fc.array(change, { maxLength: 2 }), (list, changes) => {
        const history = changes.reduce((so, { anomaly, choice }) => {
          return ANOMALIES[anomaly]?.[2](so, choice) ?? so;
        }, simulated(list));
        const explained = isLinearizable(history);
        counts[explained ? 'explained' : 'not'] += 1;
        expect(judge(history).verdict).to.equal(explained ? 'passed' : 'failed');
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(counts.explained, counts.not)).to.be.greaterThan(100);
  });
});
