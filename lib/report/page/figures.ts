/** The drawings of the page, each with its words and with the table behind it. */
import { say } from '../../render/texts.js';
import { ledgerDrawing } from '../drawing/ledger.js';
import { outageDrawing } from '../drawing/outage.js';
import {
  type Colours,
  type Drawing,
  type Pen,
  type ReportTexts,
  secondsIn,
  timeIn,
} from '../drawing/pen.js';
import { fitOf, phasesDrawing, rangeIn } from '../drawing/phases.js';
import { inlineSvg } from '../drawing/svg.js';
import { timelineDrawing } from '../drawing/timeline/timeline.js';
import { topologyDrawing } from '../drawing/topology.js';
import { drawnScenario } from '../drawings.js';
import { type Language, type Told, toldIn } from '../messages.js';
import type {
  LedgerResult,
  Phase,
  RunResult,
  ScenarioResult,
  ScenarioSummary,
  Statistics,
  VerifyResult,
} from '../result.js';
import { cleaned } from './told.js';

const WIDE = 920;
const PHONE = 340;

/** A longer table is printed only if it was opened. */
const ROWS_ON_PAPER = 24;

export interface Cell {
  readonly parts: readonly Told[];
  readonly number: boolean;
}

export interface PageTable {
  readonly summary: string;
  /** Too long for paper. */
  readonly isLong: boolean;
  readonly columns: readonly { readonly text: string; readonly number: boolean }[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Figure {
  readonly id: string;
  readonly heading: string;
  readonly caption: string;
  readonly remarks: readonly string[];
  readonly wide: string;
  readonly phone: string;
  readonly tables: readonly PageTable[];
}

export function figuresOf(
  result: VerifyResult,
  texts: ReportTexts,
  language: Language,
  colours: Colours,
): Figure[] {
  const scenario = drawnScenario(result);
  const pens = [WIDE, PHONE].map((width): Pen => ({ colours, texts, width }));
  const figure = (
    id: string,
    draw: (pen: Pen) => Drawing | undefined,
    words: Omit<Figure, 'id' | 'wide' | 'phone'>,
  ): Figure[] => {
    const [wide, phone] = pens.map(draw);
    if (!wide || !phone) return [];
    return [
      {
        id,
        ...words,
        wide: inlineSvg(wide, `${id}-wide`, 'wide'),
        phone: inlineSvg(phone, `${id}-phone`, 'phone'),
      },
    ];
  };
  const { runs, summary } = result;
  const figures = summary?.find(({ name }) => name === scenario?.name);
  return [
    ...(scenario
      ? [
          ...figure('timeline', (pen) => timelineDrawing(scenario, result.lab.nodes, pen), {
            heading: texts.timeline.heading,
            caption: texts.timeline.caption,
            remarks: [],
            tables: [eventsTable(scenario, texts, language)],
          }),
          ...figure('phases', (pen) => phasesDrawing(scenario, pen), {
            heading: texts.prediction.heading,
            caption: texts.prediction.caption,
            remarks: [],
            tables: [phasesTable(scenario, texts)],
          }),
        ]
      : []),
    ...figure('topology', (pen) => topologyDrawing(result, scenario, pen), {
      heading: texts.topology.heading,
      caption: texts.topology.caption,
      remarks: [],
      tables: [nodesTable(result, texts)],
    }),
    ...(scenario?.ledger
      ? figure('ledger', (pen) => ledgerDrawing(scenario, pen), {
          heading: texts.ledger.heading,
          caption: say(texts.ledger.caption, { interval: String(scenario.ledger.intervalMs) }),
          remarks: ledgerRemarks(scenario.ledger, texts),
          tables: [stretchesTable(scenario.ledger, texts, language)],
        })
      : []),
    ...(runs && figures
      ? figure('outage', (pen) => outageDrawing(runs, figures, pen), {
          heading: texts.distribution.heading,
          caption: texts.distribution.caption,
          remarks: [],
          tables: [summaryTable(figures, texts), runsTable(runs, figures.name, texts)],
        })
      : []),
  ];
}

const cell = (parts: readonly Told[]): Cell => ({ parts: cleaned(parts), number: false });
const own = (text: string): Cell => cell([{ text, english: false }]);
const english = (text: string): Cell => cell([{ text, english: true }]);
const number = (text: string): Cell => ({ parts: [{ text, english: false }], number: true });
/** A word of ours in the language of the page, any other as it is. */
const named = (names: Readonly<Record<string, string>>, word: string): Cell =>
  Object.hasOwn(names, word) ? own(names[word] ?? '') : english(word);

function table(
  summary: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): PageTable {
  return {
    summary,
    isLong: rows.length > ROWS_ON_PAPER,
    columns: columns.map((text, i) => ({ text, number: rows[0]?.[i]?.number ?? false })),
    rows,
  };
}

function eventsTable(
  { timeline }: ScenarioResult,
  texts: ReportTexts,
  language: Language,
): PageTable {
  const t = texts.timeline;
  return table(
    say(t.table, { count: timeline.length }),
    [t.at, t.source, t.event, t.detail],
    timeline.map(({ atMs, source, event, detail, detailCodes }) => [
      number(secondsIn(texts, atMs)),
      named(texts.sources, source),
      named(texts.events, event),
      cell(toldIn(language, detail, detailCodes, ': ')),
    ]),
  );
}

function phasesTable({ phases }: ScenarioResult, texts: ReportTexts): PageTable {
  const t = texts.prediction;
  return table(
    t.table,
    [t.phase, t.measured, t.predicted, t.from, t.to, t.why],
    phases.map((phase) => [
      own(texts.phases[phase.name]),
      number(phase.ms === null ? texts.notSeen : timeIn(texts, phase.ms)),
      number(predictedIn(texts, phase)),
      own(texts.bounds[phase.name].from),
      own(texts.bounds[phase.name].to),
      own(texts.bounds[phase.name].why),
    ]),
  );
}

/** The range alone, where the measure lies in it. */
function predictedIn(texts: ReportTexts, phase: Phase): string {
  const [fit, range] = [fitOf(phase), rangeIn(texts, phase.predicted)];
  return fit === 'longer' || fit === 'shorter' ? say(texts.prediction[fit], { range }) : range;
}

function nodesTable({ lab }: VerifyResult, texts: ReportTexts): PageTable {
  const t = texts.topology;
  const port = (value: number | null) => number(value === null ? '–' : String(value));
  return table(
    texts.particulars.nodes,
    [t.node, t.address, t.redisPort, t.sentinelPort],
    lab.nodes.map(({ name, address, redisPort, sentinelPort }) => [
      english(name),
      english(address),
      port(redisPort),
      port(sentinelPort),
    ]),
  );
}

function ledgerRemarks(ledger: LedgerResult, texts: ReportTexts): string[] {
  return [
    ...(ledger.unknown > 0 ? [say(texts.ledger.unknownKept, { count: ledger.unknownKept })] : []),
    ...(ledger.lostRecords.length > 0
      ? [say(texts.ledger.lostRecords, { records: spans(ledger.lostRecords) })]
      : []),
  ];
}

/** `3, 7–12`: neighbours together. */
export function spans(numbers: readonly number[]): string {
  const found: [first: number, last: number][] = [];
  for (const each of numbers) {
    const last = found.at(-1);
    if (last && each === last[1] + 1) last[1] = each;
    else found.push([each, each]);
  }
  return found.map(([first, last]) => (first === last ? first : `${first}–${last}`)).join(', ');
}

function stretchesTable(
  { stretches }: LedgerResult,
  texts: ReportTexts,
  language: Language,
): PageTable {
  const t = texts.ledger;
  return table(
    t.table,
    [t.records, t.outcome, t.from, t.to, t.reason],
    stretches.map(({ outcome, reason, reasonCodes, first, last, fromMs, toMs }) => [
      number(first === last ? String(first) : `${first}–${last}`),
      own(texts.outcomes[outcome]),
      number(secondsIn(texts, fromMs)),
      number(secondsIn(texts, toMs)),
      cell(toldIn(language, reason, reasonCodes)),
    ]),
  );
}

function summaryTable(summary: ScenarioSummary, texts: ReportTexts): PageTable {
  const t = texts.distribution;
  const rows: readonly (readonly [string, Statistics | undefined])[] = [
    [t.readyName, summary.readyMs],
    ...Object.entries(summary.phases).map(
      ([name, figures]) => [texts.phases[name as keyof typeof texts.phases], figures] as const,
    ),
    [texts.writable.name, summary.writableMs],
    [texts.outage.name, summary.outageMs],
  ];
  const { min, median, p95, max } = texts.statistics;
  return table(
    t.summary,
    [t.figure, min, median, p95, max, t.count],
    rows.flatMap(([name, figures]) =>
      figures
        ? [
            [
              own(name),
              ...[figures.min, figures.median, figures.p95, figures.max].map((ms) =>
                number(secondsIn(texts, ms)),
              ),
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
