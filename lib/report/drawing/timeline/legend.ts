/** What the marks of a timeline mean: those that are in it. */
import { faultTexts, healedAt } from '../../derived.js';
import type { ScenarioResult } from '../../types.generated.js';
import { type LegendItem, type Pen, shape, stroke } from '../pen.js';
import { barLook, wordFor } from './lane.js';
import type { Lane, ServerState } from './lanes.js';
import { THICKNESS } from './strip.js';

export function timelineLegend(
  scenario: ScenarioResult,
  lanes: readonly Lane[],
  pen: Pen,
): LegendItem[] {
  const { colours, texts } = pen;
  const outcomes = lanes.flatMap((lane) =>
    lane.kind === 'client' ? lane.stretches.map(({ outcome }) => outcome) : [],
  );
  const states = lanes.flatMap((lane) =>
    lane.kind === 'client' ? [] : lane.spans.map(({ state }) => state).filter(isOfItsOwn),
  );
  const dots = lanes.flatMap((lane) => (lane.kind === 'sentinel' ? lane.moments : []));
  const hasDot = (telling: boolean) => dots.some((dot) => dot.telling === telling);
  const dot = (telling: boolean): LegendItem => ({
    swatch: [
      shape('circle', {
        cx: 0,
        cy: 0,
        r: telling ? 4.5 : 2.5,
        fill: telling ? colours.master : colours.refused,
      }),
    ],
    text: telling ? texts.legend.step : texts.legend.event,
  });
  return [
    ...[...new Set(outcomes)].map((outcome) => ({
      swatch: [bar(THICKNESS[outcome], { fill: colours[outcome] })],
      text: texts.answers[outcome],
    })),
    ...(hasDot(true) ? [dot(true)] : []),
    ...(hasDot(false) ? [dot(false)] : []),
    ...[...new Set(states)].map((state) => {
      const { fill, stroke, dashes } = barLook(state, colours);
      return {
        swatch: [bar(12, { fill, stroke, 'stroke-dasharray': dashes })],
        text: wordFor(state, scenario.fault, texts),
      };
    }),
    {
      swatch: [
        shape('rect', { x: -9, y: -7, width: 9, height: 14, fill: colours.phase }),
        shape('rect', { x: 0, y: -7, width: 9, height: 14, fill: colours.otherPhase }),
      ],
      text: texts.legend.phase,
    },
    // The fault has its name at its line.
    ...(healedAt(scenario) === undefined
      ? []
      : [
          {
            swatch: [stroke('M0 -7V7', colours.soft, 1.5, '3 3')],
            text: faultTexts(texts, scenario.fault).after,
          },
        ]),
  ];
}

/** A server that is back looks like a replica, and is at the line of its start. */
function isOfItsOwn(state: ServerState): boolean {
  return state !== 'back';
}

function bar(height: number, look: Readonly<Record<string, string | undefined>>) {
  return shape('rect', { x: -9, y: -height / 2, width: 18, height, rx: 2, ...look });
}
