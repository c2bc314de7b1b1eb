/** Laying out text in columns. What others wrote goes through {@link clean} first. */
import { visible } from '../errors.js';

/** A projector and a lecture's terminal are this wide. */
export const WIDTH = 80;

/** What others wrote, on one line, without a character that could speak to a terminal. */
export function clean(text: string): string {
  return visible(text.replace(/\s*\r?\n\s*/g, ' '));
}

/**
 * Lines of at most `width` characters, the second and later ones indented. A word that is longer than
 * a line stays whole: an address or a path must be there to copy.
 */
export function wrap(text: string, indent: number, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const room = width - (lines.length > 0 ? indent : 0);
    if (line !== '' && line.length + 1 + word.length > room) {
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
  return wrap(text, 0, width - lead.length).map(
    (line, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + line,
  );
}

/** The line, cut with an ellipsis if it is too long. */
export function cut(line: string, width = WIDTH): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
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

/** Rows under titles, two blanks apart; the last column is not padded. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, i) =>
    largest(
      rows.map((row) => row[i]?.length ?? 0),
      title.length,
    ),
  );
  return [titles, ...rows].map((row) =>
    row
      .map((cell, i) =>
        columns[i]?.align === 'right' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
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
