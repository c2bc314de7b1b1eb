/** The labs of a user as a table for people. */

import { clean, eachLine, item, table } from './layout.js';
import { speechIn } from './speech.js';
import { PLAIN, type Style } from './style.js';
import type { LabList } from './types.generated.js';

const NONE = '–';

/**
 * Lines joined by newlines, none at the end.
 * @param downs The command line that takes each of the labs down.
 */
export function labsReport(
  { labs }: LabList,
  downs: readonly string[],
  style: Style = PLAIN,
  lang?: string,
): string {
  const t = speechIn(lang).t.list;
  if (labs.length === 0) return t.none;
  const [titles = '', ...rows] = table(
    [t.name, t.backend, t.state, t.folder].map((title) => ({ title })),
    labs.map(({ name, backend, state, folder }) => [
      clean(name),
      backend,
      t.states[state],
      folder === null ? NONE : clean(folder),
    ]),
    style.width,
  );
  return [
    eachLine(titles, style.faint),
    ...rows,
    ...labs.flatMap(({ name, problem }) =>
      problem === null ? [] : item('✗ ', clean(`${name}: ${problem}`), style.width).map(style.bad),
    ),
    '',
    t.down,
    ...downs.map((down) => `  ${down}`),
  ].join('\n');
}
