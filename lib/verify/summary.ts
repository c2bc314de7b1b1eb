import type {
  PhaseName,
  RunResult,
  ScenarioSummary,
  Statistics,
} from '../report/types.generated.js';
import { statistics } from './statistics.js';

/** The figures of all runs together, one summary for each scenario. */
export function summarise(names: readonly string[], runs: readonly RunResult[]): ScenarioSummary[] {
  const readyMs = statistics(present(runs.map((run) => run.readyMs)));
  return names.map((name) => {
    const results = runs.flatMap((run) => run.scenarios.filter((each) => each.name === name));
    const count = (verdict: string) => results.filter((each) => each.verdict === verdict).length;
    const outageMs = statistics(present(results.map((each) => each.outageMs)));
    const writableMs = statistics(present(results.map((each) => each.writableMs)));
    const incidents = present(results.map((each) => each.incident));
    const outcomes = [...new Set(incidents.map((each) => each.outcome))].map((outcome) => ({
      outcome,
      runs: incidents.filter((each) => each.outcome === outcome).length,
    }));
    const phases: Partial<Record<PhaseName, Statistics>> = {};
    for (const phase of new Set(results.flatMap((each) => each.phases.map((part) => part.name)))) {
      const lengths = results.map((each) => each.phases.find((part) => part.name === phase)?.ms);
      const figures = statistics(present(lengths));
      if (figures) phases[phase] = figures;
    }
    return {
      name,
      runs: results.length,
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      ...(readyMs ? { readyMs } : {}),
      ...(outageMs ? { outageMs } : {}),
      ...(writableMs ? { writableMs } : {}),
      phases,
      acknowledged: sum(results.map((each) => each.ledger?.acknowledged)),
      lost: sum(results.map((each) => each.ledger?.lost)),
      ...(outcomes.length > 0 ? { outcomes } : {}),
    };
  });
}

function present<T>(values: readonly (T | null | undefined)[]): T[] {
  return values.filter((value) => value !== null && value !== undefined);
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
