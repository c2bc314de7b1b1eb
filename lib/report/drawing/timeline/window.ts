/** Which part of a scenario's time is drawn, and which is enlarged. */

import { seenPhases } from '../../derived.js';
import { largest } from '../../layout.js';
import { tellingEntries } from '../../telling.js';
import type { ScenarioResult } from '../../types.generated.js';
import { ABORTED } from './lanes.js';

/** What is worth being shown of a scenario: from a little before the fault to the end of its story. */
export function windowOf(scenario: ScenarioResult): readonly [from: number, to: number] {
  const ends = [
    ...tellingEntries(scenario.timeline, 60).map(({ atMs }) => atMs),
    ...(scenario.ledger?.stretches ?? []).map(({ toMs }) => toMs),
    ...seenPhases(scenario).map(({ atMs, ms }) => atMs + ms),
    scenario.outageMs ?? 0,
  ];
  const end = largest(ends, 1);
  const before = largest((scenario.ledger?.stretches ?? []).map(({ fromMs }) => -fromMs));
  return [-Math.min(0.09 * end, Math.max(0.02 * end, before)), end * 1.01];
}

/**
 * Where the short phases are, if they are so short beside the whole that they need to be enlarged: what
 * comes after the first phase, with a little on both sides.
 */
export function closeUpOf(
  scenario: ScenarioResult,
  [from, to]: readonly [number, number],
): readonly [number, number] | undefined {
  const [, second] = seenPhases(scenario);
  const last = seenPhases(scenario).at(-1);
  if (!second || !last) return undefined;
  // A failover that was given up ends with that.
  const aborted = scenario.timeline.find(({ event }) => event.startsWith(ABORTED))?.atMs;
  const length = Math.max(last.atMs + last.ms, aborted ?? 0) - second.atMs;
  if (length <= 0 || length > 0.5 * (to - from)) return undefined;
  return [second.atMs - 0.08 * length, Math.min(to, second.atMs + 1.12 * length)];
}
