/** What became of every write. */
import { say } from '../../render/texts.js';
import { ledgerDrawing } from '../drawing/ledger.js';
import { type ReportTexts, secondsIn } from '../drawing/pen.js';
import { type Language, toldIn } from '../messages.js';
import type { HistoryResult, LedgerResult } from '../types.generated.js';
import type { Section } from './section.js';
import { cell, number, own, type PageTable, table } from './tables.js';

export const ledger: Section = {
  id: 'ledger',
  draw: ({ scenario }, pen) => scenario && ledgerDrawing(scenario, pen),
  text: ({ scenario }, texts, language) => ({
    heading: texts.ledger.heading,
    caption: say(texts.ledger.caption, { interval: String(scenario?.ledger?.intervalMs) }),
    remarks: [
      ...(scenario?.ledger ? ledgerRemarks(scenario.ledger, texts) : []),
      ...(scenario?.history ? [say(texts.history.sums, countsOf(scenario.history))] : []),
      ...(scenario?.history?.findings.length ? [texts.history.values] : []),
    ],
    tables: [
      ...(scenario?.ledger ? [stretchesTable(scenario.ledger, texts, language)] : []),
      ...(scenario?.history?.findings.length
        ? [findingsTable(scenario.history, texts, language)]
        : []),
    ],
  }),
};

function ledgerRemarks(ledger: LedgerResult, texts: ReportTexts): string[] {
  return [
    ...(ledger.unknown > 0 ? [say(texts.ledger.unknownKept, { count: ledger.unknownKept })] : []),
    ...(ledger.lostRecords.length > 0
      ? [say(texts.ledger.lostRecords, { records: spans(ledger.lostRecords) })]
      : []),
  ];
}

/** `3, 7–12`: neighbours together. */
export function spans(numbers: readonly number[]): string {
  const found: [first: number, last: number][] = [];
  for (const each of numbers) {
    const last = found.at(-1);
    if (last && each === last[1] + 1) last[1] = each;
    else found.push([each, each]);
  }
  return found.map(([first, last]) => (first === last ? first : `${first}–${last}`)).join(', ');
}

function stretchesTable(
  { stretches }: LedgerResult,
  texts: ReportTexts,
  language: Language,
): PageTable {
  const t = texts.ledger;
  return table(
    t.table,
    [t.records, t.outcome, t.from, t.to, t.reason],
    stretches.map(({ outcome, reason, reasonCodes, first, last, fromMs, toMs }) => [
      number(first === last ? String(first) : `${first}–${last}`),
      own(texts.outcomes[outcome]),
      number(secondsIn(texts, fromMs)),
      number(secondsIn(texts, toMs)),
      cell(toldIn(language, reason, reasonCodes)),
    ]),
  );
}

function countsOf({ clients, attempted, acknowledged, lost, reads }: HistoryResult) {
  return { clients, attempted, acknowledged, lost, reads };
}

function findingsTable(
  { findings }: HistoryResult,
  texts: ReportTexts,
  language: Language,
): PageTable {
  const t = texts.history;
  return table(
    t.table,
    [t.kind, t.count, t.allowed, t.first],
    findings.map(({ kind, count, allowed, first, firstCodes }) => [
      own(t.kinds[kind]),
      number(String(count)),
      own(allowed ? t.yes : t.no),
      cell(toldIn(language, first, firstCodes)),
    ]),
  );
}
