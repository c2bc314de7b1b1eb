/** Changes of a text, line by line, and the text that they give. Pure. */

/** A change inside one line of a file. Line and column are from 1 on, of the text before any change. */
export interface Edit {
  readonly line: number;
  readonly column: number;
  /** Characters that go. */
  readonly length: number;
  /** What comes in their place; `\n` begins a new line. */
  readonly text: string;
}

/** A line with all its edits, none of which overlap. */
export function edited(line: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.column - a.column)
    .reduce(
      (text, { column, length, text: put }) =>
        text.slice(0, column - 1) + put + text.slice(column - 1 + length),
      line,
    );
}

/** A line of the original, and what stands for it now. */
export interface Cell {
  readonly before: string;
  readonly after: readonly string[];
}

/** A text that is changed in several passes, with its line endings and a mark in front kept. */
export class Patch {
  readonly #cells: { before: string; after: string[] }[];
  readonly #ending: string;
  #count = 0;

  constructor(text: string) {
    this.#cells = text.split('\n').map((line) => ({ before: line, after: [line] }));
    this.#ending = this.#cells[0]?.before.endsWith('\r') ? '\r' : '';
  }

  /** How many fixes were applied. */
  get count(): number {
    return this.#count;
  }

  get cells(): readonly Cell[] {
    return this.#cells;
  }

  get text(): string {
    return this.#cells.flatMap(({ after }) => after).join('\n');
  }

  /** Applies fixes to the text as it is now: of those on one line, the first. */
  apply(fixes: readonly (readonly Edit[])[]): void {
    const byLine = new Map<number, readonly Edit[]>();
    for (const edits of fixes) {
      const line = edits[0]?.line;
      if (line !== undefined && !byLine.has(line)) byLine.set(line, edits);
    }
    this.#count += byLine.size;
    let line = 0;
    for (const cell of this.#cells) {
      cell.after = cell.after.flatMap((text) => {
        const edits = byLine.get(++line);
        if (!edits) return [text];
        const parts = edited(text, edits).split('\n');
        return parts.map((part, at) => (at < parts.length - 1 ? part + this.#ending : part));
      });
    }
  }

  /** The changed file; undefined where it no longer holds what this was made from. Lines that did not change keep their bytes. */
  patched(bytes: Buffer): Buffer | undefined {
    const lines = bytes.toString('latin1').split('\n');
    const isSame = (cell: Cell, at: number) =>
      Buffer.from(lines[at] ?? '', 'latin1').toString('utf8') === cell.before;
    if (lines.length !== this.#cells.length || !this.#cells.every(isSame)) return undefined;
    const parts = this.#cells.map(({ before, after }, at) =>
      after.length === 1 && after[0] === before
        ? (lines[at] ?? '')
        : Buffer.from(after.join('\n')).toString('latin1'),
    );
    return Buffer.from(parts.join('\n'), 'latin1');
  }
}
