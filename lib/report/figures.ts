/** The figures of several runs: their names, and which statistics there are to show. */
import { textsOf } from '../render/texts.js';
import type { ScenarioSummary, Statistics } from './types.generated.js';

type Named = readonly [name: string, figures: Statistics | undefined];

/** Each figure of a summary with its name in a language, in the order of a run. */
export function namedFigures(summary: ScenarioSummary, lang: string): readonly Named[] {
  const { distribution, phases, writable, outage } = textsOf('report', lang);
  return [
    [distribution.readyName, summary.readyMs],
    ...Object.entries(summary.phases).map(
      ([name, figures]): Named => [phases[name as keyof typeof phases], figures],
    ),
    [writable.name, summary.writableMs],
    [outage.name, summary.outageMs],
  ];
}

/** In their order; p95 only where any has one. */
export function marksOf(all: readonly (Statistics | undefined)[]) {
  const marks = ['min', 'median', 'p95', 'max'] as const;
  return marks.filter((mark) => all.some((figures) => figures?.[mark] !== undefined));
}
