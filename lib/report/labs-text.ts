/** The labs of a user as a table for people. */

import { clean, item, table } from './layout.js';
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
): string {
  if (labs.length === 0) return 'There are no labs of yours here. To bring one up: redis-lab up';
  const [titles = '', ...rows] = table(
    COLUMNS,
    labs.map(({ name, backend, state, folder }) => [
      clean(name),
      backend,
      state,
      folder === null ? NONE : clean(folder),
    ]),
  );
  return [
    style.faint(titles),
    ...rows,
    ...labs.flatMap(({ name, problem }) =>
      problem === null ? [] : item('✗ ', clean(`${name}: ${problem}`)).map(style.bad),
    ),
    '',
    'To take down:',
    ...downs.map((down) => `  ${down}`),
  ].join('\n');
}

const COLUMNS = [{ title: 'name' }, { title: 'backend' }, { title: 'state' }, { title: 'folder' }];
