/** What all parts of a timeline share. */
import type { XmlElement } from '../../xml.js';
import { isNarrow, type Pen } from '../pen.js';
import { linear, type Scale } from '../scale.js';

export interface Panel {
  readonly height: number;
  readonly shapes: readonly XmlElement[];
}

export const SMALL = 12;

/** Where rows begin: beside their names, or under them. */
export function gutter(pen: Pen): number {
  return isNarrow(pen) ? 0 : 148;
}

export function scaleOf(window: readonly [number, number], pen: Pen): Scale {
  return linear(window, [gutter(pen), pen.width - 4]);
}
