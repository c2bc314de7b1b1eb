/** Which figures of several runs there are to show. */
import type { Statistics } from './types.generated.js';

/** In their order; p95 only where any has one. */
export function marksOf(all: readonly (Statistics | undefined)[]) {
  const marks = ['min', 'median', 'p95', 'max'] as const;
  return marks.filter((mark) => all.some((figures) => figures?.[mark] !== undefined));
}
