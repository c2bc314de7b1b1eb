/** What the parts of a scenario's result say together. */
import type { Phase, ScenarioResult } from './result.js';

/** The outage of the client in time: it ends with the first write that was acknowledged after the fault. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The node that the fault was for; undefined if the result does not say. */
export function strickenNode({ fault, promotion }: ScenarioResult): string | undefined {
  return fault?.node ?? promotion?.from;
}

/** When the stricken node's server was started again; undefined if it was not. */
export function healedAt({ timeline }: ScenarioResult): number | undefined {
  return timeline.find(
    ({ source, event, atMs }) => source === 'scenario' && event === 'healed' && atMs >= 0,
  )?.atMs;
}

/** Phases that were seen from begin to end. */
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
