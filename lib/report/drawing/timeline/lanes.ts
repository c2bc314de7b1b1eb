/** What happened in one scenario, sorted by who did it: the lanes of a timeline, still without places. */
import { healedAt, masterBefore, strickenNode } from '../../derived.js';
import { isOfMaster } from '../../telling.js';
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

/** `vain`: a second master, whose acknowledgements count for nothing. `gone`: a Sentinel that has ended. */
export type ServerState = 'master' | 'replica' | 'down' | 'back' | 'vain' | 'gone';

/** Milliseconds from the fault; null: until the end of what was watched. */
export interface Span {
  readonly state: ServerState;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export type Lane =
  | { readonly kind: 'client'; readonly stretches: readonly LedgerStretch[] }
  | {
      readonly kind: 'sentinel';
      readonly node: string;
      readonly spans: readonly Span[];
      readonly moments: readonly Moment[];
    }
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

function isStep({ event, detail }: TimelineEntry): boolean {
  // Replicas and other Sentinels are taken for down as well.
  if (event === '+sdown') return isOfMaster(detail);
  return STEPS.has(event) || event.startsWith(ABORTED);
}

export function lanesOf(scenario: ScenarioResult, nodes: readonly ResultNode[]): Lane[] {
  const moments = (source: string): Moment[] => {
    const seen = new Set<string>();
    return scenario.timeline
      .filter((entry) => entry.source === source)
      .map((entry) => {
        const step = isStep(entry);
        const isFirst = !seen.has(entry.event);
        if (step) seen.add(entry.event);
        return { entry, telling: isFirst && step };
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
        spans: goneIn(scenario, `sentinel@${name}`),
        moments: moments(`sentinel@${name}`),
      })),
    ...nodes
      .filter(({ redisPort }) => redisPort !== null)
      .map(({ name }) => ({
        kind: 'redis' as const,
        node: name,
        fault: scenario.fault,
        spans: withVain(spansOf(scenario, name, before), vainIn(scenario, name)),
        moments: moments(`redis@${name}`),
      })),
  ];
}

/** When nobody listened at a Sentinel's port. */
function goneIn({ timeline }: ScenarioResult, sentinel: string): Span[] {
  const spans: Span[] = [];
  for (const { source, event, atMs } of timeline) {
    if (source !== sentinel) continue;
    if (event === 'connection lost') spans.push({ state: 'gone', fromMs: atMs, toMs: null });
    const last = spans.at(-1);
    if (event === 'connection back' && last) spans[spans.length - 1] = { ...last, toMs: atMs };
  }
  return spans;
}

/** Beside the master of the end, another one: from the first to the last that it acknowledged and that is lost. */
function vainIn({ history }: ScenarioResult, node: string): Vain | undefined {
  const findings = history?.findings ?? [];
  const inVain = ({ operations, final }: (typeof findings)[number]) =>
    operations.flatMap((each) =>
      each.node === node &&
      each.outcome === 'acknowledged' &&
      each.value !== undefined &&
      !final.includes(each.value)
        ? (each.answeredMs ?? [])
        : [],
    );
  const beside = findings.filter(({ kind }) => kind === 'two-masters').flatMap(inVain);
  if (beside.length === 0) return undefined;
  const all = [...beside, ...findings.filter(({ kind }) => kind === 'lost').flatMap(inVain)];
  return { state: 'vain', fromMs: Math.max(0, Math.min(...all)), toMs: Math.max(...all) };
}

type Vain = Span & { readonly fromMs: number; readonly toMs: number };

/** In the place of what the server was meanwhile. */
function withVain(spans: readonly Span[], vain: Vain | undefined): readonly Span[] {
  if (!vain) return spans;
  const left = spans.flatMap((span) => [
    ...((span.fromMs ?? Number.NEGATIVE_INFINITY) < vain.fromMs
      ? [{ ...span, toMs: Math.min(span.toMs ?? vain.fromMs, vain.fromMs) }]
      : []),
    ...((span.toMs ?? Number.POSITIVE_INFINITY) > vain.toMs
      ? [{ ...span, fromMs: Math.max(span.fromMs ?? vain.toMs, vain.toMs) }]
      : []),
  ]);
  return [...left, vain];
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
