/** Whether the ledger and the oracle, which know nothing of each other, say the same. */
import type { Append, History } from '../../../lib/oracle/history.js';
import { judge } from '../../../lib/oracle/judge.js';
import type { LedgerResult } from '../../../lib/report/types.generated.js';
import { Ledger } from '../../../lib/verify/ledger.js';

const KEY = 'ledger';

/** Makes ledgers that ask the oracle each time that they are balanced. */
export class Witnesses {
  /** What the two said, where it was not the same. */
  readonly differences: string[] = [];

  ledger(): Ledger {
    const { differences } = this;
    return new (class extends Ledger {
      override result(stored: ReadonlySet<number>, everyMs: number, zero: number): LedgerResult {
        const result = super.result(stored, everyMs, zero);
        const said = [wordsOf(this, stored, result), wordsOfOracle(this, stored)];
        if (said[0] !== said[1]) differences.push(said.join(' against the oracle: '));
        return result;
      }
    })();
  }
}

function wordsOf(ledger: Ledger, stored: ReadonlySet<number>, result: LedgerResult): string {
  const { attempted, acknowledged, kept, lost, refused, unknown, unknownKept } = result;
  const unexplained = ledger.faults(0, stored).find(({ code }) => code === 'ledger.unexplained');
  return JSON.stringify([
    { attempted, acknowledged, kept, lost, refused, unknown, unknownKept },
    result.lostRecords,
    unexplained?.values['count'] ?? 0,
  ]);
}

function wordsOfOracle(ledger: Ledger, stored: ReadonlySet<number>): string {
  const { account, findings } = judge(historyOf(ledger, stored));
  const of = (wanted: string) => findings.filter(({ kind }) => kind === wanted);
  const lost = of('lost').map(({ message }) => Number(message.values['value']));
  return JSON.stringify([account, lost, of('phantom').length]);
}

/** Its records are those of one client, which are stored in the order of their numbers. */
function historyOf({ entries }: Ledger, stored: ReadonlySet<number>): History {
  const operations = entries.map(({ number, at, settledAt, outcome, node }): Append => {
    const asked = { client: 'client', key: KEY, value: String(number), invokedAt: at, outcome };
    const answer = outcome === 'unknown' ? {} : { answeredAt: settledAt };
    return { kind: 'append', ...asked, ...answer, ...(node === undefined ? {} : { node }) };
  });
  const list = [...stored].toSorted((a, b) => a - b).map(String);
  return { operations, final: { [KEY]: list } };
}
