/** The runs of a cell together. */
import { statistics } from '../verify/statistics.js';
import { WRITE_EVERY_MS } from '../verify/writer.js';
import type { ExperimentRun, ExperimentSpread, ExperimentSummary } from './types.generated.js';

export function summaryOf(cell: number, runs: readonly ExperimentRun[]): ExperimentSummary {
  const own = runs.filter((each) => each.cell === cell);
  const count = (verdict: string) => own.filter((each) => each.verdict === verdict).length;
  const spread = (of: (run: ExperimentRun) => number | null | undefined): ExperimentSpread | null =>
    statistics(own.flatMap((run) => of(run) ?? [])) ?? null;
  return {
    cell,
    runs: own.length,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    errors: count('error'),
    outageMs: spread(({ outageMs }) => outageMs),
    writableMs: spread(({ writableMs }) => writableMs),
    predicted: own.find(({ predicted }) => predicted)?.predicted ?? null,
    within: own.filter(isWithin).length,
    lost: spread(({ writes }) => writes?.lost),
    late: spread(({ late }) => late?.acknowledged),
    twoMastersMs: spread(({ history }) => history?.twoMastersMs),
  };
}

/** Whether the outage is as predicted; the client's writes are so far apart. */
export function isWithin({ outageMs, predicted }: ExperimentRun): boolean {
  if (outageMs === null || !predicted) return false;
  return outageMs >= predicted.minMs && outageMs <= predicted.maxMs + WRITE_EVERY_MS;
}
