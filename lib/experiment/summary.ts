/** The runs of a cell together. */
import { statistics } from '../verify/statistics.js';
import { WRITE_EVERY_MS } from '../verify/writer.js';
import type {
  ExperimentClientSummary,
  ExperimentRun,
  ExperimentSpread,
  ExperimentSummary,
} from './types.generated.js';

export function summaryOf(cell: number, runs: readonly ExperimentRun[]): ExperimentSummary {
  const own = runs.filter((each) => each.cell === cell);
  const count = (verdict: string) => own.filter((each) => each.verdict === verdict).length;
  const spread = (of: (run: ExperimentRun) => number | null | undefined): ExperimentSpread | null =>
    statistics(own.flatMap((run) => of(run) ?? [])) ?? null;
  const clients = clientsOf(own);
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
    ...(clients.length > 0 ? { clients } : {}),
  };
}

/** Those of a library, in the order in which they were asked for. */
function clientsOf(runs: readonly ExperimentRun[]): ExperimentClientSummary[] {
  const all = runs.flatMap(({ clients = [] }) => clients);
  return [...new Set(all.map(({ client }) => client))].flatMap((name) => {
    const own = all.filter(({ client }) => client === name);
    const [first] = own;
    if (!first) return [];
    const spread = (values: readonly (number | null)[]) =>
      statistics(values.filter((value) => value !== null)) ?? null;
    const errors = new Map<string, number>();
    for (const { kind, count } of own.flatMap((each) => each.errors)) {
      errors.set(kind, (errors.get(kind) ?? 0) + count);
    }
    return [
      {
        client: name,
        library: first.library,
        version: first.version,
        settings: first.settings,
        runs: own.length,
        again: own.filter(({ againMs }) => againMs !== null).length,
        stuck: own.filter(({ stuck }) => stuck).length,
        againMs: spread(own.map(({ againMs }) => againMs)),
        outageMs: spread(own.map(({ outageMs }) => outageMs)),
        lost: spread(own.map(({ lost }) => lost)),
        failed: spread(own.map(({ failed }) => failed)),
        twice: spread(own.map(({ twice }) => twice)),
        errors: [...errors]
          .map(([kind, count]) => ({ kind, count }))
          .sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind)),
      },
    ];
  });
}

/** Whether the outage is as predicted; the client's writes are so far apart. */
export function isWithin({
  outageMs,
  predicted,
}: Pick<ExperimentRun, 'outageMs' | 'predicted'>): boolean {
  if (outageMs === null || !predicted) return false;
  return outageMs >= predicted.minMs && outageMs <= predicted.maxMs + WRITE_EVERY_MS;
}
