/** Many values of several kinds on one axis: a row for each kind, a dot for each value, what was predicted behind them. */
import { say } from '../../render/texts.js';
import { clean, largest } from '../layout.js';
import type { XmlElement } from '../xml.js';
import { timeAxis } from './axis.js';
import { Rows } from './labels.js';
import {
  type Drawing,
  decimal,
  group,
  lines,
  type Pen,
  type ReportTexts,
  hundredths as r,
  shape,
  stroke,
  timeIn,
  words,
} from './pen.js';
import { linear, type Scale } from './scale.js';

/** A kind of value. */
export interface Strip {
  readonly name: string;
  readonly values: readonly StripValue[];
  /** Between which two they were predicted to lie. */
  readonly band?: { readonly min: number; readonly max: number } | undefined;
  /** In the middle of them. */
  readonly median: number;
}

interface StripValue {
  readonly value: number;
  /** Whose it is: `run 3`. */
  readonly name: string;
  readonly isBad: boolean;
}

export interface Strips {
  readonly title: string;
  /** What the values are: milliseconds, which are drawn as seconds, or a number of something. */
  readonly unit: 'ms' | 'count';
  /** What stands at the axis. */
  readonly axis: string;
  readonly strips: readonly Strip[];
  /** What is said of a kind, with `{name}`, `{count}` and `{median}`. Default: for runs. */
  readonly row?: string;
}

const RADIUS = 4;
const NAME = 18;
/** Of dots that lie on each other in a row. */
const MOST_LEVELS = 6;
const LEVEL = 7;
const GAP = 14;

/** Undefined where there is no value. */
export function stripsDrawing(
  { title, unit, axis, strips, row }: Strips,
  pen: Pen,
): Drawing | undefined {
  const { colours, texts, width } = pen;
  const all = strips.flatMap(({ values, band }) => [
    ...values.map(({ value }) => value),
    ...(band ? [band.max] : []),
  ]);
  if (all.length === 0) return undefined;
  const scale = linear(
    [0, Math.max(largest(all) * 1.04, unit === 'ms' ? 100 : 1)],
    [8, width - 12],
  );
  const shapes: XmlElement[] = [];
  let y = 0;
  for (const strip of strips) {
    const swarm = swarmOf(strip, scale);
    const named = lines(clean(strip.name), width);
    const head = NAME * named.length;
    const highest = largest(
      swarm.map(({ level }) => level),
      0,
    );
    const height = head + (highest + 1) * LEVEL + 6;
    shapes.push(...rowOf(strip, swarm, { y, head, named, height, unit, scale }, pen));
    y += height + GAP;
  }
  const bottom = y - GAP + 4;
  return {
    width,
    height: bottom + 40,
    title,
    description: strips
      .map(({ name, values, median }) =>
        say(row ?? texts.experiment.row, {
          name: clean(name),
          count: values.length,
          median: valueIn(texts, unit, median),
        }),
      )
      .join(' '),
    shapes: [
      timeAxis(scale, [0, bottom], pen, { text: axis }, unit === 'ms' ? undefined : countName),
      ...shapes,
      stroke(`M0 ${bottom}H${width}`, colours.line, 1),
    ],
  };
}

interface Placed {
  readonly value: StripValue;
  readonly level: number;
}

/** Each as low as it can lie without touching another; beyond the highest level they lie on each other. */
function swarmOf({ values }: Strip, scale: Scale): Placed[] {
  const rows = new Rows(0, MOST_LEVELS);
  return values
    .toSorted((a, b) => a.value - b.value)
    .map((value, i) => {
      const x = scale.at(value.value);
      return { value, level: rows.take(x - RADIUS, x + RADIUS) ?? i % MOST_LEVELS };
    });
}

interface Place {
  readonly y: number;
  /** The name, and how much of the height it takes. */
  readonly named: readonly string[];
  readonly head: number;
  readonly height: number;
  readonly unit: Strips['unit'];
  readonly scale: Scale;
}

function rowOf(
  { band, median }: Strip,
  swarm: readonly Placed[],
  { y, named, head, height, unit, scale }: Place,
  { colours, texts, width }: Pen,
): XmlElement[] {
  const ground = y + height;
  const middle = scale.at(median);
  return [
    ...(band
      ? [
          shape('rect', {
            'data-kind': 'predicted',
            'data-min': band.min,
            'data-max': band.max,
            x: scale.at(band.min),
            y: y + head - 2,
            width: Math.max(2, scale.at(band.max) - scale.at(band.min)),
            height: height - head + 2,
            fill: colours.predicted,
          }),
        ]
      : []),
    ...named.map((line, i) => words(0, y + 12 + i * NAME, line, { fill: colours.ink })),
    ...swarm.map(({ value, level }) => {
      const x = scale.at(value.value);
      const at = ground - 5 - level * LEVEL;
      return group(
        { 'data-name': value.name, 'data-value': value.value, 'data-bad': String(value.isBad) },
        [
          shape('title', {}, `${value.name}: ${valueIn(texts, unit, value.value)}`),
          value.isBad
            ? stroke(`M${r(x - 3)} ${r(at - 3)}l6 6m0 -6l-6 6`, colours.down, 2)
            : shape('circle', { cx: x, cy: at, r: 3, fill: colours.master, 'fill-opacity': 0.75 }),
        ],
      );
    }),
    ...(swarm.length > 0
      ? [stroke(`M${r(middle)} ${r(y + head - 3)}V${r(ground)}`, colours.ink, 2)]
      : []),
    stroke(`M0 ${r(ground)}H${width}`, colours.line, 1),
  ];
}

/** Of a number that is no time. */
function countName(texts: ReportTexts, value: number, step: number): string {
  const digits = step >= 1 ? 0 : Math.min(9, Math.ceil(-Math.log10(step) - 1e-9));
  return decimal(texts, value.toFixed(digits));
}

export function valueIn(texts: ReportTexts, unit: Strips['unit'], value: number): string {
  return unit === 'ms' ? timeIn(texts, value) : decimal(texts, String(Math.round(value * 10) / 10));
}
