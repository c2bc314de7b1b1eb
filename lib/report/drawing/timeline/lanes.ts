/** What happened in one scenario, sorted by who did it: the lanes of a timeline, still without places. */
import { healedAt, masterBefore, strickenNode } from '../../derived.js';
import type {
  LedgerStretch,
  ResultNode,
  ScenarioResult,
  TimelineEntry,
} from '../../types.generated.js';

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
      readonly fault: ScenarioResult['fault'];
      readonly spans: readonly Span[];
      readonly moments: readonly Moment[];
    };

/** Steps of a Sentinel from one master to the next, and what ends them early. */
const STEPS = new Set([
  '+sdown',
  '+odown',
  '+elected-leader',
  '+selected-slave',
  '+promoted-slave',
  '+switch-master',
  '+tilt',
]);

export const ABORTED = '-failover-abort';

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
  const before = masterBefore(scenario, nodes);
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
        fault: scenario.fault,
        spans: spansOf(scenario, name, before),
        moments: moments(`redis@${name}`),
      })),
  ];
}

/** When a Sentinel first named another master. */
function switchedAt({ timeline }: ScenarioResult): number | undefined {
  return timeline.find(({ event, atMs }) => event === '+switch-master' && atMs > 0)?.atMs;
}

function spansOf(scenario: ScenarioResult, node: string, master: string | undefined): Span[] {
  const state = node === master ? 'master' : 'replica';
  const { promotion, writableMs } = scenario;
  if (node === strickenNode(scenario)) {
    const healed = healedAt(scenario);
    return [
      { state, fromMs: null, toMs: 0 },
      { state: 'down', fromMs: 0, toMs: healed ?? null },
      ...(healed === undefined ? [] : [{ state: 'back' as const, fromMs: healed, toMs: null }]),
    ];
  }
  const promotedMs = writableMs ?? switchedAt(scenario);
  if (node === promotion?.to && promotedMs !== undefined) {
    return [
      { state: 'replica', fromMs: null, toMs: promotedMs },
      { state: 'master', fromMs: promotedMs, toMs: null },
    ];
  }
  return [{ state, fromMs: null, toMs: null }];
}
