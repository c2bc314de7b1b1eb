/** Tables of the page, as data. */
import { cleaned, type Told } from '../messages.js';

/** A longer table is printed only if it was opened. */
const ROWS_ON_PAPER = 24;

export interface Cell {
  readonly parts: readonly Told[];
  readonly number: boolean;
}

export interface PageTable {
  readonly summary: string;
  /** Too long for paper. */
  readonly isLong: boolean;
  readonly columns: readonly { readonly text: string; readonly number: boolean }[];
  readonly rows: readonly (readonly Cell[])[];
}

export const cell = (parts: readonly Told[]): Cell => ({ parts: cleaned(parts), number: false });
export const own = (text: string): Cell => cell([{ text, english: false }]);
export const english = (text: string): Cell => cell([{ text, english: true }]);
export const number = (text: string): Cell => ({ parts: [{ text, english: false }], number: true });
/** A word of ours in the language of the page, any other as it is. */
export const named = (names: Readonly<Record<string, string>>, word: string): Cell =>
  Object.hasOwn(names, word) ? own(names[word] ?? '') : english(word);

export function table(
  summary: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): PageTable {
  return {
    summary,
    isLong: rows.length > ROWS_ON_PAPER,
    columns: columns.map((text, i) => ({ text, number: rows[0]?.[i]?.number ?? false })),
    rows,
  };
}
