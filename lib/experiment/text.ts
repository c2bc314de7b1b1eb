/** An experiment for people: a line for each combination, and how to look further. */
import { say } from '../render/texts.js';
import { errorsText } from '../report/clients-text.js';
import { clean, item, seconds, table } from '../report/layout.js';
import { type Speech, speechIn } from '../report/speech.js';
import { PLAIN, type Style } from '../report/style.js';
import { clientText, nameOf, outliersOf } from './page.js';
import type { ExperimentCell, ExperimentResult, ExperimentRun } from './types.generated.js';

/** Lines joined by newlines, none at the end. */
export function experimentText(
  result: ExperimentResult,
  folder: string,
  style: Style = PLAIN,
  lang?: string,
): string {
  const speech = speechIn(lang);
  const t = speech.t.experiment;
  const { cells, summaries, runs } = result;
  const outliers = outliersOf(result).length;
  const rows = cells.map((cell) => {
    const found = summaries.find((each) => each.cell === cell.cell);
    const { outageMs = null, predicted = null } = found ?? {};
    return [
      `${found?.passed ?? 0}/${found?.runs ?? 0}`,
      outageMs ? seconds(outageMs.median) : '–',
      outageMs ? seconds(outageMs.max) : '–',
      predicted ? `${seconds(predicted.minMs)}–${seconds(predicted.maxMs)}` : '–',
      predicted ? String(found?.within ?? 0) : '–',
      String(found?.lost?.median ?? '–'),
      String(found?.late?.median ?? '–'),
      nameOf(cell),
    ];
  });
  const columns = [t.passed, t.median, t.longest, t.predicted, t.within, t.lost, t.late, t.cell];
  return [
    ...table(
      columns.map((title, i) => ({ title, ...(i < columns.length - 1 ? { align: 'right' } : {}) })),
      rows,
      style.width,
    ),
    ...clientLines(result, speech, style),
    '',
    ...item('', say(t.outliers, { count: outliers, runs: runs.length }), style.width),
    ...item('', say(t.where, { folder }), style.width),
  ].join('\n');
}

/** A line for each client of a library in each combination, and what it is. */
function clientLines(
  { cells, summaries }: ExperimentResult,
  { t }: Speech,
  { width }: Style,
): string[] {
  const words = t.clients;
  const all = cells.flatMap((cell) =>
    (summaries.find((each) => each.cell === cell.cell)?.clients ?? []).map((client) => ({
      cell,
      client,
    })),
  );
  if (all.length === 0) return [];
  const rows = all.map(({ cell, client }) => [
    client.againMs ? seconds(client.againMs.median) : '–',
    client.outageMs ? seconds(client.outageMs.max) : '–',
    `${client.stuck}/${client.runs}`,
    `${client.runs - client.again}/${client.runs}`,
    String(client.lost?.median ?? '–'),
    String(client.failed?.median ?? '–'),
    String(client.twice?.median ?? '–'),
    clean(client.client),
    nameOf(cell),
  ]);
  const { again, longest, stuck, never, lost, failed, twice } = words;
  const numbers = [again, longest, stuck, never, lost, failed, twice];
  const kinds = new Map(all.map(({ client }) => [client.client, client]));
  return [
    '',
    ...table(
      [
        ...numbers.map((title) => ({ title, align: 'right' as const })),
        { title: words.client },
        { title: t.experiment.cell },
      ],
      rows,
      width,
    ),
    '',
    ...item('', words.note, width),
    ...[...kinds.values()].flatMap((client) =>
      item(`${clean(client.client)}: `, clean(clientText(client, words.defaults)), width),
    ),
    ...all
      .filter(({ client }) => client.errors.length > 0)
      .flatMap(({ cell, client }) =>
        item(
          '',
          say(words.errors, {
            client: clean(client.client),
            cell: nameOf(cell),
            errors: clean(errorsText(client.errors)),
          }),
          width,
        ),
      ),
  ];
}

/** `12/80 failover, sentinel.downAfter=1s: passed, outage 2.345 s` */
export function runText(
  run: ExperimentRun,
  cell: ExperimentCell,
  [done, all]: readonly [number, number],
  speech: Speech = speechIn(),
): string {
  const { t } = speech;
  const verdict = run.verdict === 'error' ? t.experiment.error : t.verdicts[run.verdict];
  const outage =
    run.outageMs === null
      ? ''
      : `, ${say(t.progress.outage, { time: say(t.experiment.seconds, { value: seconds(run.outageMs) }) })}`;
  const why = run.verdict === 'passed' || run.reason === null ? '' : `: ${run.reason}`;
  return `${done}/${all} ${nameOf(cell)}: ${verdict}${outage}${why}`;
}
