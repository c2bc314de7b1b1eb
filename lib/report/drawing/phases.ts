/** How long each part of the outage took, beside what Sentinel's own constants give for it. */
import { say } from '../../render/texts.js';
import { largest } from '../layout.js';
import type { Phase, ScenarioResult } from '../types.generated.js';
import type { XmlElement } from '../xml.js';
import { timeAxis } from './axis.js';
import {
  BOLD,
  type Drawing,
  group,
  isNarrow,
  type LegendItem,
  moved,
  type Pen,
  type ReportTexts,
  secondsIn,
  shape,
  timeIn,
  widthOf,
  words,
} from './pen.js';
import { linear, type Scale } from './scale.js';

/** Width of what is written beside the bars, in a page. */
const VALUES = 240;

/** Undefined for a scenario without a fault. */
export function phasesDrawing({ phases }: ScenarioResult, pen: Pen): Drawing | undefined {
  if (phases.length === 0) return undefined;
  const { texts, width } = pen;
  const narrow = isNarrow(pen);
  const spans = phases.map(({ ms, predicted: { minMs, maxMs } }) =>
    Math.max(ms ?? 0, minMs, maxMs),
  );
  // A millisecond at least: a crafted result has none that could be drawn to scale.
  const most = Math.max(1, largest(spans));
  const values =
    pen.room === undefined
      ? VALUES
      : largest(phases.map((phase) => widthOf(besideBar(texts, phase).range)));
  const scale = linear([0, most], [narrow ? 0 : 148, width - (narrow ? 2 : values + 14)]);
  const row = narrow ? 52 : pen.room === undefined ? 48 : 44;
  const bottom = phases.length * row;
  const axis = {
    text: texts.timeline.at,
    ...(narrow ? {} : { at: { x: width - values, below: 19, anchor: 'start' as const } }),
  };
  return {
    width,
    height: bottom + (narrow ? 42 : 26),
    title: texts.prediction.title,
    description: phases.map((phase) => phaseSentence(texts, phase)).join(' '),
    legend: legendOf(phases, pen),
    shapes: [
      timeAxis(scale, [0, bottom], pen, axis),
      ...phases.map((phase, i) => moved(0, i * row, phaseRow(phase, scale, row, values, pen))),
    ],
  };
}

/** Whether a phase took as long as was predicted; undefined if it was not seen. */
export function fitOf({ ms, predicted }: Phase): 'within' | 'longer' | 'shorter' | undefined {
  if (ms === null) return undefined;
  if (ms > predicted.maxMs) return 'longer';
  return ms < predicted.minMs ? 'shorter' : 'within';
}

export function rangeIn(texts: ReportTexts, { minMs, maxMs }: Phase['predicted']): string {
  return say(texts.range, { min: secondsIn(texts, minMs), max: secondsIn(texts, maxMs) });
}

function phaseSentence(texts: ReportTexts, phase: Phase): string {
  return say(texts.prediction.sentence, {
    phase: texts.phases[phase.name],
    time: phase.ms === null ? texts.notSeen : timeIn(texts, phase.ms),
    range: rangeIn(texts, phase.predicted),
  });
}

/** What is written beside a bar, and whether it is out of the ordinary. */
function besideBar(texts: ReportTexts, phase: Phase) {
  const fits = fitOf(phase);
  const odd = fits === 'longer' || fits === 'shorter';
  return {
    odd,
    value: phase.ms === null ? texts.notSeen : timeIn(texts, phase.ms),
    range: say(texts.prediction[odd ? fits : 'within'], {
      range: rangeIn(texts, phase.predicted),
    }),
  };
}

function legendOf(phases: readonly Phase[], { colours, texts }: Pen): LegendItem[] {
  const bar = (fill: string) => [shape('rect', { x: -9, y: -4, width: 18, height: 8, fill })];
  const frame = { x: -9, y: -7, width: 18, height: 14, rx: 3 };
  const look = { fill: colours.predicted, stroke: colours.predictedEdge };
  const isOdd = (phase: Phase) => besideBar(texts, phase).odd;
  return [
    { swatch: bar(colours.master), text: texts.legend.measured },
    ...(phases.some(isOdd) ? [{ swatch: bar(colours.down), text: texts.legend.odd }] : []),
    { swatch: [shape('rect', { ...frame, ...look })], text: texts.legend.predicted },
  ];
}

function phaseRow(
  phase: Phase,
  scale: Scale,
  height: number,
  values: number,
  pen: Pen,
): XmlElement[] {
  const { name, ms, predicted } = phase;
  const { colours, texts, width } = pen;
  const narrow = isNarrow(pen);
  const y = narrow ? 32 : height / 2;
  const { odd, value, range } = besideBar(texts, phase);
  // On a phone all of it is beside the name, where there is room for it.
  const room = width - widthOf(texts.phases[name], 13 * BOLD) - 8;
  const whole = `${value} · ${range}`;
  const beside = widthOf(whole, 11) <= room ? whole : `${value} · ${rangeIn(texts, predicted)}`;
  const [x1, x2] = [scale.at(predicted.minMs), scale.at(predicted.maxMs)];
  return [
    group(
      {
        'data-prediction': name,
        'data-ms': ms ?? '',
        'data-min': predicted.minMs,
        'data-max': predicted.maxMs,
      },
      [
        shape('rect', {
          x: x1,
          y: y - 11,
          width: Math.max(2, x2 - x1),
          height: 22,
          rx: 3,
          fill: colours.predicted,
          stroke: colours.predictedEdge,
          'stroke-width': 1,
        }),
        ...(ms === null
          ? []
          : [
              shape('rect', {
                x: scale.at(0),
                y: y - 4,
                width: Math.max(2, scale.at(ms) - scale.at(0)),
                height: 8,
                fill: odd ? colours.down : colours.master,
              }),
            ]),
        ...(narrow
          ? [
              words(0, 14, texts.phases[name], { size: 13, bold: true, fill: colours.ink }),
              words(width - 2, 14, beside, {
                size: 11,
                anchor: 'end',
                fill: odd ? colours.down : colours.soft,
              }),
            ]
          : [
              words(136, y + 4.5, texts.phases[name], {
                anchor: 'end',
                bold: true,
                fill: colours.ink,
              }),
              words(width - values, y - 2, value, {
                size: 15,
                bold: true,
                fill: odd ? colours.down : colours.ink,
              }),
              words(width - values, y + 14, range, {
                size: 13,
                fill: odd ? colours.down : colours.soft,
              }),
            ]),
      ],
    ),
  ];
}
