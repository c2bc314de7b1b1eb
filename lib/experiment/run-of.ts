/** What of a run's result the data set has. */
import type { ScenarioResult, VerifyResult } from '../report/types.generated.js';
import type { ExperimentRun } from './types.generated.js';

type Begun = Pick<ExperimentRun, 'cell' | 'run' | 'startedAt' | 'ms'>;

export function runOf(begun: Begun, { lab, scenarios: [scenario] }: VerifyResult): ExperimentRun {
  if (!scenario) throw new Error('a verification without a scenario');
  const { verdict, reason, failedClaim, evidence, outageMs, writableMs, ledger } = scenario;
  const { engine, version } = lab.server;
  const phases = scenario.phases.map(({ name, ms, predicted: { minMs, maxMs } }) => ({
    name,
    ms,
    predicted: { minMs, maxMs },
  }));
  const sum = (of: 'minMs' | 'maxMs') =>
    phases.reduce((total, { predicted }) => total + predicted[of], 0);
  return {
    ...begun,
    verdict,
    claim: failedClaim ?? null,
    reason,
    evidence,
    server: { engine: engine === 'valkey' ? 'valkey' : 'redis', version },
    outageMs,
    predicted: phases.length === 0 ? null : { minMs: sum('minMs'), maxMs: sum('maxMs') },
    writableMs,
    phases,
    writes: ledger && {
      attempted: ledger.attempted,
      acknowledged: ledger.acknowledged,
      lost: ledger.lost,
      refused: ledger.refused,
      unknown: ledger.unknown,
    },
    late: lateOf(scenario),
    history: historyOf(scenario),
    pausedMs: ledger?.pausedMs ?? null,
    ...(scenario.clients ? { clients: scenario.clients } : {}),
  };
}

/** A run that could not be made. */
export function errorOf(begun: Begun, reason: string): ExperimentRun {
  return {
    ...begun,
    verdict: 'error',
    claim: null,
    reason,
    evidence: null,
    server: null,
    outageMs: null,
    predicted: null,
    writableMs: null,
    phases: [],
    writes: null,
    late: null,
    history: null,
    pausedMs: null,
  };
}

/** Of the claim that all of it is lost. */
function lateOf({ assertions }: ScenarioResult): ExperimentRun['late'] {
  const found = assertions.find(({ code = '' }) => /\.late-writes$/.test(code));
  const { count, ms } = found?.values ?? {};
  if (typeof count !== 'number' || typeof ms !== 'number') return null;
  return { acknowledged: count, ms };
}

function historyOf({ history }: ScenarioResult): ExperimentRun['history'] {
  if (!history) return null;
  const { acknowledged, lost, findings } = history;
  const two = findings.find(({ kind }) => kind === 'two-masters')?.firstCodes?.[0]?.values['ms'];
  return {
    acknowledged,
    lost,
    twoMastersMs: typeof two === 'number' ? two : 0,
    findings: findings.map(({ kind }) => kind),
  };
}
