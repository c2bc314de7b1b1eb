/** Every write as a small mark, in the order of their numbers: colour and form tell what became of it. */
import { say } from '../../render/texts.js';
import type { LedgerResult, LedgerStretch, ScenarioResult } from '../types.generated.js';
import type { XmlElement } from '../xml.js';
import { type Drawing, group, isNarrow, moved, type Pen, shape, widthOf, words } from './pen.js';

const ROWS_AT_MOST = 24;
const FATES = ['kept', 'lost', 'refused', 'unknown'] as const;

/** Undefined for a scenario without writes. */
export function ledgerDrawing({ ledger }: ScenarioResult, pen: Pen): Drawing | undefined {
  if (!ledger || ledger.attempted === 0) return undefined;
  const { colours, texts, width } = pen;
  const narrow = isNarrow(pen);
  const left = narrow ? 0 : 58;
  const rowHeight = narrow ? 15 : 18;
  const legend = totals(ledger, pen);
  const most =
    pen.room === undefined
      ? ROWS_AT_MOST
      : Math.max(1, Math.floor((pen.room - legend.height - 24) / rowHeight));
  const perRow = rowLength(ledger.attempted, narrow ? 50 : 100, most);
  const cell = (width - left - 2) / perRow;
  const rows = Math.ceil(ledger.attempted / perRow);
  return {
    width,
    height: legend.height + rows * rowHeight + 24,
    title: texts.ledger.title,
    description: say(texts.ledger.description, {
      attempted: ledger.attempted,
      kept: ledger.kept,
      lost: ledger.lost,
      refused: ledger.refused,
      unknown: ledger.unknown,
    }),
    shapes: [
      ...legend.shapes,
      moved(0, legend.height, [
        ...(narrow ? [] : rowNumbers(ledger.attempted, perRow, rowHeight, pen)),
        ...ledger.stretches.map((stretch) =>
          stretchShape(stretch, { perRow, left, cell, rowHeight }, pen),
        ),
      ]),
      words(
        left,
        legend.height + rows * rowHeight + 16,
        say(texts.ledger.rows, { count: perRow }),
        {
          size: narrow ? 11 : 13,
          fill: colours.soft,
        },
      ),
    ],
  };
}

/** A round number of writes, so that a long run has not too many rows. */
function rowLength(attempted: number, least: number, most: number): number {
  let length = least;
  while (attempted / length > most) length *= 2;
  return length;
}

interface Grid {
  readonly perRow: number;
  readonly left: number;
  readonly cell: number;
  readonly rowHeight: number;
}

const THICKNESS: Readonly<Record<LedgerStretch['outcome'], number>> = {
  kept: 11,
  lost: 11,
  unknown: 7,
  refused: 3,
};

/** A line a row, dashed so that each dash is one write. */
function stretchShape(
  { outcome, first, last, fromMs, toMs }: LedgerStretch,
  { perRow, left, cell, rowHeight }: Grid,
  { colours }: Pen,
): XmlElement {
  const lines: string[] = [];
  const lost: XmlElement[] = [];
  for (let begin = first; begin <= last; ) {
    const row = Math.floor((begin - 1) / perRow);
    const end = Math.min(last, (row + 1) * perRow);
    const x = left + ((begin - 1) % perRow) * cell;
    const y = row * rowHeight + rowHeight / 2;
    lines.push(`M${r(x)} ${r(y)}h${r((end - begin + 1) * cell)}`);
    if (outcome === 'lost') {
      lost.push(
        shape('path', {
          d: `M${r(x)} ${r(y - 8)}h${r((end - begin + 1) * cell - cell * 0.2)}`,
          stroke: colours.ink,
          'stroke-width': 2,
        }),
      );
    }
    begin = end + 1;
  }
  return group(
    {
      'data-stretch': outcome,
      'data-first': first,
      'data-last': last,
      'data-from': fromMs,
      'data-to': toMs,
    },
    [
      shape('path', {
        d: lines.join(''),
        stroke: colours[outcome],
        'stroke-width': THICKNESS[outcome],
        // Each move begins the pattern anew.
        'stroke-dasharray': `${r(cell * 0.8)} ${r(cell * 0.2)}`,
        fill: 'none',
      }),
      ...lost,
    ],
  );
}

function rowNumbers(
  attempted: number,
  perRow: number,
  rowHeight: number,
  { colours }: Pen,
): XmlElement[] {
  return Array.from({ length: Math.ceil(attempted / perRow) }, (_, row) =>
    words(48, row * rowHeight + rowHeight / 2 + 4, String(row * perRow + 1), {
      size: 13,
      anchor: 'end',
      fill: colours.soft,
    }),
  );
}

/** How many of each, with the mark that stands for one of them. */
function totals(ledger: LedgerResult, pen: Pen) {
  const { colours, texts, width } = pen;
  // A slide has less room, as a phone has.
  const narrow = isNarrow(pen) || pen.room !== undefined;
  const columns = isNarrow(pen) ? 1 : narrow ? 2 : 4;
  const step = narrow ? 36 : 76;
  const beside = Math.max(...FATES.map((fate) => widthOf(String(ledger[fate]), 26))) + 10;
  const shapes = FATES.map((fate, i) => {
    const x = (i % columns) * (width / columns);
    const y = Math.floor(i / columns) * step;
    return group({ 'data-total': fate, 'data-count': ledger[fate] }, [
      shape('rect', {
        x,
        y: y + 20 - THICKNESS[fate],
        width: 14,
        height: THICKNESS[fate] * 2,
        rx: 1.5,
        fill: colours[fate],
      }),
      ...(fate === 'lost'
        ? [shape('path', { d: `M${x} ${y + 6}h14`, stroke: colours.ink, 'stroke-width': 2 })]
        : []),
      words(x + 24, y + 29, String(ledger[fate]), {
        size: narrow ? 22 : 30,
        bold: true,
        fill: fate === 'lost' && ledger.lost > 0 ? colours.lost : colours.ink,
      }),
      words(x + 24 + (narrow ? beside : 0), y + (narrow ? 29 : 48), texts.outcomes[fate], {
        size: 14,
        fill: colours.soft,
      }),
    ]);
  });
  return { height: Math.ceil(FATES.length / columns) * step + (narrow ? 12 : 0), shapes };
}

function r(value: number): number {
  return Math.round(value * 1000) / 1000;
}
