/** Values to places along a line, and round values to mark there. */

export interface Scale {
  readonly from: number;
  readonly to: number;
  /** The place of a value; values outside lie outside. */
  readonly at: (value: number) => number;
  /** The place of a value, or the nearest end for one outside. */
  readonly within: (value: number) => number;
}

/** A span without length is taken for one of 1, so that its start has a place. */
export function linear(
  [from, to]: readonly [number, number],
  [begin, end]: readonly [number, number],
): Scale {
  const length = to > from ? to - from : 1;
  const at = (value: number) => begin + ((value - from) / length) * (end - begin);
  const [low, high] = begin < end ? [begin, end] : [end, begin];
  return { from, to, at, within: (value) => Math.min(high, Math.max(low, at(value))) };
}

interface Ticks {
  readonly values: readonly number[];
  readonly step: number;
}

/** Multiples of 1, 2 or 5 times a power of ten between two values: about `wanted`, never more than twice that. */
export function ticks(from: number, to: number, wanted: number): Ticks {
  const rough = (to - from) / Math.max(1, wanted);
  if (!(rough > 0)) return { values: [from], step: 1 };
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const values: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index++) {
    values.push(index * step);
  }
  return { values, step };
}
