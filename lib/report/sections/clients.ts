/** What client libraries met. */
import { errorsText } from '../clients-text.js';
import { type ReportTexts, timeIn } from '../drawing/pen.js';
import { stripsDrawing } from '../drawing/strips.js';
import { clean } from '../layout.js';
import type { LibraryClientResult } from '../types.generated.js';
import type { Section } from './section.js';
import { number, own, type PageTable, table } from './tables.js';

export const clients: Section = {
  id: 'clients',
  draw({ scenario }, pen) {
    const t = pen.texts.clients;
    const strips = (scenario?.clients ?? []).map(({ client, outageMs, againMs, stuck }) => {
      const name = clean(client);
      const values = [{ value: outageMs, name, isBad: stuck || againMs === null }];
      return { name, values, median: outageMs };
    });
    return stripsDrawing({ title: t.heading, unit: 'ms', axis: t.axis, strips, row: t.row }, pen);
  },
  text: ({ scenario }, texts) => ({
    heading: texts.clients.heading,
    caption: texts.clients.caption,
    tables: [clientsTable(scenario?.clients ?? [], texts)],
  }),
};

function clientsTable(all: readonly LibraryClientResult[], texts: ReportTexts): PageTable {
  const t = texts.clients;
  const count = (value: number | null) => number(value === null ? '–' : String(value));
  return table(
    t.table,
    [t.client, t.again, t.longest, t.acknowledged, t.lost, t.failed, t.twice, t.errors, t.end],
    all.map((each) => [
      own(clean(`${each.client} ${each.version}`)),
      number(each.againMs === null ? '–' : timeIn(texts, each.againMs)),
      number(timeIn(texts, each.outageMs)),
      count(each.acknowledged),
      count(each.lost),
      count(each.failed),
      count(each.twice),
      own(clean(errorsText(each.errors))),
      own(endOf(each, t)),
    ]),
  );
}

function endOf({ stuck, againMs, ended }: LibraryClientResult, t: ReportTexts['clients']): string {
  if (ended !== null) return clean(ended);
  if (againMs === null) return t.never;
  return stuck ? t.stuck : '';
}
