/** What the cluster did, second by second: who did what in lanes, the phases as shades behind them. */
import { say } from '../../../render/texts.js';
import { seenPhases } from '../../derived.js';
import type { ResultNode, ScenarioResult } from '../../types.generated.js';
import { type Drawing, moved, type Pen, timeIn } from '../pen.js';
import { type Panel, scaleOf } from './frame.js';
import { lanesOf } from './lanes.js';
import { lens } from './lens.js';
import { panel } from './panel.js';
import { closeUpOf, windowOf } from './window.js';

/** With its short phases enlarged below. */
export function timelineDrawing(
  scenario: ScenarioResult,
  nodes: readonly ResultNode[],
  pen: Pen,
): Drawing {
  const { whole, closeUp } = panelsOf(scenario, nodes, pen, 'together');
  if (!closeUp) return drawingOf(scenario, pen, whole);
  const gap = 44;
  const { height } = whole;
  return drawingOf(scenario, pen, {
    height: height + gap + closeUp.height,
    shapes: [
      // Behind the names of the axis.
      lens(scaleOf(windowOf(scenario), pen), closeUp.window, height, gap, pen),
      moved(0, 0, whole.shapes),
      moved(0, height + gap, closeUp.shapes),
    ],
  });
}

/** The same in two drawings, each as high as a slide has room for. No close-up where nothing is short. */
export function timelineSlides(
  scenario: ScenarioResult,
  nodes: readonly ResultNode[],
  pen: Pen,
): { readonly whole: Drawing; readonly closeUp: Drawing | undefined } {
  const { whole, closeUp } = panelsOf(scenario, nodes, pen, 'apart');
  return {
    whole: drawingOf(scenario, pen, whole),
    closeUp: closeUp && {
      ...drawingOf(scenario, pen, closeUp),
      title: say(pen.texts.timeline.closeUpTitle, { scenario: scenario.name }),
    },
  };
}

interface Panels {
  readonly whole: Panel;
  readonly closeUp: (Panel & { readonly window: readonly [number, number] }) | undefined;
}

function panelsOf(
  scenario: ScenarioResult,
  nodes: readonly ResultNode[],
  pen: Pen,
  shown: 'together' | 'apart',
): Panels {
  const lanes = lanesOf(scenario, nodes);
  const whole = windowOf(scenario);
  const window = closeUpOf(scenario, whole);
  return {
    whole: panel(scenario, lanes, whole, pen, {
      isCloseUp: window === undefined,
      closeUp: window,
      // One name is enough for the axes of both.
      hasAxisName: window === undefined || shown === 'apart',
    }),
    closeUp: window && {
      ...panel(scenario, lanes, window, pen, { isCloseUp: true, hasAxisName: true }),
      window,
    },
  };
}

function drawingOf(scenario: ScenarioResult, pen: Pen, { height, shapes }: Panel): Drawing {
  return {
    width: pen.width,
    height,
    title: say(pen.texts.timeline.title, { scenario: scenario.name }),
    description: description(scenario, pen),
    shapes,
  };
}

function description(scenario: ScenarioResult, { texts }: Pen): string {
  const phases = seenPhases(scenario).map(({ name, ms }) =>
    say(texts.timeline.phase, { phase: texts.phases[name], time: timeIn(texts, ms) }),
  );
  const { outageMs } = scenario;
  return [
    texts.timeline.description,
    ...(phases.length > 0 ? [`${phases.join(', ')}.`] : []),
    ...(outageMs === null ? [] : [say(texts.timeline.outage, { time: timeIn(texts, outageMs) })]),
  ].join(' ');
}
