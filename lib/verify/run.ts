/** Runs scenarios on a lab that is up, as often as wanted, and gives what they found. */
import path from 'node:path';
import type { Backend, RunningServer } from '../backends/backend.js';
import { now } from '../clock.js';
import { RedisLabError, usage } from '../errors.js';
import type { LabModel } from '../model/model.js';
import { NoAnswer, Refusal } from '../redis-view/connection.js';
import { codesOf, inTurn, type Message, message, quoted } from '../report/messages.js';
import { shownRun } from '../report/shown-run.js';
import type {
  Assertion,
  FoundLab,
  RunResult,
  ScenarioResult,
  Verdict,
  VerifyResult,
} from '../report/types.generated.js';
import { LibraryClients, type ReadyClient } from './clients/library-clients.js';
import { noSections, type Scenario, type Sections, whyLacking, whyUnfit } from './context.js';
import { elsewhere } from './elsewhere.js';
import { keepEvidence } from './evidence.js';
import type { Flaw } from './health.js';
import { Ledger } from './ledger.js';
import { judgeLimits, limitClaims } from './limits.js';
import { LogWatch } from './log-lines.js';
import { Observer } from './observe.js';
import { MOST_RUNS, type VerifyOptions } from './options.js';
import { OwnKeys } from './own-keys.js';
import { ClaimFailed, checkClaims, Recorder } from './recorder.js';
import { rounded } from './rounded.js';
import { summarise } from './summary.js';

/** A lab that is ready, and how to begin anew. */
export interface LabUnderTest {
  readonly described: LabModel;
  readonly backend: Backend;
  readonly lab: LabModel;
  readonly server: RunningServer;
  readonly readyMs: number | null;
  /** How it was found; undefined where nobody looked. */
  readonly found?: Found | undefined;
  /** Whether its data may be lost: every run but the first begins anew then. */
  readonly anew: boolean;
  /** Begins anew, and waits until the lab is ready. */
  readonly begin: () => Promise<{ readonly lab: LabModel; readonly readyMs: number | null }>;
  /** Where the evidence of failures goes, in a folder of its own for each. */
  readonly evidenceFolder: string;
  /** Client libraries that write while scenarios measure. Default: none. */
  readonly clients?: readonly ReadyClient[];
  /** Tests pass one that loses entries. */
  readonly newLedger?: () => Ledger;
}

/** A lab before anything was done to it, and what was done about what was wrong. */
export interface Found {
  readonly state: FoundLab['state'];
  /** Undefined where nothing of it ran. */
  readonly flaws: readonly Flaw[] | undefined;
  readonly mended: readonly Message[];
  /** Whether what was wrong is wrong still, so that the claims about it fail. */
  readonly asFound: boolean;
}

/**
 * @throws RedisLabError (2) for a number of repeats outside 1 to {@link MOST_RUNS}
 * @throws what `begin` throws, and the signal's reason
 */
export async function verify(
  underTest: LabUnderTest,
  scenarios: readonly Scenario[],
  options: VerifyOptions,
): Promise<VerifyResult> {
  const { repeat = 1, onProgress, signal } = options;
  checkRepeat(repeat);
  const startedAt = new Date().toISOString();
  const since = now();
  let { lab, readyMs } = underTest;
  const runs: RunResult[] = [];
  for (let run = 1; run <= repeat; run++) {
    signal?.throwIfAborted();
    if (run > 1)
      ({ lab, readyMs } = underTest.anew ? await underTest.begin() : { lab, readyMs: null });
    const results: ScenarioResult[] = [];
    for (const scenario of scenarios) {
      const { name } = scenario;
      onProgress?.({ kind: 'scenario', state: 'begun', name, run, runs: repeat });
      const result = await play(scenario, { ...underTest, lab }, run, options);
      results.push(result);
      onProgress?.({ kind: 'scenario', state: 'done', name, run, runs: repeat, result });
    }
    runs.push({ run, verdict: verdictOf(results), readyMs, scenarios: results });
  }
  const summary = summarise(
    scenarios.map(({ name }) => name),
    runs,
  );
  const shown = shownRun(runs, summary);
  return rounded({
    format: 2 as const,
    lab: {
      name: lab.name,
      server: {
        engine: underTest.server.engine,
        version: underTest.server.version,
        describedVersion: underTest.described.redis.version,
      },
      nodes: lab.nodes.map((node) => ({
        name: node.name,
        role: node.role,
        address: node.ip,
        redisPort: node.runsRedis ? node.redisPort : null,
        sentinelPort: node.runsSentinel ? node.sentinelPort : null,
      })),
      ...(lab.clients
        ? { clients: lab.clients.map(({ name, ip }) => ({ name, address: ip })) }
        : {}),
      sentinel: {
        masterName: lab.sentinel.masterName,
        quorum: lab.sentinel.quorum,
        downAfterMs: lab.sentinel.downAfterMs,
        failoverTimeoutMs: lab.sentinel.failoverTimeoutMs,
      },
    },
    backend: underTest.backend.name,
    verdict: verdictOf(runs),
    startedAt,
    ms: now() - since,
    ...(underTest.found ? { found: foundLab(underTest.found) } : {}),
    scenarios: shown?.scenarios ?? [],
    ...(repeat > 1 && shown ? { shownRun: shown.run, runs, summary } : {}),
  });
}

function foundLab({ state, flaws, mended }: Found): FoundLab {
  return {
    state,
    whole: flaws ? flaws.length === 0 : null,
    problems: (flaws ?? []).map(({ aspect, ...problem }) => ({ about: aspect, ...problem })),
    mended: mended.map(({ text }) => text),
    mendedCodes: codesOf(mended),
  };
}

/** @throws RedisLabError (2) */
export function checkRepeat(repeat: number): void {
  if (Number.isInteger(repeat) && repeat >= 1 && repeat <= MOST_RUNS) return;
  throw usage(`repeat is ${repeat}; use a whole number from 1 to ${MOST_RUNS}.`);
}

/** `failed` if any failed; `skipped` only if all were. */
function verdictOf(parts: readonly { readonly verdict: Verdict }[]): Verdict {
  if (parts.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return parts.some(({ verdict }) => verdict === 'passed') ? 'passed' : 'skipped';
}

async function play(
  scenario: Scenario,
  underTest: LabUnderTest,
  run: number,
  { rejoin = 'hurried', limits = {}, onProgress, signal }: VerifyOptions,
): Promise<ScenarioResult> {
  const { lab, backend } = underTest;
  const recorder = new Recorder({
    signal,
    onAssertion: (assertion) =>
      onProgress?.({ kind: 'assertion', scenario: scenario.name, assertion }),
    onWaiting: ({ code = '', values = {}, claim: text }) =>
      onProgress?.({ kind: 'waiting', scenario: scenario.name, code, values, text }),
  });
  const sections = noSections();
  // Before anything is broken: a defect in a claim must not leave a broken lab.
  const claims = scenario.claims(lab);
  const limited = scenario.measures ? limits : {};
  checkClaims(claims);
  const unfit = await whySkipped(scenario, lab, backend);
  if (unfit !== undefined) {
    recorder.skip([...claims, ...limitClaims(limited)], unfit);
    return { ...found(scenario, recorder, sections, 'skipped', { why: unfit }), evidence: null };
  }
  // What is measured, is measured through it.
  if (lab.nodes.some(({ via }) => via)) recorder.notes.push(message('note.relayed'));
  const observer = new Observer(lab);
  const logs = await LogWatch.begin(backend, lab);
  const keys = new OwnKeys();
  const clients = new LibraryClients(underTest.clients ?? [], lab, keys, signal);
  let broken = false;
  let failure: Failure | undefined;
  try {
    const newLedger = underTest.newLedger ?? (() => new Ledger());
    const breaks = () => {
      broken = true;
    };
    const found = underTest.found?.asFound ? (underTest.found.flaws ?? []) : [];
    const keepsData = !underTest.anew;
    const context = { lab, backend, recorder, observer, logs, rejoin, newLedger, keys, clients };
    await scenario.run({ ...context, found, keepsData, breaks }, sections);
    // It has mended what it broke.
    broken = false;
  } catch (error) {
    if (signal?.aborted || !isFinding(error)) {
      // A lab is not left with what a scenario broke; what was broken before is left as it was.
      if (broken) await backend.heal().catch(() => undefined);
      await keys.remove(lab);
      signal?.throwIfAborted();
      throw error;
    }
    const failed = error instanceof ClaimFailed ? error : recorder.fail(claims, error.message);
    failure = failed ? { claim: failed.assertion } : { why: quoted(error.message) };
    recorder.skip(claims, message('skipped.after-failure'));
  } finally {
    observer.close();
    await clients.stop();
  }
  const exceeded = judgeLimits(limited, sections, recorder, failure !== undefined);
  failure ??= exceeded && { claim: exceeded };
  for (const line of await logs.telling(recorder.began)) {
    recorder.tell(`redis@${line.node}`, 'log', line.text, line.at);
  }
  const result = found(scenario, recorder, sections, failure ? 'failed' : 'passed', failure);
  if (!failure) {
    await removeKeys(keys, lab, recorder);
    return { ...withNotes(result, recorder), evidence: null };
  }
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const evidence = path.join(underTest.evidenceFolder, `${stamp}-${scenario.name}-${run}`);
  // If keeping the evidence fails, the result is still given.
  const kept = await keepEvidence(evidence, lab, backend, result).then(
    () => evidence,
    (error: unknown) => {
      recorder.notes.push(message('note.evidence', { said: messageOf(error) }));
      return null;
    },
  );
  try {
    if (broken) await backend.heal();
  } catch (error) {
    recorder.notes.push(message('note.unhealed', { said: messageOf(error) }));
  }
  await removeKeys(keys, lab, recorder);
  return { ...withNotes(result, recorder), evidence: kept };
}

async function whySkipped(
  { needs }: Scenario,
  lab: LabModel,
  backend: Backend,
): Promise<Message | undefined> {
  const unfit = whyUnfit(needs, lab, backend);
  if (unfit?.code !== 'unfit.faults') return unfit ?? whyLacking(needs, lab, backend);
  return inTurn([unfit, ...(await elsewhere(needs.faults ?? [], backend.name))]);
}

async function removeKeys(keys: OwnKeys, lab: LabModel, recorder: Recorder): Promise<void> {
  if (await keys.remove(lab)) return;
  recorder.notes.push(message('note.keys', { database: keys.database }));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether an error is about the lab, and not a defect of redis-lab. */
function isFinding(error: unknown): error is Error {
  return (
    error instanceof ClaimFailed ||
    error instanceof NoAnswer ||
    error instanceof Refusal ||
    error instanceof RedisLabError
  );
}

function found(
  { name }: Scenario,
  recorder: Recorder,
  sections: Sections,
  verdict: Verdict,
  failure: Failure | undefined,
): Omit<ScenarioResult, 'evidence'> {
  const result = {
    name,
    verdict,
    ...reasonOf(failure),
    ms: now() - recorder.began,
    assertions: recorder.assertions,
    timeline: recorder.timeline(),
    ...sections,
  };
  return withNotes(rounded(result), recorder);
}

/** Why a scenario ended: a claim that does not hold; else what was in the way. */
type Failure = { readonly claim: Assertion } | { readonly why: Message };

function reasonOf(
  failure: Failure | undefined,
): Pick<ScenarioResult, 'reason' | 'failedClaim' | 'reasonCodes'> {
  if (!failure) return { reason: null, failedClaim: null };
  if ('why' in failure) {
    const { why } = failure;
    return { reason: why.text, failedClaim: null, reasonCodes: codesOf([why]) };
  }
  const { code = null, claim, seen, seenCodes } = failure.claim;
  return {
    reason: `${claim}: ${seen}`,
    failedClaim: code,
    ...(seenCodes ? { reasonCodes: seenCodes } : {}),
  };
}

/** Adds the notes, also those that have come since. */
function withNotes<T extends object>(result: T, { notes }: Recorder) {
  return { ...result, notes: notes.map(({ text }) => text), noteCodes: codesOf(notes) };
}
