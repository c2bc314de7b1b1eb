/** What happened in one scenario, sorted by who did it: the lanes of a timeline, still without places. */
import { largest } from '../layout.js';
import type { LedgerStretch, Phase, ResultNode, ScenarioResult, TimelineEntry } from '../result.js';
import { tellingEntries } from '../telling.js';

export interface Moment {
  readonly entry: TimelineEntry;
  /** Whether it is part of the story: of each lane the first of what matters. */
  readonly telling: boolean;
}

export type ServerState = 'master' | 'replica' | 'down' | 'back';

/** Milliseconds from the fault; null: until the end of what was watched. */
export interface Span {
  readonly state: ServerState;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export type Lane =
  | { readonly kind: 'client'; readonly stretches: readonly LedgerStretch[] }
  | { readonly kind: 'sentinel'; readonly node: string; readonly moments: readonly Moment[] }
  | {
      readonly kind: 'redis';
      readonly node: string;
      readonly spans: readonly Span[];
      readonly moments: readonly Moment[];
    };

/** The outage of the client in time: it ends with the first write that was acknowledged after the fault. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a Sentinel comes to on the way from one master to the next, or why it does not. */
const STEPS = new Set([
  '+sdown',
  '+odown',
  '+elected-leader',
  '+selected-slave',
  '+promoted-slave',
  '+switch-master',
  '+tilt',
]);

const ABORTED = '-failover-abort';

function isStep(event: string): boolean {
  return STEPS.has(event) || event.startsWith(ABORTED);
}

export function lanesOf(scenario: ScenarioResult, nodes: readonly ResultNode[]): Lane[] {
  const moments = (source: string): Moment[] => {
    const seen = new Set<string>();
    return scenario.timeline
      .filter((entry) => entry.source === source)
      .map((entry) => {
        const isFirst = !seen.has(entry.event);
        seen.add(entry.event);
        return { entry, telling: isFirst && isStep(entry.event) };
      });
  };
  return [
    ...(scenario.ledger ? [{ kind: 'client' as const, stretches: scenario.ledger.stretches }] : []),
    ...nodes
      .filter(({ sentinelPort }) => sentinelPort !== null)
      .map(({ name }) => ({
        kind: 'sentinel' as const,
        node: name,
        moments: moments(`sentinel@${name}`),
      })),
    ...nodes
      .filter(({ redisPort }) => redisPort !== null)
      .map(({ name }) => ({
        kind: 'redis' as const,
        node: name,
        spans: spansOf(scenario, name),
        moments: moments(`redis@${name}`),
      })),
  ];
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

function spansOf(scenario: ScenarioResult, node: string): Span[] {
  const { promotion, writableMs } = scenario;
  if (node === strickenNode(scenario)) {
    const healed = healedAt(scenario);
    return [
      { state: 'master', fromMs: null, toMs: 0 },
      { state: 'down', fromMs: 0, toMs: healed ?? null },
      ...(healed === undefined ? [] : [{ state: 'back' as const, fromMs: healed, toMs: null }]),
    ];
  }
  if (node === promotion?.to && writableMs !== null) {
    return [
      { state: 'replica', fromMs: null, toMs: writableMs },
      { state: 'master', fromMs: writableMs, toMs: null },
    ];
  }
  return [{ state: 'replica', fromMs: null, toMs: null }];
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
