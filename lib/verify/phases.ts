/** The parts of an outage, and what Sentinel's own constants give for each. Pure. */
import type { Phase, PhaseName } from '../report/result.js';

/** Moments of one failover, milliseconds of `now()`; undefined where it was not seen. */
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

export function phases(moments: Milestones, downAfterMs: number): Phase[] {
  const { fault, sdown, odown, leader, writable, rediscovered } = moments;
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
