/** All lanes over one part of the time, with the phases behind them and the axis below. */
import { gapOf } from '../../derived.js';
import type { ScenarioResult } from '../../types.generated.js';
import { type AxisName, timeAxis } from '../axis.js';
import { moved, type Pen } from '../pen.js';
import { bands, phaseNames } from './bands.js';
import { type Panel, rowsOf, scaleOf } from './frame.js';
import { laneHeight, laneShapes } from './lane.js';
import type { Lane } from './lanes.js';
import { marksOf, vertical } from './marks.js';
import { spanMarks } from './measures.js';
import { windowOf } from './window.js';

export interface PanelOptions {
  /** It shows what the rows say; the other one only where things are. */
  readonly isCloseUp: boolean;
  readonly hasAxisName: boolean;
  /** The part of it that is enlarged elsewhere. */
  readonly closeUp?: readonly [number, number] | undefined;
}

export function panel(
  scenario: ScenarioResult,
  lanes: readonly Lane[],
  window: readonly [number, number],
  pen: Pen,
  { isCloseUp, hasAxisName, closeUp }: PanelOptions,
): Panel {
  const scale = scaleOf(window, pen);
  const gap = gapOf(scenario);
  const isWhole = closeUp !== undefined || !isPart(scenario, window);
  const spans = isWhole ? spanMarks(scenario, gap, scale, pen) : { height: 0, shapes: [] };
  const names = phaseNames(scenario, scale, pen, closeUp);
  const marks = marksOf(scenario, scale, pen, isCloseUp);
  const { mark, axis } = rowsOf(pen);
  const top = spans.height + names.height + (marks.some(({ isNamed }) => isNamed) ? mark : 0);
  const heights = lanes.map((lane) => laneHeight(lane, pen, isCloseUp));
  const topOf = (index: number) => heights.slice(0, index).reduce((sum, each) => sum + each, top);
  const bottom = topOf(lanes.length);
  return {
    height: bottom + axis,
    shapes: [
      ...bands(scenario, scale, [spans.height + names.height - 6, bottom], pen),
      timeAxis(scale, [top, bottom], pen, hasAxisName ? axisName(pen) : undefined),
      ...marks.map((mark) => vertical(mark, scale, [top - 6, bottom], pen)),
      ...spans.shapes,
      moved(0, spans.height, names.shapes),
      ...lanes.map((lane, i) =>
        moved(0, topOf(i), laneShapes(lane, scale, heights[i] ?? 0, pen, isCloseUp)),
      ),
    ],
  };
}

/** On a slide beside the numbers. */
function axisName(pen: Pen): AxisName {
  const { texts, room } = pen;
  const beside = { x: -12, below: 19, anchor: 'start' } as const;
  return { text: texts.timeline.axis, ...(room === undefined ? {} : { at: beside }) };
}

function isPart(scenario: ScenarioResult, window: readonly [number, number]): boolean {
  const [from, to] = windowOf(scenario);
  return window[0] > from || window[1] < to;
}
