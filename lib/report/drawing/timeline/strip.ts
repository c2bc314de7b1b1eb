/** What became of a client's writes, along the time: each fate has a colour and a thickness of its own. */
import type { LedgerStretch } from '../../types.generated.js';
import type { XmlElement } from '../../xml.js';
import { fitting, group, type Pen, shape, words } from '../pen.js';
import type { Scale } from '../scale.js';

export const THICKNESS: Readonly<Record<LedgerStretch['outcome'], number>> = {
  kept: 14,
  lost: 14,
  unknown: 10,
  refused: 4,
};

/** Wide enough to be seen, however short it was. */
const LEAST = 3;

export function strip(
  stretches: readonly LedgerStretch[],
  scale: Scale,
  y: number,
  { colours, texts }: Pen,
): XmlElement[] {
  const inside = stretches.filter(({ fromMs, toMs }) => toMs >= scale.from && fromMs <= scale.to);
  // Short ones over long ones.
  const ordered = inside.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  return ordered.map(({ outcome, first, last, fromMs, toMs }) => {
    const [x1, x2] = [scale.within(fromMs), scale.within(toMs)];
    const height = THICKNESS[outcome];
    const name = fitting(texts.answers[outcome], x2 - x1 - 12);
    const isInside = height >= THICKNESS.kept;
    const data = {
      'data-outcome': outcome,
      'data-first': first,
      'data-last': last,
      'data-from': fromMs,
      'data-to': toMs,
    };
    return group(data, [
      shape('rect', {
        x: x1,
        y: y - height / 2,
        width: Math.max(LEAST, x2 - x1),
        height,
        rx: Math.min(2, height / 2),
        fill: colours[outcome],
      }),
      ...(!isInside && name !== '' && !name.endsWith('…')
        ? [words(x1 + 8, y - height / 2 - 4, name, { size: 13, fill: colours.soft })]
        : []),
      ...(isInside && name !== '' && !name.endsWith('…')
        ? [words(x1 + 6, y + 4.2, name, { size: 13, fill: colours.onMaster })]
        : []),
    ]);
  });
}
