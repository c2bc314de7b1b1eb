/** The outage of every run. */
import { outageDrawing } from '../drawing/outage.js';
import { type ReportTexts, secondsIn } from '../drawing/pen.js';
import { marksOf, namedFigures } from '../figures.js';
import type { RunResult, ScenarioSummary } from '../types.generated.js';
import type { Section, Subject } from './section.js';
import { number, own, type PageTable, table } from './tables.js';

export const outage: Section = {
  id: 'outage',
  draw(subject, pen) {
    const summary = summaryOf(subject);
    return summary && outageDrawing(subject.result.runs ?? [], summary, pen);
  },
  text(subject, texts, { lang }) {
    const summary = summaryOf(subject);
    return {
      heading: texts.distribution.heading,
      caption: texts.distribution.caption,
      tables: summary
        ? [
            summaryTable(summary, texts, lang),
            runsTable(subject.result.runs ?? [], summary.name, texts),
          ]
        : [],
    };
  },
};

/** Undefined without repeats. */
export function summaryOf({ result, scenario }: Subject): ScenarioSummary | undefined {
  return result.summary?.find(({ name }) => name === scenario?.name);
}

function summaryTable(summary: ScenarioSummary, texts: ReportTexts, lang: string): PageTable {
  const t = texts.distribution;
  const rows = namedFigures(summary, lang);
  const marks = marksOf(rows.map(([, figures]) => figures));
  return table(
    t.summary,
    [t.figure, ...marks.map((mark) => texts.statistics[mark]), t.count],
    rows.flatMap(([name, figures]) =>
      figures
        ? [
            [
              own(name),
              ...marks.map((mark) => {
                const ms = figures[mark];
                return number(ms === undefined ? '–' : secondsIn(texts, ms));
              }),
              number(String(figures.count)),
            ],
          ]
        : [],
    ),
  );
}

function runsTable(runs: readonly RunResult[], name: string, texts: ReportTexts): PageTable {
  const t = texts.distribution;
  const ms = (value: number | null | undefined) =>
    number(value === null || value === undefined ? '–' : secondsIn(texts, value));
  return table(
    t.table,
    [t.runColumn, t.verdict, t.ready, t.outage, t.writable, t.lost],
    runs.map(({ run, verdict, readyMs, scenarios }) => {
      const scenario = scenarios.find((each) => each.name === name);
      return [
        number(String(run)),
        own(texts.verdicts[verdict]),
        ms(readyMs),
        ms(scenario?.outageMs),
        ms(scenario?.writableMs),
        number(scenario?.ledger ? String(scenario.ledger.lost) : '–'),
      ];
    }),
  );
}
