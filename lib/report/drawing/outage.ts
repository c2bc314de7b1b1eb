/** The outage of every run as a dot on one line, with what was predicted for it. */
import { say } from '../../render/texts.js';
import { marksOf } from '../figures.js';
import { clean, largest } from '../layout.js';
import type { Phase, RunResult, ScenarioSummary, Verdict } from '../types.generated.js';
import type { XmlElement } from '../xml.js';
import { timeAxis } from './axis.js';
import { apart, between, Rows } from './labels.js';
import {
  type Drawing,
  group,
  isNarrow,
  moved,
  type Pen,
  hundredths as r,
  shape,
  stroke,
  timeIn,
  widthOf,
  words,
} from './pen.js';
import { linear, type Scale } from './scale.js';

interface OutageOfRun {
  readonly run: number;
  readonly ms: number;
  readonly verdict: Verdict;
}

/** Runs of a scenario that had an outage. */
function outagesOf(runs: readonly RunResult[], scenario: string): OutageOfRun[] {
  return runs.flatMap(({ run, scenarios }) =>
    scenarios.flatMap(({ name, outageMs, verdict }) =>
      name === scenario && outageMs !== null ? [{ run, ms: outageMs, verdict }] : [],
    ),
  );
}

/** The parts' predictions together; undefined where there are none. */
function predictedOutage(
  phases: readonly Phase[],
): { readonly minMs: number; readonly maxMs: number } | undefined {
  if (phases.length === 0) return undefined;
  return phases.reduce(
    (sum, { predicted }) => ({
      minMs: sum.minMs + predicted.minMs,
      maxMs: sum.maxMs + predicted.maxMs,
    }),
    { minMs: 0, maxMs: 0 },
  );
}

const RADIUS = 6;

/** Undefined where no run had an outage. */
export function outageDrawing(
  runs: readonly RunResult[],
  summary: ScenarioSummary,
  pen: Pen,
): Drawing | undefined {
  const outages = outagesOf(runs, summary.name);
  const figures = summary.outageMs;
  if (outages.length === 0 || !figures) return undefined;
  const { colours, texts, width } = pen;
  const phases = runs
    .flatMap(({ scenarios }) => scenarios)
    .find((each) => each.name === summary.name && each.phases.length > 0)?.phases;
  const predicted = predictedOutage(phases ?? []);
  const from = Math.min(figures.min, predicted?.minMs ?? figures.min);
  const to = Math.max(figures.max, predicted?.maxMs ?? figures.max);
  const margin = Math.max(1, (to - from) * 0.06);
  const scale = linear([Math.max(0, from - margin), to + margin], [14, width - 14]);
  const swarm = stacked(outages, scale);
  const tallest = largest(swarm.map(({ level }) => level)) + 1;
  const labels = markLabels(figures, scale, pen);
  const room = pen.room === undefined ? 170 : pen.room - labels.height - 102;
  const step = Math.min(RADIUS * 2 + 2, room / tallest);
  const ground = 34 + Math.max(60, tallest * step + 14);
  const bottom = ground + labels.height + 14;
  return {
    width,
    height: bottom + 40,
    title: say(texts.distribution.title, { scenario: clean(summary.name) }),
    description: say(texts.distribution.description, {
      count: figures.count,
      figures: marksOf([figures])
        .map((mark) => `${texts.statistics[mark]} ${timeIn(texts, figures[mark] ?? 0)}`)
        .join(', '),
    }),
    legend: (['passed', 'failed'] as const)
      .filter((verdict) =>
        outages.some((each) => (each.verdict === 'failed') === (verdict === 'failed')),
      )
      .map((verdict) => ({
        swatch: mark(verdict, 0, 0, pen),
        text: verdict === 'failed' ? texts.legend.failedRun : texts.legend.run,
      })),
    shapes: [
      ...(predicted ? [band(predicted, scale, ground, pen)] : []),
      stroke(`M0 ${ground}H${width}`, colours.predictedEdge, 1),
      ...swarm.map(({ outage, level }) => dot(outage, scale, ground - 10 - level * step, pen)),
      moved(0, ground, labels.shapes),
      timeAxis(scale, [bottom, bottom], pen, { text: texts.distribution.axis }),
      stroke(`M0 ${bottom}H${width}`, colours.line, 1),
    ],
  };
}

/** In the order of time, each as low as it can lie without touching another. */
function stacked(outages: readonly OutageOfRun[], scale: Scale) {
  const rows = new Rows(2);
  return outages
    .toSorted((a, b) => a.ms - b.ms || a.run - b.run)
    .map((outage) => {
      const x = scale.at(outage.ms);
      return { outage, level: rows.take(x - RADIUS, x + RADIUS) ?? 0 };
    });
}

function band(
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
  scale: Scale,
  ground: number,
  { colours, texts, width }: Pen,
): XmlElement {
  const [x1, x2] = [scale.at(minMs), scale.at(maxMs)];
  const text = say(texts.distribution.predicted, {
    min: timeIn(texts, minMs),
    max: timeIn(texts, maxMs),
  });
  return group({ 'data-kind': 'predicted', 'data-min': minMs, 'data-max': maxMs }, [
    shape('rect', {
      x: x1,
      y: 26,
      width: Math.max(2, x2 - x1),
      height: ground - 26,
      fill: colours.phase,
    }),
    stroke(`M${r(x1)} 26V${ground}M${r(x2)} 26V${ground}`, colours.predictedEdge, 1, '4 3'),
    words(between(0, x1, width - widthOf(text)), 18, text, {
      size: 13,
      fill: colours.soft,
    }),
  ]);
}

/** A failed run has a cross in place of a dot. */
function dot({ run, ms, verdict }: OutageOfRun, scale: Scale, y: number, pen: Pen): XmlElement {
  const { texts } = pen;
  const x = scale.at(ms);
  const title = shape(
    'title',
    {},
    say(texts.distribution.run, { run, time: timeIn(texts, ms), verdict: texts.verdicts[verdict] }),
  );
  return group({ 'data-run': run, 'data-ms': ms, 'data-verdict': verdict }, [
    title,
    ...mark(verdict, x, y, pen),
  ]);
}

function mark(verdict: Verdict, x: number, y: number, { colours }: Pen): XmlElement[] {
  const d = RADIUS - 1.5;
  return [
    verdict === 'failed'
      ? stroke(
          `M${r(x - d)} ${r(y - d)}l${2 * d} ${2 * d}m0 ${-2 * d}l${-2 * d} ${2 * d}`,
          colours.down,
          2.5,
        )
      : shape('circle', {
          cx: x,
          cy: y,
          r: RADIUS - 0.5,
          fill: colours.master,
          'fill-opacity': 0.85,
          stroke: colours.paper,
          'stroke-width': 1,
        }),
  ];
}

/** Names under the line, in one row: where marks are close, the names lie apart and lines lead to them. */
function markLabels(
  figures: NonNullable<ScenarioSummary['outageMs']>,
  scale: Scale,
  pen: Pen,
): { height: number; shapes: XmlElement[] } {
  const { colours, texts, width } = pen;
  const size = isNarrow(pen) ? 12 : 15;
  const marks = marksOf([figures]).map((mark) => {
    const ms = figures[mark] ?? 0;
    return { mark, ms, time: timeIn(texts, ms), x: scale.at(ms) };
  });
  const room = Math.max(...marks.map(({ time }) => widthOf(time, size))) + 14;
  const places = apart(
    marks.map(({ x }) => x),
    room,
    [room / 2, width - room / 2],
  );
  return {
    height: 70,
    shapes: marks.map(({ mark, ms, time, x }, i) => {
      const middle = places[i] ?? x;
      return group({ 'data-mark': mark, 'data-ms': ms }, [
        stroke(`M${r(x)} -3V8L${r(middle)} 22V28`, colours.ink, mark === 'median' ? 2.5 : 1.25),
        words(middle, 44, texts.statistics[mark], {
          size: 13,
          anchor: 'middle',
          fill: colours.soft,
        }),
        words(middle, 62, time, {
          size,
          anchor: 'middle',
          bold: mark === 'median',
          fill: colours.ink,
        }),
      ]);
    }),
  };
}
