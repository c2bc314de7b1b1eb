/** Contradictions in a result that a JSON Schema cannot find: in sums, orders, verdicts that follow from others. */
import type {
  LedgerResult,
  ScenarioResult,
  Verdict,
  VerifyResult,
} from '../../lib/report/types.generated.js';

/** A sentence for everything that contradicts itself; none in a sound result. */
export function resultFaults(result: VerifyResult): string[] {
  const { scenarios, runs, summary, verdict } = result;
  const all = runs ? runs.flatMap((run) => run.scenarios) : scenarios;
  return [
    ...all.flatMap(scenarioFaults),
    ...(verdict === together(all) ? [] : [`the verdict ${verdict} is not that of its scenarios`]),
    ...(runs ?? []).flatMap((run, i) => [
      ...(run.run === i + 1 ? [] : [`run ${run.run} stands at place ${i + 1}`]),
      ...(run.verdict === together(run.scenarios) ? [] : [`run ${run.run} is not ${run.verdict}`]),
    ]),
    ...((runs === undefined) === (summary === undefined) ? [] : ['runs and summary go together']),
    ...(summary ?? []).flatMap((each) => {
      const count = all.filter(({ name }) => name === each.name).length;
      return [
        ...(each.runs === count
          ? []
          : [`${each.name}: ${each.runs} runs in the summary, ${count} really`]),
        ...(each.passed + each.failed + each.skipped === each.runs
          ? []
          : [`${each.name}: passed, failed and skipped are not all runs`]),
        ...[each.readyMs, each.outageMs, each.writableMs, ...Object.values(each.phases)].flatMap(
          (figures) =>
            !figures ||
            isSorted([figures.min, figures.median, figures.p95 ?? figures.max, figures.max])
              ? []
              : [`${each.name}: statistics out of order`],
        ),
      ];
    }),
  ];
}

function scenarioFaults(scenario: ScenarioResult): string[] {
  const { name, verdict, reason, assertions, timeline, phases, ledger } = scenario;
  const fault = (holds: boolean, text: string) => (holds ? [] : [`${name}: ${text}`]);
  return [
    ...fault((verdict === 'passed') === (reason === null), 'a reason, and only if it did not pass'),
    ...fault(
      verdict !== 'passed' || assertions.every((each) => each.verdict !== 'failed'),
      'passed with a failed assertion',
    ),
    ...fault(isSorted(timeline.map(({ atMs }) => atMs)), 'the timeline is not in order of time'),
    ...fault(
      isSorted(phases.flatMap(({ atMs }) => atMs ?? [])),
      'the phases are not in order of time',
    ),
    ...fault(
      phases.every(({ predicted }) => predicted.minMs <= predicted.maxMs),
      'a prediction from more to less',
    ),
    ...(ledger ? ledgerFaults(ledger).map((text) => `${name}: ${text}`) : []),
  ];
}

function ledgerFaults(ledger: LedgerResult): string[] {
  const { attempted, acknowledged, kept, lost, refused, unknown, unknownKept } = ledger;
  const { lostRecords, stretches } = ledger;
  const numbers = (outcome: LedgerResult['stretches'][number]['outcome']) =>
    stretches
      .filter((each) => each.outcome === outcome)
      .reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const fault = (holds: boolean, text: string) => (holds ? [] : [`ledger: ${text}`]);
  return [
    ...fault(attempted === acknowledged + refused + unknown, 'attempted is not the sum'),
    ...fault(acknowledged === kept + lost, 'acknowledged is not kept and lost'),
    ...fault(unknownKept <= unknown, 'more unknown kept than unknown'),
    ...fault(lostRecords.length === lost, 'lost records are not all named'),
    ...fault(
      stretches.every(({ first }, i) => first === (stretches[i - 1]?.last ?? 0) + 1),
      'a gap or an overlap between stretches',
    ),
    ...fault((stretches.at(-1)?.last ?? 0) === attempted, 'the stretches do not reach the end'),
    ...fault(
      numbers('kept') === kept &&
        numbers('lost') === lost &&
        numbers('refused') === refused &&
        numbers('unknown') === unknown,
      'the stretches give other sums',
    ),
    ...fault(
      stretches.every(({ fromMs, toMs }) => fromMs <= toMs),
      'a stretch ends before it begins',
    ),
  ];
}

function together(scenarios: readonly ScenarioResult[]): Verdict {
  if (scenarios.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return scenarios.every(({ verdict }) => verdict === 'skipped') ? 'skipped' : 'passed';
}

function isSorted(numbers: readonly number[]): boolean {
  return numbers.every((each, i) => i === 0 || each >= (numbers[i - 1] ?? each));
}
