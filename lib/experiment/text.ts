/** An experiment for people: a line for each combination, and how to look further. */
import { say } from '../render/texts.js';
import { item, seconds, table } from '../report/layout.js';
import { type Speech, speechIn } from '../report/speech.js';
import { PLAIN, type Style } from '../report/style.js';
import { nameOf, outliersOf } from './page.js';
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
    '',
    ...item('', say(t.outliers, { count: outliers, runs: runs.length }), style.width),
    ...item('', say(t.where, { folder }), style.width),
  ].join('\n');
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
