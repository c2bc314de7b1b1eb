/** An experiment as one page of HTML that needs nothing else. Pure. */
import { documentFile, fillDocument } from '../render/documents.js';
import { say, textsOf } from '../render/texts.js';
import { errorsText } from '../report/clients-text.js';
import { type Curve, curvesDrawing } from '../report/drawing/curves.js';
import {
  type Drawing,
  OF_PAGE,
  type Pen,
  type ReportTexts,
  timeIn,
} from '../report/drawing/pen.js';
import { type Strip, type Strips, stripsDrawing, valueIn } from '../report/drawing/strips.js';
import { inlineSvg } from '../report/drawing/svg.js';
import { moment, type ReportOptions } from '../report/drawings.js';
import { clean } from '../report/layout.js';
import { number, own, type PageTable, table } from '../report/sections/tables.js';
import { statistics } from '../verify/statistics.js';
import { alongOf } from './along.js';
import { settingsOf } from './csv.js';
import { isWithin } from './summary.js';
import type {
  ExperimentCell,
  ExperimentClientSummary,
  ExperimentResult,
  ExperimentRun,
} from './types.generated.js';

const WIDE = 920;
const PHONE = 340;

/**
 * The distributions of an experiment beside what was predicted, in the style of the report. Pure.
 * @throws RedisLabError (2) for an unknown language
 */
export function experimentPage(
  result: ExperimentResult,
  { lang = 'en' }: Pick<ReportOptions, 'lang'> = {},
): string {
  const texts = textsOf('report', lang);
  const { experiment: t } = texts;
  const { cells, runs } = result;
  const measured = runs.filter(({ outageMs, predicted }) => outageMs !== null && predicted);
  return fillDocument('report/experiment.html', {
    lang,
    t,
    style: documentFile('report/style.css'),
    lede: say(t.lede, { cells: cells.length, runs: runs.length }),
    facts: [
      fact(
        'passed',
        runs.filter(({ verdict }) => verdict === 'passed').length,
        t.passed,
        runs.length,
      ),
      fact('within', measured.filter(isWithin).length, t.within, measured.length),
    ],
    figures: [
      ...FIGURES.flatMap((each) => [
        ...figure(each, stripsOf(each, result, texts), texts),
        ...(each.unit === 'count' ? curvesOf(each, result, texts) : []),
      ]),
      ...figure(CLIENTS, clientStrips(result, texts), texts),
    ],
    cells: cellsTable(result, texts),
    clients: clientsTable(result, texts),
    libraries: libraries(result, t.clients.defaults),
    outliers: outliersTable(result, texts),
    commands: cells.map((cell) => ({ name: nameOf(cell), command: clean(cell.command) })),
    particulars: particulars(result, texts),
  });
}

function fact(name: string, data: number, text: string, count: number) {
  return { name, data, value: String(data), text: say(text, { count }), isBad: data < count };
}

/** `hang, valkey 8.1.4, sentinel.downAfter=1s`: what makes a cell differ from others. */
export function nameOf(
  { scenario, settings, server }: Pick<ExperimentCell, 'scenario' | 'settings' | 'server'>,
  but?: string,
): string {
  const set = Object.entries(settings).flatMap(([path, value]) =>
    path === but ? [] : [`${path}=${value}`],
  );
  return clean(
    [scenario, ...(server === null ? [] : [`${server.engine} ${server.version}`]), ...set].join(
      ', ',
    ),
  );
}

interface Figure {
  readonly id: 'outage' | 'lost' | 'late' | 'two-masters' | 'clients';
  readonly unit: Strips['unit'];
}

const CLIENTS: Figure = { id: 'clients', unit: 'ms' };

interface FigureKind extends Figure {
  readonly of: (run: ExperimentRun) => number | null | undefined;
}

const FIGURES: readonly FigureKind[] = [
  { id: 'outage', unit: 'ms', of: ({ outageMs }) => outageMs },
  { id: 'lost', unit: 'count', of: ({ writes }) => writes?.lost },
  { id: 'late', unit: 'count', of: ({ late }) => late?.acknowledged },
  { id: 'two-masters', unit: 'ms', of: ({ history }) => history?.twoMastersMs || undefined },
];

function stripsOf({ id, of }: FigureKind, result: ExperimentResult, texts: ReportTexts): Strip[] {
  return result.cells.flatMap((cell): Strip[] => {
    const own = result.runs.filter((run) => run.cell === cell.cell);
    const values = valuesOf(of, own, texts);
    const median = statistics(values.map(({ value }) => value))?.median;
    if (median === undefined) return [];
    const predicted = id === 'outage' ? own.find((run) => run.predicted)?.predicted : undefined;
    const band = predicted ? { min: predicted.minMs, max: predicted.maxMs } : undefined;
    return [{ name: nameOf(cell), values, median, band }];
  });
}

function valuesOf(of: FigureKind['of'], runs: readonly ExperimentRun[], texts: ReportTexts) {
  return runs.flatMap((run) => {
    const value = of(run);
    if (value === null || value === undefined) return [];
    const name = say(texts.experiment.run, { run: run.run });
    return [{ value, name, isBad: run.verdict !== 'passed' }];
  });
}

/** The same values along the setting that takes the most numbers, a curve for each combination of the others. */
function curvesOf({ id, of }: FigureKind, result: ExperimentResult, texts: ReportTexts) {
  const along = alongOf(result.varied, result.cells);
  if (!along) return [];
  const numberOf = ({ settings }: ExperimentCell) =>
    along.values.get(settings[along.path] ?? '') ?? 0;
  const names = [...new Set(result.cells.map((cell) => nameOf(cell, along.path)))];
  const curves = names.map((name): Curve => {
    const cells = result.cells.filter((cell) => nameOf(cell, along.path) === name);
    const points = cells
      .toSorted((one, other) => numberOf(one) - numberOf(other))
      .flatMap((cell) => {
        const own = result.runs.filter((run) => run.cell === cell.cell);
        const values = valuesOf(of, own, texts);
        const median = statistics(values.map(({ value }) => value))?.median;
        const label = along.labels.get(cell.settings[along.path] ?? '') ?? '';
        return median === undefined ? [] : [{ at: numberOf(cell), label, median, values }];
      });
    return { name, points };
  });
  const shown = curves.filter(({ points }) => points.length > 1);
  const { along: heading, alongCaption: caption } = texts.experiment;
  const title = say(heading, { heading: texts.experiment.figures[id].heading, name: along.name });
  return drawn(`${id}-curves`, { heading: title, caption }, texts, (pen) =>
    shown.some(({ points }) => points.some(({ median }) => median > 0))
      ? curvesDrawing({ title, axis: along.name, curves: shown }, pen)
      : undefined,
  );
}

/** How long each client of a library did not write; bad is one that never wrote again. */
function clientStrips({ cells, summaries, runs }: ExperimentResult, texts: ReportTexts): Strip[] {
  return cells.flatMap((cell) => {
    const { clients = [] } = summaries.find((each) => each.cell === cell.cell) ?? {};
    return clients.map(({ client, outageMs }): Strip => {
      const values = runs
        .filter((run) => run.cell === cell.cell)
        .flatMap((run) =>
          (run.clients ?? [])
            .filter((each) => each.client === client)
            .map((each) => ({
              value: each.outageMs,
              name: say(texts.experiment.run, { run: run.run }),
              isBad: each.againMs === null,
            })),
        );
      return { name: clean(`${client}, ${nameOf(cell)}`), values, median: outageMs?.median ?? 0 };
    });
  });
}

/** Nothing where no run has it, or where it is zero in all of them. */
function figure({ id, unit }: Figure, strips: readonly Strip[], texts: ReportTexts) {
  const { figures } = texts.experiment;
  if (strips.every(({ values }) => values.every(({ value }) => value === 0))) return [];
  const { heading, caption, axis } = figures[id];
  return drawn(id, { heading, caption }, texts, (pen) =>
    stripsDrawing({ title: heading, unit, axis, strips }, pen),
  );
}

/** For a wide page, and for a phone. */
function drawn(
  id: string,
  { heading, caption }: { readonly heading: string; readonly caption: string },
  texts: ReportTexts,
  draw: (pen: Pen) => Drawing | undefined,
) {
  const [wide, phone] = [WIDE, PHONE].map((width) => draw({ colours: OF_PAGE, texts, width }));
  if (!wide || !phone) return [];
  return [
    {
      id,
      heading,
      caption,
      wide: inlineSvg(wide, `${id}-wide`, 'wide'),
      phone: inlineSvg(phone, `${id}-phone`, 'phone'),
    },
  ];
}

function cellsTable({ cells, summaries }: ExperimentResult, texts: ReportTexts): PageTable {
  const { columns } = texts.experiment;
  const value = (unit: Strips['unit'], figures: { readonly median: number } | null) =>
    number(figures ? valueIn(texts, unit, figures.median) : '–');
  return table(
    texts.experiment.table,
    [
      columns.cell,
      columns.runs,
      columns.passed,
      columns.outage,
      columns.worst,
      columns.predicted,
      columns.within,
      columns.lost,
      columns.late,
      columns.twoMasters,
    ],
    cells.map((cell) => {
      const found = summaries.find((each) => each.cell === cell.cell);
      const { outageMs = null, predicted = null } = found ?? {};
      return [
        own(nameOf(cell)),
        number(String(found?.runs ?? 0)),
        number(String(found?.passed ?? 0)),
        value('ms', outageMs),
        number(outageMs ? timeIn(texts, outageMs.max) : '–'),
        number(
          predicted ? `${timeIn(texts, predicted.minMs)} – ${timeIn(texts, predicted.maxMs)}` : '–',
        ),
        number(predicted ? String(found?.within ?? 0) : '–'),
        value('count', found?.lost ?? null),
        value('count', found?.late ?? null),
        value('ms', found?.twoMastersMs ?? null),
      ];
    }),
  );
}

/** `ioredis 6.0.0, failoverDetector=true` */
export function clientText(
  client: Pick<ExperimentClientSummary, 'library' | 'version' | 'settings'>,
  defaults: string,
): string {
  return `${client.library} ${client.version}, ${settingsOf(client) || defaults}`;
}

/** Each client, and what it is. */
function libraries({ summaries }: ExperimentResult, defaults: string) {
  const all = summaries.flatMap(({ clients = [] }) => clients);
  const each = new Map(all.map((client) => [client.client, clientText(client, defaults)]));
  return [...each].map(([name, text]) => ({ name: clean(name), text: clean(text) }));
}

function clientsTable(
  { cells, summaries }: ExperimentResult,
  texts: ReportTexts,
): PageTable | undefined {
  const { clients: t } = texts.experiment;
  const rows = cells.flatMap((cell) =>
    (summaries.find((each) => each.cell === cell.cell)?.clients ?? []).map((client) => {
      const { again, stuck, runs, againMs, outageMs, lost, failed, twice } = client;
      const count = (figures: { readonly median: number; readonly max: number } | null) =>
        number(
          figures
            ? `${valueIn(texts, 'count', figures.median)} / ${valueIn(texts, 'count', figures.max)}`
            : '–',
        );
      return [
        own(clean(client.client)),
        own(nameOf(cell)),
        number(againMs ? timeIn(texts, againMs.median) : '–'),
        number(outageMs ? timeIn(texts, outageMs.max) : '–'),
        number(`${stuck} / ${runs}`),
        number(`${runs - again} / ${runs}`),
        count(lost),
        count(failed),
        count(twice),
        own(clean(errorsText(client.errors))),
      ];
    }),
  );
  if (rows.length === 0) return undefined;
  return table(
    t.table,
    [t.client, t.cell, t.again, t.longest, t.stuck, t.never, t.lost, t.failed, t.twice, t.errors],
    rows,
  );
}

/** Runs that did not pass, or whose outage lies outside its band: none is left out. */
export function outliersOf({ runs }: Pick<ExperimentResult, 'runs'>): readonly ExperimentRun[] {
  return runs.filter(
    (run) =>
      run.verdict === 'failed' ||
      run.verdict === 'error' ||
      (run.outageMs !== null && run.predicted !== null && !isWithin(run)),
  );
}

function outliersTable(result: ExperimentResult, texts: ReportTexts): PageTable | undefined {
  const { outliers: t } = texts.experiment;
  const found = outliersOf(result);
  if (found.length === 0) return undefined;
  const time = (ms: number | null) => number(ms === null ? '–' : timeIn(texts, ms));
  return table(
    t.table,
    [t.cell, t.run, t.outage, t.longest, t.paused, t.reason],
    found.map((run) => {
      const cell = result.cells.find((each) => each.cell === run.cell);
      return [
        own(cell ? nameOf(cell) : String(run.cell)),
        number(String(run.run)),
        time(run.outageMs),
        own(beyond(run, texts)),
        time(run.pausedMs),
        own(clean(run.reason ?? '')),
      ];
    }),
  );
}

/** The phases that lie outside their bands. */
function beyond({ phases }: ExperimentRun, texts: ReportTexts): string {
  const names: Readonly<Record<string, string>> = texts.phases;
  return phases
    .flatMap(({ name, ms, predicted }) =>
      ms !== null && (ms < predicted.minMs || ms > predicted.maxMs)
        ? [`${names[name] ?? clean(name)} ${timeIn(texts, ms)}`]
        : [],
    )
    .join(', ');
}

function particulars(result: ExperimentResult, texts: ReportTexts) {
  const { particulars: t } = texts.experiment;
  const { machine, runs, backend, jobs, redisLab, startedAt, endedAt, id } = result;
  const servers = new Set(
    runs.flatMap(({ server }) => (server ? [`${server.engine} ${server.version}`] : [])),
  );
  const { processor, cores, memory, platform, release, arch, node } = machine;
  return [
    ['machine', t.machine, say(t.machineIs, { processor, cores, memory })],
    ['system', t.system, `${platform} ${release} ${arch}, Node ${node}`],
    ['servers', t.servers, [...servers].join(', ')],
    ['backend', t.backend, backend],
    ['jobs', t.jobs, String(jobs)],
    ['started', t.started, moment(startedAt)],
    ['ended', t.ended, moment(endedAt)],
    ['redis-lab', t.redisLab, redisLab],
    ['id', t.id, id],
  ].map(([key, name, value = '']) => ({ key, name, value: clean(value) }));
}
