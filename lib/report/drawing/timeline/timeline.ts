/** What the cluster did, second by second: who did what in lanes, the phases as shades behind them. */
import { say } from '../../../render/texts.js';
import { seenPhases } from '../../derived.js';
import type { ResultNode, ScenarioResult } from '../../types.generated.js';
import { type Drawing, moved, type Pen, timeIn } from '../pen.js';
import { type Panel, scaleOf } from './frame.js';
import { laneHeight } from './lane.js';
import { type Lane, lanesOf } from './lanes.js';
import { timelineLegend } from './legend.js';
import { lens } from './lens.js';
import { type PanelOptions, panel } from './panel.js';
import { closeUpOf, windowOf } from './window.js';

/** With its short phases enlarged below. */
export function timelineDrawing(
  scenario: ScenarioResult,
  nodes: readonly ResultNode[],
  pen: Pen,
): Drawing {
  const { whole, closeUp } = panelsOf(scenario, nodes, pen);
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

/** The same in drawings that a slide has room for. No close-up where nothing is short. */
export function timelineSlides(
  scenario: ScenarioResult,
  nodes: readonly ResultNode[],
  pen: Pen,
): { readonly whole: readonly Drawing[]; readonly closeUp: readonly Drawing[] } {
  const lanes = lanesOf(scenario, nodes);
  const whole = windowOf(scenario);
  const window = closeUpOf(scenario, whole);
  const slides = (of: readonly [number, number], options: PanelOptions) => {
    const above = panel(scenario, [], of, pen, options).height;
    const heightOf = (lane: Lane) => laneHeight(lane, pen, options.isCloseUp);
    return pagesOf(lanes, heightOf, (pen.room ?? Number.POSITIVE_INFINITY) - above).map((page) => ({
      ...drawingOf(scenario, pen, panel(scenario, page, of, pen, options)),
      legend: timelineLegend(scenario, page, pen),
    }));
  };
  const title = say(pen.texts.timeline.closeUpTitle, { scenario: scenario.name });
  return {
    whole: slides(whole, { isCloseUp: !window, closeUp: window, hasAxisName: true }),
    closeUp: window
      ? slides(window, { isCloseUp: true, hasAxisName: true }).map((each) => ({ ...each, title }))
      : [],
  };
}

/** The client above Sentinels, and above servers, where there is no room for all of them. */
function pagesOf(
  lanes: readonly Lane[],
  heightOf: (lane: Lane) => number,
  room: number,
): readonly (readonly Lane[])[] {
  const fits = (some: readonly Lane[]) =>
    some.reduce((sum, lane) => sum + heightOf(lane), 0) <= room;
  if (fits(lanes)) return [lanes];
  const client = lanes.filter(({ kind }) => kind === 'client');
  return (['sentinel', 'redis'] as const).flatMap((kind) => {
    const pages: Lane[][] = [];
    for (const lane of lanes.filter((each) => each.kind === kind)) {
      const last = pages.at(-1);
      if (last && fits([...last, lane])) last.push(lane);
      else pages.push([...client, lane]);
    }
    return pages;
  });
}

interface Panels {
  readonly whole: Panel;
  readonly closeUp: (Panel & { readonly window: readonly [number, number] }) | undefined;
}

function panelsOf(scenario: ScenarioResult, nodes: readonly ResultNode[], pen: Pen): Panels {
  const lanes = lanesOf(scenario, nodes);
  const whole = windowOf(scenario);
  const window = closeUpOf(scenario, whole);
  return {
    whole: panel(scenario, lanes, whole, pen, {
      isCloseUp: window === undefined,
      closeUp: window,
      // One name is enough for the axes of both.
      hasAxisName: window === undefined,
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
