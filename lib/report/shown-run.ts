/** Which run of many is told and drawn. Pure. */
import type { RunResult, ScenarioSummary } from './types.generated.js';

/**
 * The first run that failed; else the one whose outages are nearest their medians, which is the earlier of two that are equally
 * near; the last where nothing was out. Undefined without runs.
 */
export function shownRun(
  runs: readonly RunResult[],
  summary: readonly ScenarioSummary[],
): RunResult | undefined {
  const failed = runs.find(({ verdict }) => verdict === 'failed');
  if (failed) return failed;
  const medians = summary.flatMap(({ name, outageMs }) =>
    outageMs ? [{ name, median: outageMs.median }] : [],
  );
  if (medians.length === 0) return runs.at(-1);
  const away = ({ scenarios }: RunResult) =>
    medians.reduce((sum, { name, median }) => {
      const { outageMs = null } = scenarios.find((each) => each.name === name) ?? {};
      return outageMs === null
        ? Number.POSITIVE_INFINITY
        : sum + Math.abs(outageMs - median) / median;
    }, 0);
  return runs.toSorted((a, b) => away(a) - away(b) || a.run - b.run)[0];
}
