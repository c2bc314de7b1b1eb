/** How long the outage was, and how long it took until a node was writable: as measures above everything. */
import { say } from '../../../render/texts.js';
import type { Gap } from '../../derived.js';
import type { ScenarioResult } from '../../types.generated.js';
import { group, type Pen, hundredths as r, stroke, timeIn, words } from '../pen.js';
import type { Scale } from '../scale.js';
import { type Panel, rowsOf } from './frame.js';

export function spanMarks(
  { writableMs, outageMs }: ScenarioResult,
  gap: Gap | undefined,
  scale: Scale,
  pen: Pen,
): Panel {
  const { texts } = pen;
  const rows = [
    ...(gap && outageMs !== null
      ? [{ ...gap, ms: outageMs, kind: 'outage', name: texts.outage.name }]
      : []),
    ...(writableMs === null
      ? []
      : [
          {
            fromMs: 0,
            toMs: writableMs,
            ms: writableMs,
            kind: 'writable',
            name: texts.writable.name,
          },
        ]),
  ];
  const { step, line, above, outage, below } = rowsOf(pen).span;
  return {
    height: rows.length * step + (rows.length > 0 ? below : 0),
    shapes: rows.map(({ fromMs, toMs, ms, kind, name }, i) => {
      const [x1, x2] = [scale.within(fromMs), scale.within(toMs)];
      const y = i * step + line;
      const ink = kind === 'outage' ? pen.colours.down : pen.colours.soft;
      return group({ 'data-kind': kind, 'data-ms': ms, 'data-from': fromMs, 'data-to': toMs }, [
        stroke(
          `M${r(x1)} ${y - 5}v10M${r(x1)} ${y}H${r(x2)}M${r(x2)} ${y - 5}v10`,
          ink,
          kind === 'outage' ? 3 : 1.5,
        ),
        words(x1 + 8, y - above, say(texts.timeline.measure, { name, time: timeIn(texts, ms) }), {
          fill: ink,
          bold: kind === 'outage',
          size: kind === 'outage' ? outage : 13,
        }),
      ]);
    }),
  };
}
