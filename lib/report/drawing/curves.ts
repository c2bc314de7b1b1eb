/** How a count grows with a number: a panel for each curve, all on the same scales, a dot for each value. */
import { say } from '../../render/texts.js';
import { clean, largest } from '../layout.js';
import type { XmlElement } from '../xml.js';
import { Rows } from './labels.js';
import {
  type Drawing,
  decimal,
  group,
  isNarrow,
  lines,
  moved,
  type Pen,
  hundredths as r,
  shape,
  stroke,
  widthOf,
  words,
} from './pen.js';
import { linear, type Scale, ticks } from './scale.js';

export interface Curve {
  readonly name: string;
  /** From left to right. */
  readonly points: readonly CurvePoint[];
}

interface CurvePoint {
  /** The number that it stands at. */
  readonly at: number;
  /** As it is written there. */
  readonly label: string;
  /** In the middle of its values. */
  readonly median: number;
  readonly values: readonly {
    readonly value: number;
    /** Whose it is: `run 3`. */
    readonly name: string;
    readonly isBad: boolean;
  }[];
}

export interface Curves {
  readonly title: string;
  /** What the number is. */
  readonly axis: string;
  readonly curves: readonly Curve[];
}

const COLUMNS = 3;
const GUTTER = 28;
const NAME = 18;
const HEIGHT = 130;
/** Below a panel: its numbers, and what they are. */
const FOOT = 50;
/** Left of it: its counts. */
const LEFT = 40;

/** Undefined where there is no value. */
export function curvesDrawing({ title, axis, curves }: Curves, pen: Pen): Drawing | undefined {
  const { texts, width } = pen;
  const points = curves.flatMap((curve) => curve.points);
  const values = points.flatMap((point) => point.values.map(({ value }) => value));
  if (values.length === 0) return undefined;
  const columns = isNarrow(pen) ? 1 : Math.min(COLUMNS, curves.length);
  const wide = (width - GUTTER * (columns - 1)) / columns;
  const named = curves.map(({ name }) => lines(clean(name), wide));
  const head = largest(named.map(({ length }) => length)) * NAME + 6;
  const place: Panel = {
    head,
    wide,
    axis: clean(axis),
    across: linear([0, largest(points.map(({ at }) => at)) * 1.04], [LEFT, wide - 10]),
    up: linear([0, Math.max(1, largest(values) * 1.04)], [head + HEIGHT, head]),
  };
  const high = head + HEIGHT + FOOT;
  return {
    width,
    height: Math.ceil(curves.length / columns) * high,
    title,
    description: curves
      .map(({ name, points: own }) =>
        say(texts.experiment.curve, {
          name: clean(name),
          medians: own
            .map((point) => `${clean(point.label)}: ${countIn(pen, point.median)}`)
            .join(', '),
        }),
      )
      .join(' '),
    shapes: curves.map((curve, i) =>
      moved((i % columns) * (wide + GUTTER), Math.floor(i / columns) * high, [
        ...panel(curve, named[i] ?? [], place, pen),
      ]),
    ),
  };
}

interface Panel {
  /** How much of the height the name takes. */
  readonly head: number;
  readonly wide: number;
  readonly axis: string;
  readonly across: Scale;
  readonly up: Scale;
}

function panel(
  { points }: Curve,
  named: readonly string[],
  { head, wide, axis, across, up }: Panel,
  pen: Pen,
): XmlElement[] {
  const { colours, texts } = pen;
  const bottom = head + HEIGHT;
  const soft = { fill: colours.soft };
  const labels = new Rows(4, 1);
  const line = points.map(({ at, median }) => `${r(across.at(at))} ${r(up.at(median))}`);
  return [
    ...named.map((text, i) => words(0, 12 + i * NAME, text, { fill: colours.ink })),
    ...ticks(up.from, up.to, 4).values.flatMap((value) => [
      stroke(`M${LEFT} ${r(up.at(value))}H${r(wide)}`, colours.line, 1),
      words(LEFT - 6, up.at(value) + 4, countIn(pen, value), { ...soft, anchor: 'end' }),
    ]),
    ...points.flatMap(({ at, label }) => {
      const x = across.at(at);
      const half = widthOf(label) / 2;
      const mark = stroke(`M${r(x)} ${bottom}v5`, colours.line, 1);
      // Where they would run into each other, the first stands for its neighbours.
      if (labels.take(x - half, x + half) === undefined) return [mark];
      return [mark, words(x, bottom + 19, clean(label), { ...soft, anchor: 'middle' })];
    }),
    words(wide, bottom + 36, axis, { ...soft, anchor: 'end' }),
    stroke(`M${line.join('L')}`, colours.ink, 2),
    ...points.flatMap((point) =>
      point.values.map(({ value, name, isBad }) => {
        const [x, y] = [across.at(point.at), up.at(value)];
        const text = `${clean(point.label)}, ${name}: ${decimal(texts, String(value))}`;
        return group({ 'data-at': point.at, 'data-value': value, 'data-bad': String(isBad) }, [
          shape('title', {}, text),
          isBad
            ? stroke(`M${r(x - 3)} ${r(y - 3)}l6 6m0 -6l-6 6`, colours.down, 2)
            : shape('circle', { cx: x, cy: y, r: 3, fill: colours.master, 'fill-opacity': 0.5 }),
        ]);
      }),
    ),
  ];
}

function countIn({ texts }: Pen, value: number): string {
  return decimal(texts, String(Math.round(value * 10) / 10));
}
