/** The phases: shades behind the lanes, and their names above. */
import { seenPhases } from '../../derived.js';
import type { ScenarioResult } from '../../types.generated.js';
import type { XmlElement } from '../../xml.js';
import { between, Rows } from '../labels.js';
import {
  BOLD,
  halo,
  type Pen,
  hundredths as r,
  shape,
  stroke,
  timeIn,
  widthOf,
  words,
} from '../pen.js';
import type { Scale } from '../scale.js';
import { gutter, type Panel, rowsOf, SMALL } from './frame.js';

export function bands(
  scenario: ScenarioResult,
  scale: Scale,
  [top, bottom]: readonly [number, number],
  { colours }: Pen,
): XmlElement[] {
  return seenPhases(scenario).flatMap(({ name, atMs, ms }) => {
    const [x1, x2] = [scale.within(atMs), scale.within(atMs + ms)];
    if (x2 <= x1) return [];
    const index = scenario.phases.findIndex((phase) => phase.name === name);
    return [
      shape('rect', {
        x: x1,
        y: top,
        width: x2 - x1,
        height: bottom - top,
        fill: index % 2 === 0 ? colours.phase : colours.otherPhase,
        'data-kind': 'phase',
        'data-phase': name,
        'data-at': atMs,
        'data-ms': ms,
      }),
    ];
  });
}

/** Names over the shades; what is too narrow for its name has it higher up, on a stalk. */
export function phaseNames(
  scenario: ScenarioResult,
  scale: Scale,
  pen: Pen,
  closeUp: readonly [number, number] | undefined,
): Panel {
  const { colours, texts } = pen;
  const { step, below } = rowsOf(pen).names;
  // A slide has another one for the phases.
  const rows = new Rows(10, pen.room === undefined ? undefined : 3);
  const placed = seenPhases(scenario).flatMap(({ name, atMs, ms }) => {
    // What is enlarged below has its name there.
    if (closeUp && atMs + ms > closeUp[0] && atMs >= closeUp[0]) return [];
    const [x1, x2] = [scale.within(atMs), scale.within(atMs + ms)];
    if (x2 - x1 < 0.5) return [];
    const [title, time] = [texts.phases[name], timeIn(texts, ms)];
    const width = Math.max(widthOf(title, SMALL * BOLD), widthOf(time, SMALL));
    // The end of a phase that began before the window.
    if (atMs < scale.from && x2 - x1 < width) return [];
    const middle = (x1 + x2) / 2;
    const x = between(gutter(pen) + width / 2, middle, pen.width - width / 2 - 2);
    const level = rows.take(x - width / 2, x + width / 2);
    return level === undefined ? [] : [{ title, time, x, middle, level }];
  });
  const height = rows.count * step + below;
  return {
    height,
    shapes: [
      // A stalk passes behind the names below its own.
      ...placed.flatMap(({ middle, level }) =>
        level > 0
          ? [
              stroke(
                `M${r(middle)} ${height - below - level * step - 2}V${height - below}`,
                colours.line,
                1,
              ),
            ]
          : [],
      ),
      ...placed.flatMap(({ title, time, x, level }) => {
        const y = height - below - level * step;
        const look = { size: SMALL, anchor: 'middle' } as const;
        const around = halo(colours.paper);
        return [
          words(x, y - (step - 13), title, { ...look, bold: true, fill: colours.ink }, around),
          words(x, y - (step - 27), time, { ...look, fill: colours.soft }, around),
        ];
      }),
    ],
  };
}
