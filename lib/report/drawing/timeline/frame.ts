/** What all parts of a timeline share. */
import type { XmlElement } from '../../xml.js';
import { isNarrow, type Pen } from '../pen.js';
import { linear, type Scale } from '../scale.js';

export interface Panel {
  readonly height: number;
  readonly shapes: readonly XmlElement[];
}

export const SMALL = 13;

/** Where rows begin: beside their names, or under them. */
export function gutter(pen: Pen): number {
  if (isNarrow(pen)) return 0;
  return pen.room === undefined ? 148 : 136;
}

/** How high the rows above the lanes are: a slide has less room for them. */
export function rowsOf({ room }: Pen) {
  return room === undefined
    ? {
        span: { step: 30, line: 24, above: 7, outage: 16, below: 8 },
        names: { step: 32, below: 6 },
        mark: 18,
        axis: 38,
      }
    : {
        span: { step: 22, line: 18, above: 5, outage: 14, below: 2 },
        names: { step: 29, below: 4 },
        mark: 15,
        axis: 24,
      };
}

export function scaleOf(window: readonly [number, number], pen: Pen): Scale {
  return linear(window, [gutter(pen), pen.width - 4]);
}
