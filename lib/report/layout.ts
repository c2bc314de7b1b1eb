/** Laying out text in columns. What others wrote goes through {@link clean} first. */
import stringWidth from 'string-width';
import { visible } from '../errors.js';

/** A projector and a lecture's terminal are this wide, and so is a text that no terminal shows. */
export const WIDTH = 80;

/** What others wrote, on one line, without a character that could speak to a terminal. */
export function clean(text: string): string {
  return visible(text.replace(/\s*\r?\n\s*/g, ' '));
}

/** How many columns a text takes on a terminal: a Chinese letter or an emoji takes two, a mark on a letter none. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** The text, with blanks behind it up to that many columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/**
 * Lines of at most `width` columns, the second and later ones indented. A word that is longer than
 * a line stays whole: an address or a path must be there to copy.
 */
export function wrap(text: string, indent: number, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const room = width - (lines.length > 0 ? indent : 0);
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((each, i) => (i === 0 ? each : ' '.repeat(indent) + each));
}

/** `text` behind a lead such as `  ✓ `, with a hanging indent. */
export function item(lead: string, text: string, width = WIDTH): string[] {
  const indent = columnsOf(lead);
  return wrap(text, 0, width - indent).map(
    (line, i) => (i === 0 ? lead : ' '.repeat(indent)) + line,
  );
}

/** The line, cut with an ellipsis if it is too long, behind a word if there is one, and never within a letter. */
export function cut(line: string, width = WIDTH): string {
  if (columnsOf(line) <= width) return line;
  const begin = fitting(line, width - 1);
  const end = line[begin.length] === ' ' ? begin.length : begin.lastIndexOf(' ');
  const words = begin.slice(0, Math.max(end, 0)).trimEnd();
  return `${columnsOf(words) > width / 2 ? words : begin}…`;
}

/** As many letters as have room, with their marks. */
function fitting(text: string, width: number): string {
  let used = 0;
  for (const { segment, index } of new Intl.Segmenter().segment(text)) {
    used += columnsOf(segment);
    if (used > width) return text.slice(0, index);
  }
  return text;
}

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/**
 * The largest of `values` and `least`. A call takes no more than some ten thousand arguments, and the lists of a result
 * may be longer than that.
 */
export function largest(values: readonly number[], least = 0): number {
  return values.reduce((most, each) => Math.max(most, each), least);
}

/** Before what of a row has no room beside the rest. */
const FOLDED = '    ';

/**
 * Rows under titles, two blanks apart; the last column is not padded. Where they would be wider than `width` (default: no limit), each goes on in
 * further lines, which belong to the same text: no cell is broken.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string[] {
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, i) =>
    largest(
      rows.map((row) => columnsOf(row[i] ?? '')),
      columnsOf(title),
    ),
  );
  const begins = folds(widths, width);
  return [titles, ...rows].map((row) =>
    row
      .map((cell, i) => {
        const lead = i === 0 ? '' : begins.has(i) ? `\n${FOLDED}` : '  ';
        const room = widths[i] ?? 0;
        const blanks = ' '.repeat(room - columnsOf(cell));
        return lead + (columns[i]?.align === 'right' ? blanks + cell : cell + blanks);
      })
      .join('')
      .replaceAll(/ +$/gm, ''),
  );
}

/** The columns that a further line begins with. */
function folds(widths: readonly number[], width: number): ReadonlySet<number> {
  const begins = new Set<number>();
  let used = 0;
  for (const [i, each] of widths.entries()) {
    if (i > 0 && used + 2 + each > width) {
      begins.add(i);
      used = FOLDED.length + each;
    } else used += (i > 0 ? 2 : 0) + each;
  }
  return begins;
}

/** Each line of a text on its own: what stands out must not run on through the end of a line. */
export function eachLine(text: string, style: (line: string) => string): string {
  return text.split('\n').map(style).join('\n');
}

/** Milliseconds as `0.4 ms`, `312 ms` or `5.12 s`, for sentences. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** Milliseconds as seconds to the millisecond, for columns: `5.123`. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** `1 write`, `2 writes`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
