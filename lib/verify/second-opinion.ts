/** The oracle counts what the ledger has counted: neither knows of the other, and they must agree. */
import type { History } from '../oracle/history.js';
import { judge } from '../oracle/judge.js';
import { type Message, message } from '../report/messages.js';
import type { Ledger } from './ledger.js';
import { WRITE_EVERY_MS } from './writer.js';

/** What the oracle counts otherwise; nothing where both agree. Of a ledger that does not balance it says nothing. */
export function disagreement(ledger: Ledger, stored: ReadonlySet<number>): Message[] {
  const { entries } = ledger;
  if (new Set(entries.map(({ number }) => number)).size < entries.length) return [];
  const key = 'ledger';
  const history: History = {
    operations: entries.map(({ number, at, settledAt, outcome, node }) => ({
      kind: 'append',
      client: key,
      key,
      value: String(number),
      invokedAt: at,
      outcome,
      ...(outcome === 'unknown' ? {} : { answeredAt: settledAt }),
      ...(node === undefined ? {} : { node }),
    })),
    final: { [key]: [...stored].toSorted((a, b) => a - b).map(String) },
  };
  const { attempted, acknowledged, kept, lost, refused, unknown, unknownKept } =
    judge(history).account;
  const counted = { attempted, acknowledged, kept, lost, refused, unknown, unknownKept };
  const { intervalMs, lostRecords, stretches, ...sums } = ledger.result(stored, WRITE_EVERY_MS, 0);
  const same = Object.entries(counted).every(
    ([name, count]) => sums[name as keyof typeof sums] === count,
  );
  return same ? [] : [message('ledger.oracle', counted)];
}
