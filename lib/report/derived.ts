/** What follows from several parts of a result together. */
import type { Coded } from '../coded.js';
import { say } from '../render/texts.js';
import type { ReportTexts } from './drawing/pen.js';
import { clean } from './layout.js';
import type {
  Phase,
  ResultNode,
  ScenarioResult,
  Verdict,
  VerifyResult,
} from './types.generated.js';

/** The outage of the client in time: it ends with the first write that was acknowledged after the fault. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The node that was broken; undefined if the result does not say. */
export function strickenNode({ fault, promotion }: ScenarioResult): string | undefined {
  return fault?.node ?? promotion?.from;
}

/** Which run is shown, and why that one; undefined where the result does not say. */
export function shownText(
  { verdict, shownRun: run, runs, scenarios }: VerifyResult,
  { shownRun: t }: ReportTexts,
): string | undefined {
  if (run === undefined || !runs) return undefined;
  const measured = scenarios.some(({ outageMs }) => outageMs !== null);
  const text = verdict === 'failed' ? t.failed : measured ? t.median : t.only;
  return say(text, { run, runs: runs.length });
}

/** Claims with a verdict, of all runs. */
export function countClaims({ scenarios, runs }: VerifyResult, verdict: Verdict): number {
  const all = runs ? runs.flatMap((run) => run.scenarios) : scenarios;
  return all.flatMap(({ assertions }) => assertions).filter((each) => each.verdict === verdict)
    .length;
}

/** The master before the fault. In older results only a master was ever broken. */
export function masterBefore(
  scenario: ScenarioResult | undefined,
  nodes: readonly ResultNode[],
): string | undefined {
  return (
    scenario?.master ??
    scenario?.promotion?.from ??
    scenario?.fault?.node ??
    nodes.find(({ role }) => role === 'master')?.name
  );
}

/** What happened to the broken node, and what it is called during the fault and after it; a fault of a program has only its name. */
export function faultTexts(
  { faults, happened, mended }: ReportTexts,
  fault: ScenarioResult['fault'],
) {
  const kind = fault?.kind ?? 'crash';
  const known: Readonly<Record<string, (typeof faults)['crash']>> = faults;
  return known[kind] && Object.hasOwn(known, kind)
    ? known[kind]
    : { happened, during: clean(kind), after: mended };
}

/** When the stricken node's server was started again, or what else was done to it was undone; undefined if it was not. */
export function healedAt(scenario: ScenarioResult): number | undefined {
  const stricken = strickenNode(scenario);
  // What became of another node, or of a Sentinel, is told as well.
  const ofSentinel = scenario.fault?.kind.startsWith('sentinel-') === true;
  const isOfIt = ({ code, values: { node = stricken } }: Coded) =>
    node === stricken && code.startsWith('mended.sentinel-') === ofSentinel;
  return scenario.timeline.find(
    ({ source, event, atMs, detailCodes = [] }) =>
      source === 'scenario' &&
      event === 'healed' &&
      atMs >= 0 &&
      (detailCodes.length === 0 || detailCodes.some(isOfIt)),
  )?.atMs;
}

/** Phases of which both ends were seen. */
export function seenPhases({ phases }: ScenarioResult): (Phase & { atMs: number; ms: number })[] {
  return phases.flatMap((phase) =>
    phase.atMs === null || phase.ms === null ? [] : [{ ...phase, atMs: phase.atMs, ms: phase.ms }],
  );
}

/** undefined without an outage, or where nothing says when it ended. */
export function gapOf(scenario: ScenarioResult): Gap | undefined {
  const { outageMs, timeline } = scenario;
  if (outageMs === null) return undefined;
  const first = timeline.find(
    ({ source, event, atMs }) => source === 'client' && event === 'write acknowledged' && atMs > 0,
  );
  const last = seenPhases(scenario).find(({ name }) => name === 'rediscovery');
  const toMs = first?.atMs ?? (last ? last.atMs + last.ms : undefined);
  return toMs === undefined ? undefined : { fromMs: toMs - outageMs, toMs };
}
