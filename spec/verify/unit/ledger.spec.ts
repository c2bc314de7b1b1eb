import { expect } from 'chai';
import fc from 'fast-check';
import { quoted } from '../../../lib/report/messages.js';
import { type Entry, Ledger } from '../../../lib/verify/ledger.js';

/** What became of each write, and whether it is stored at the end. */
const fates = fc.array(
  fc.record({
    outcome: fc.constantFrom<Entry['outcome'][]>('acknowledged', 'refused', 'unknown'),
    stored: fc.boolean(),
    reason: fc.constantFrom('', 'READONLY', 'ECONNREFUSED'),
  }),
  { maxLength: 60 },
);

function booksOf(list: readonly { outcome: Entry['outcome']; stored: boolean; reason: string }[]) {
  const ledger = new Ledger();
  const stored = new Set<number>();
  for (const [index, fate] of list.entries()) {
    const number = index + 1;
    const accepted = fate.outcome === 'acknowledged' || fate.reason === '';
    const reason = accepted ? undefined : quoted(fate.reason);
    const { outcome } = fate;
    ledger.add({ number, at: index * 10, settledAt: index * 10 + 1, outcome, reason, node: 'a' });
    if (fate.stored && outcome !== 'refused') stored.add(number);
  }
  return { ledger, stored };
}

describe('the ledger', () => {
  it('balances, whatever became of the writes', () => {
    fc.assert(
      fc.property(fates, (list) => {
        const { ledger, stored } = booksOf(list);
        const result = ledger.result(stored, 10, 100);
        const { attempted, acknowledged, refused, unknown, kept, lost, unknownKept } = result;
        expect(attempted).to.equal(list.length);
        expect(acknowledged + refused + unknown).to.equal(attempted);
        expect(kept + lost).to.equal(acknowledged);
        expect(kept + unknownKept).to.equal(stored.size);
        expect(result.lostRecords).to.have.lengthOf(lost);
        expect(ledger.faults(list.length, stored)).to.deep.equal([]);
      }),
    );
  });

  it('shows every write in one stretch, in order', () => {
    fc.assert(
      fc.property(fates, (list) => {
        const { ledger, stored } = booksOf(list);
        const { stretches, lost } = ledger.result(stored, 10, 0);
        const numbers = stretches.flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, i) => first + i),
        );
        expect(numbers).to.deep.equal(list.map((_, index) => index + 1));
        const gone = stretches.filter(({ outcome }) => outcome === 'lost');
        expect(gone.reduce((sum, { first, last }) => sum + last - first + 1, 0)).to.equal(lost);
        for (const [index, each] of stretches.entries()) {
          const before = stretches[index - 1];
          expect(`${before?.outcome} ${before?.reason}`).not.to.equal(
            `${each.outcome} ${each.reason}`,
          );
        }
      }),
    );
  });

  it('says what does not balance', () => {
    const { ledger } = booksOf([
      { outcome: 'acknowledged', stored: true, reason: '' },
      { outcome: 'refused', stored: false, reason: 'READONLY' },
    ]);
    const twice = ledger.entries[0] as Entry;
    ledger.add(twice);
    const faults = ledger.faults(3, new Set([1, 2, 7]));
    expect(faults.map(({ code, values }) => [code, values['records']])).to.deep.equal([
      ['ledger.missing', '3'],
      ['ledger.twice', '1'],
      ['ledger.unexplained', '2, 7'],
    ]);
    const many = ledger.faults(3, new Set([11, 12, 13, 14, 15, 16]));
    expect(many.at(-1)?.values).to.include({ count: 6, records: '11, 12, 13, 14, 15, …' });
  });

  it('finds the writes on both sides of a moment', () => {
    const { ledger } = booksOf(
      ['acknowledged', 'unknown', 'refused', 'acknowledged'].map((outcome) => ({
        outcome: outcome as Entry['outcome'],
        stored: true,
        reason: '',
      })),
    );
    expect(ledger.lastAcknowledgedSentBefore(15)?.number).to.equal(1);
    expect(ledger.lastAcknowledgedSentBefore(-1)).to.equal(undefined);
    expect(ledger.firstAcknowledgedAfter(0)?.number).to.equal(4);
    expect(ledger.firstAcknowledgedAfter(30)).to.equal(undefined);
  });
});
