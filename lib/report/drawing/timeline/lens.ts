/** The lens: from a part of one panel to the whole of the next. */
import type { XmlElement } from '../../xml.js';
import { group, type Pen, hundredths as r, shape, stroke, words } from '../pen.js';
import type { Scale } from '../scale.js';
import { gutter, SMALL } from './frame.js';

export function lens(
  scale: Scale,
  [from, to]: readonly [number, number],
  y: number,
  gap: number,
  pen: Pen,
): XmlElement {
  const { colours, texts } = pen;
  const [x1, x2] = [scale.at(from), scale.at(to)];
  const top = y - 38;
  const [left, right] = [gutter(pen), pen.width - 4];
  return group({ 'data-kind': 'close-up', 'data-from': from, 'data-to': to }, [
    shape('path', {
      d: `M${r(x1)} ${r(top)}H${r(x2)}L${right} ${r(y + gap - 14)}H${left}Z`,
      fill: colours.panel,
    }),
    stroke(
      `M${r(x1)} ${r(top)}L${left} ${r(y + gap - 14)}M${r(x2)} ${r(top)}L${right} ${r(y + gap - 14)}`,
      colours.predictedEdge,
      1,
      '2 3',
    ),
    words((left + right) / 2, y + gap - 20, texts.timeline.closeUp, {
      size: SMALL,
      anchor: 'middle',
      fill: colours.soft,
    }),
  ]);
}
