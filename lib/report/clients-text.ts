/** What client libraries met, for people. */
import { say } from '../render/texts.js';
import { clean, item, seconds, table } from './layout.js';
import type { Telling } from './style.js';
import type { LibraryClientResult } from './types.generated.js';

/** A line for each, and what their writes failed with; empty without any. */
export function clientsTable(
  clients: readonly LibraryClientResult[],
  { t, style, decimal }: Telling,
): string[] {
  if (clients.length === 0) return [];
  const words = t.clients;
  const time = (ms: number | null) => (ms === null ? '–' : seconds(ms).replace('.', decimal));
  const rows = clients.map((each) => [
    `  ${time(each.againMs)}`,
    time(each.outageMs),
    ...[each.acknowledged, each.lost, each.failed, each.twice].map((count) => String(count ?? '–')),
    `${clean(each.client)} ${clean(each.version)}`,
  ]);
  const { again, longest, acknowledged, lost, failed, twice } = words;
  const numbers = [again, longest, acknowledged, lost, failed, twice];
  return [
    ...table(
      [...numbers.map((title) => ({ title, align: 'right' as const })), { title: words.client }],
      rows,
      style.width,
    ),
    ...clients.flatMap(({ client, errors, stuck, againMs, ended }) => [
      ...(errors.length > 0
        ? item('  ', `${clean(client)}: ${clean(errorsText(errors))}`, style.width)
        : []),
      ...(stuck
        ? item('  ', say(words.isStuck, { client: clean(client) }), style.width).map(style.bad)
        : []),
      ...(againMs === null
        ? item('  ', say(words.neverAgain, { client: clean(client) }), style.width).map(style.bad)
        : []),
      ...(ended === null
        ? []
        : item(
            '  ',
            say(words.ended, { client: clean(client), said: clean(ended) }),
            style.width,
          ).map(style.bad)),
    ]),
  ];
}

/** `ECONNREFUSED 12, READONLY 3` */
export function errorsText(errors: LibraryClientResult['errors']): string {
  return errors.map(({ kind, count }) => `${kind} ${count}`).join(', ');
}
