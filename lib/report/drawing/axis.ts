/** The axis of time: a line at each round number of seconds, with its name below. */
import type { XmlElement } from '../xml.js';
import { between } from './labels.js';
import { group, type Pen, hundredths as r, stroke, tickName, words } from './pen.js';
import { type Scale, ticks } from './scale.js';

const SIZE = 13;
/** About the distance between its lines. */
const STEP = 75;

/** What stands beside the numbers: what they count. Default: at the right end, below them. */
export interface AxisName {
  readonly text: string;
  readonly at?: { readonly x: number; readonly below: number; readonly anchor: 'start' | 'end' };
}

/** The lines go from `top` to a little below `bottom`. Takes 38 units below `bottom`, 24 without a name below it. */
export function timeAxis(
  scale: Scale,
  [top, bottom]: readonly [number, number],
  { colours, texts, width }: Pen,
  name: AxisName | undefined,
  tick = tickName,
): XmlElement {
  const room = scale.at(scale.to) - scale.at(scale.from);
  const { values, step } = ticks(scale.from, scale.to, Math.round(room / STEP));
  const { x, below, anchor } = name?.at ?? { x: width - 4, below: 35, anchor: 'end' };
  return group({ 'font-size': SIZE }, [
    ...values.flatMap((ms) => [
      stroke(`M${r(scale.at(ms))} ${r(top)}V${r(bottom + 5)}`, colours.line, 1),
      words(between(10, scale.at(ms), width - 14), bottom + 19, tick(texts, ms, step), {
        size: SIZE,
        anchor: 'middle',
        fill: colours.soft,
      }),
    ]),
    ...(name
      ? [words(x, bottom + below, name.text, { size: SIZE, anchor, fill: colours.soft })]
      : []),
  ]);
}
