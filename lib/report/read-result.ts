/** A saved result, from its JSON. */
import { parseSaved } from '../spec/saved.js';
import { resultSchema } from './schema.js';
import { shownRun } from './shown-run.js';
import type { ScenarioResult, VerifyResult } from './types.generated.js';

/**
 * @param filename what to call it in messages
 * @throws SpecError (2) for a text that is no JSON, or no result of `verify --json`
 */
export function readResult(text: string, filename: string): VerifyResult {
  const kind = { what: 'a result', command: 'redis-lab verify --json' };
  const result = parseSaved(resultSchema, text, filename, kind);
  return withShownRun(result.format === 1 ? fromFormat1(result) : result);
}

/** Older results have the last run as it was, whatever it was like. */
function withShownRun(result: VerifyResult): VerifyResult {
  const { runs, summary = [], shownRun: known } = result;
  const shown = known === undefined && runs ? shownRun(runs, summary) : undefined;
  return shown ? { ...result, scenarios: shown.scenarios, shownRun: shown.run } : result;
}

/** Format 1 says which node was broken in words only, at the end of a sentence. */
function fromFormat1({ scenarios, runs, ...rest }: VerifyResult): VerifyResult {
  const nodes = rest.lab.nodes.map(({ name }) => name);
  const withFault = (scenario: ScenarioResult): ScenarioResult => {
    const told = scenario.timeline.find(
      ({ source, event }) => source === 'scenario' && event === 'fault',
    );
    const node = nodes.find((name) => name === told?.detail.split(' ').at(-1));
    return node === undefined ? scenario : { ...scenario, fault: { kind: 'crash', node } };
  };
  return {
    ...rest,
    scenarios: scenarios.map(withFault),
    ...(runs
      ? { runs: runs.map((run) => ({ ...run, scenarios: run.scenarios.map(withFault) })) }
      : {}),
  };
}
