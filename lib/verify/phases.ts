/** The parts of an outage, and what Sentinel's own constants give for each. Pure. */
import { textsOf } from '../render/texts.js';
import type { Phase, PhaseName } from '../report/types.generated.js';
import { ANSWER_WITHIN_MS } from './master-connection.js';

/**
 * Moments of one failover, milliseconds of `now()`; undefined where it was not seen. What a Sentinel says is dated by its log, and by
 * its arrival here where that cannot be read.
 */
interface Milestones {
  readonly fault: number;
  /** First +sdown of the master by any Sentinel. */
  readonly sdown: number | undefined;
  /** First +odown. */
  readonly odown: number | undefined;
  /** +elected-leader. */
  readonly leader: number | undefined;
  /** First write that the promoted node accepted. */
  readonly writable: number | undefined;
  /** First write of the client that was acknowledged after the fault. */
  readonly rediscovered: number | undefined;
}

/** What a phase takes at least and at most, milliseconds. */
export type Bounds = { [name in PhaseName]?: readonly [minMs: number, maxMs: number] };

// From sentinel.c of Redis 7.0. The timer runs 10 to 19 times a second, drawn anew at each tick, after whole milliseconds.
const TICK_MIN_MS = Math.floor(1000 / 19);
const TICK_MAX_MS = 100;
/** SENTINEL_PING_PERIOD; a shorter down-after shortens it. */
const PING_MS = 1000;
/** SENTINEL_ASK_PERIOD */
const ASK_MS = 1000;
/** INFO to replicas while a failover runs, sentinelSendPeriodicCommands(). */
const INFO_MS = 1000;
/** A master counts its replicas once a second (replicationCron). */
const COUNTED_MS = 1000;
/** SENTINEL_MAX_DESYNC: who has voted draws so much to wait longer. */
const DESYNC_MS = 1000;

/**
 * A master that is a replica for the Sentinels is made one once it has said for four publish periods (2 s) that it is a master; INFO to it
 * each 10 s tells, from the promotion on.
 */
const CONVERTED_MS = 4 * 2000 + 10_000 + INFO_MS + 3 * TICK_MAX_MS;

/** Agreement, at most. */
export const AGREEMENT_MS = ASK_MS + 2 * TICK_MAX_MS;

/** Detection by Sentinels that took so long to start. */
export function detectionBounds(downAfterMs: number, startMs: number): readonly [number, number] {
  return [downAfterMs, startMs + downAfterMs + Math.min(PING_MS, downAfterMs) + 2 * TICK_MAX_MS];
}

/**
 * Election of another Sentinel where the first one died: who has voted does not try before twice the failover timeout. One that
 * systemd starts again has not, and needs down-after to see what the others see.
 */
export function reelectionBounds(
  downAfterMs: number,
  failoverTimeoutMs: number,
): readonly [number, number] {
  const again = 2 * failoverTimeoutMs;
  return [Math.min(again, downAfterMs), again + DESYNC_MS + ASK_MS + 2 * TICK_MAX_MS];
}

/**
 * Promotion where a master takes writes only with so many replicas: the leader learns by INFO that there is a new one, and sends the
 * others there, one after the other. Each is counted once its link is up, or a second later. Empty: as usual.
 */
export function promotionBounds(minReplicasToWrite: number): Bounds {
  if (minReplicasToWrite === 0) return {};
  const each = INFO_MS + 3 * TICK_MAX_MS;
  const most = 3 * TICK_MAX_MS + minReplicasToWrite * each + COUNTED_MS;
  return { promotion: [2 * TICK_MIN_MS, most] };
}

/** Leaves out moments that are out of order: news from a Sentinel may arrive late, and then does not tell when it happened. */
function inOrder(moments: Milestones): Milestones {
  const { fault, writable, rediscovered } = moments;
  let from = fault;
  const next = (at: number | undefined, until = Number.POSITIVE_INFINITY) => {
    if (at === undefined || at < from || at > until) return undefined;
    from = at;
    return at;
  };
  const until = writable !== undefined && writable >= fault ? writable : undefined;
  return {
    fault,
    sdown: next(moments.sdown, until),
    odown: next(moments.odown, until),
    leader: next(moments.leader, until),
    writable: next(writable),
    rediscovered: next(rediscovered),
  };
}

interface Kind {
  /**
   * Whether the master hangs: a client that is still told its address waits {@link ANSWER_WITHIN_MS} for an answer, where a server that
   * has ended refuses at once. Default false.
   */
  readonly silent?: boolean;
  /** Whether a Sentinel was asked for it: nobody has to notice or agree. Default false. */
  readonly planned?: boolean;
  /** Whether there is one Sentinel, which elects itself at the tick of its +odown. Default false. */
  readonly alone?: boolean;
  /** Those of a story that differ. */
  readonly bounds?: Bounds;
}

export function phases(
  moments: Milestones,
  downAfterMs: number,
  { silent = false, planned = false, alone = false, bounds = {} }: Kind = {},
): Phase[] {
  const { fault, sdown, odown, leader, writable, rediscovered } = inOrder(moments);
  const phase = (
    name: PhaseName,
    begin: number | undefined,
    end: number | undefined,
    usual: readonly [number, number],
  ): Phase => {
    const [minMs, maxMs] = bounds[name] ?? usual;
    const { from, to, why } = textsOf('report', 'en').bounds[name];
    return {
      name,
      from,
      to,
      atMs: begin === undefined ? null : begin - fault,
      ms: begin === undefined || end === undefined ? null : end - begin,
      predicted: { minMs, maxMs, why },
    };
  };
  const promotion = phase('promotion', leader, writable, [2 * TICK_MIN_MS, 3 * TICK_MAX_MS]);
  if (planned) {
    return [
      phase('election', fault, leader, [0, 2 * TICK_MAX_MS]),
      promotion,
      phase('rediscovery', writable, rediscovered, [0, CONVERTED_MS + ANSWER_WITHIN_MS]),
    ];
  }
  return [
    // From the first PING without an answer; seen at a tick.
    phase('detection', fault, sdown, detectionBounds(downAfterMs, 0)),
    phase('agreement', sdown, odown, [0, AGREEMENT_MS]),
    // The votes of the others are counted at the next tick.
    phase('election', odown, leader, [alone ? 0 : TICK_MIN_MS, ASK_MS + 2 * TICK_MAX_MS]),
    promotion,
    phase('rediscovery', writable, rediscovered, [
      0,
      INFO_MS + 3 * TICK_MAX_MS + (silent ? ANSWER_WITHIN_MS : 0),
    ]),
  ];
}
