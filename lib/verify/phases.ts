/** The parts of an outage, and what Sentinel's own constants give for each. Pure. */
import type { Phase, PhaseName } from '../report/result.js';

/**
 * Moments of one failover, milliseconds of `now()`; undefined where it was not seen. What a Sentinel says is dated by
 * its arrival here.
 */
export interface Milestones {
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

// From sentinel.c of Redis 7.0. The timer runs 10 to 19 times a second, drawn anew at each tick.
const TICK_MIN_MS = 1000 / 19;
const TICK_MAX_MS = 100;
/** SENTINEL_PING_PERIOD; a shorter down-after shortens it. */
const PING_MS = 1000;
/** SENTINEL_ASK_PERIOD */
const ASK_MS = 1000;
/** INFO to replicas while a failover runs, sentinelSendPeriodicCommands(). */
const INFO_MS = 1000;

/**
 * Without those that cannot have been where they are dated: news of a Sentinel that came after what follows from it, or
 * before what it follows from, does not tell when that was.
 */
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

export function phases(moments: Milestones, downAfterMs: number): Phase[] {
  const { fault, sdown, odown, leader, writable, rediscovered } = inOrder(moments);
  const ping = Math.min(PING_MS, downAfterMs);
  const phase = (
    name: PhaseName,
    [from, begin]: readonly [string, number | undefined],
    [to, end]: readonly [string, number | undefined],
    [minMs, maxMs, why]: readonly [number, number, string],
  ): Phase => ({
    name,
    from,
    to,
    atMs: begin === undefined ? null : begin - fault,
    ms: begin === undefined || end === undefined ? null : end - begin,
    predicted: { minMs, maxMs, why },
  });
  return [
    phase(
      'detection',
      ['the fault', fault],
      ['the first +sdown', sdown],
      [
        downAfterMs,
        downAfterMs + ping + 2 * TICK_MAX_MS,
        'down-after, counted from the first PING without an answer: up to a ping period after the fault; seen at a tick',
      ],
    ),
    phase(
      'agreement',
      ['the first +sdown', sdown],
      ['the first +odown', odown],
      [0, ASK_MS + 2 * TICK_MAX_MS, 'the others are asked once a second whether they see it too'],
    ),
    phase(
      'election',
      ['the first +odown', odown],
      ['+elected-leader', leader],
      [
        TICK_MIN_MS,
        ASK_MS + 2 * TICK_MAX_MS,
        'votes are asked for at once and counted at the next tick; a slower Sentinel may win',
      ],
    ),
    phase(
      'promotion',
      ['+elected-leader', leader],
      ['the first write that the promoted node accepts', writable],
      [
        2 * TICK_MIN_MS,
        3 * TICK_MAX_MS,
        'one step a tick: choose the replica, send it REPLICAOF NO ONE',
      ],
    ),
    phase(
      'rediscovery',
      ['the first write that the promoted node accepts', writable],
      ['the first write of the client', rediscovered],
      [
        0,
        INFO_MS + 3 * TICK_MAX_MS,
        'Sentinel names the new master when an INFO, once a second, has shown it as one',
      ],
    ),
  ];
}
