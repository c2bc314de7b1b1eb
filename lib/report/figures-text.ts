/** The figures of a scenario as a table for people. */
import { say, textsOf } from '../render/texts.js';
import { item, seconds, table, WIDTH } from './layout.js';
import type { Telling } from './style.js';
import type { ScenarioResult } from './types.generated.js';

/**
 * Empty where nothing was measured.
 * @param isShort Only the phases, without what each of them ends with
 */
export function figuresTable(
  { phases, writableMs, outageMs }: ScenarioResult,
  telling: Telling,
  isShort = false,
): string[] {
  const { story } = telling.t;
  const { bounds, phases: names, writable, outage } = textsOf('report', telling.lang);
  const inSeconds = (ms: number) => seconds(ms).replace('.', telling.decimal);
  const figure = (name: string, ms: number | null, what: string) =>
    ms === null ? [] : [[`  ${name}`, inSeconds(ms), '', what]];
  const rows = [
    ...phases.map(({ name, ms, predicted }) => [
      `  ${names[name]}`,
      ms === null ? story.notSeen : inSeconds(ms),
      `${inSeconds(predicted.minMs)}–${inSeconds(predicted.maxMs)}`,
      isShort ? '' : say(story.until, { what: bounds[name].to }),
    ]),
    ...(isShort
      ? []
      : [
          ...figure(writable.name, writableMs, story.writable),
          ...figure(outage.name, outageMs, story.outage),
        ]),
  ];
  if (rows.length === 0) return [];
  const right = (title: string) => ({ title, align: 'right' as const });
  const [titles = '', ...lines] = table(
    [{ title: '' }, right(story.seconds), right(story.predicted), { title: '' }],
    rows,
  );
  const { faint, width = WIDTH } = telling.style;
  return [
    faint(titles),
    ...lines.flatMap((line, i) => wrapLast(line, rows[i]?.at(-1) ?? '', width)),
  ];
}

/** A text needs so many columns. */
const LEAST = 24;

/** A row that is too wide goes on under its last cell, or where that has too little room, on a line of its own. */
function wrapLast(line: string, cell: string, width: number): string[] {
  const lead = line.slice(0, line.length - cell.length);
  if (cell === '' || width - lead.length >= LEAST) return item(lead, cell, width);
  return [lead.trimEnd(), ...item(' '.repeat(4), cell, width)];
}
