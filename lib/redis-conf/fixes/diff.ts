/** A unified diff of edits: which lines changed is known, so that nothing has to be compared. Pure. */
import type { Cell } from './edit.js';

const CONTEXT = 3;

interface Stretch {
  /** Cells, from 0 on; `to` is behind the last. */
  readonly from: number;
  readonly to: number;
}

export interface DiffLine {
  readonly sign: ' ' | '+' | '-' | '@';
  readonly text: string;
}

/** The lines of all hunks; none where nothing changed. */
export function diffLines(cells: readonly Cell[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let shift = 0;
  let done = 0;
  for (const { from, to } of stretches(cells)) {
    for (; done < from; done++) shift += (cells[done]?.after.length ?? 1) - 1;
    const part = cells.slice(from, to);
    const count = part.reduce((sum, { after }) => sum + after.length, 0);
    lines.push({
      sign: '@',
      text: `@@ -${from + 1},${to - from} +${from + 1 + shift},${count} @@`,
    });
    lines.push(...hunk(part));
  }
  return lines;
}

function isChanged({ before, after }: Cell): boolean {
  return after.length !== 1 || after[0] !== before;
}

/** Changed cells with what is around them; those that touch are one. */
function stretches(cells: readonly Cell[]): Stretch[] {
  // Behind the last line ending there is no line.
  const end = cells.at(-1)?.before === '' ? cells.length - 1 : cells.length;
  const found: Stretch[] = [];
  for (const [at, cell] of cells.entries()) {
    if (!isChanged(cell)) continue;
    const [from, to] = [Math.max(0, at - CONTEXT), Math.min(end, at + 1 + CONTEXT)];
    const last = found.at(-1);
    if (last && from <= last.to) found[found.length - 1] = { from: last.from, to };
    else found.push({ from, to });
  }
  return found;
}

/** Of lines that follow each other, first all that go and then all that come. */
function hunk(cells: readonly Cell[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let comes: DiffLine[] = [];
  for (const cell of cells) {
    if (isChanged(cell)) {
      lines.push({ sign: '-', text: cell.before });
      comes.push(...cell.after.map((text) => ({ sign: '+' as const, text })));
      continue;
    }
    lines.push(...comes, { sign: ' ', text: cell.before });
    comes = [];
  }
  return [...lines, ...comes];
}
