/** How long to wait for what is wrong with a lab, by what it is. Pure. */
import type { LabModel } from '../model/model.js';
import type { Flaw } from './health.js';

/** Anything may be in between two states: a lab that is whole shows it within this, milliseconds. */
const SHOWS_MS = 5000;

/** What a busy machine takes beside, milliseconds. */
const SLACK_MS = 7000;

/** Sentinel's own periods, milliseconds. */
const PUBLISH_MS = 2000;
const INFO_MS = 10_000;
const TILT_MS = 30_000;

/** Until a master that Sentinel has replaced is a replica: it is given time to turn into one by itself. */
const DEMOTION_MS = 4 * PUBLISH_MS + INFO_MS;

/** Loading or taking over all data has an end, and nobody can say when. Milliseconds. */
const DATA_MS = 60_000;

/** What shows that something is under way, and how long that takes, milliseconds. */
const UNDER_WAY: Readonly<Record<string, (lab: LabModel) => number>> = {
  'servers.redis-loading': () => DATA_MS,
  'links.syncing': () => DATA_MS,
  'master.second': () => DEMOTION_MS,
  'master.disagreed': () => DEMOTION_MS,
  // Sentinel takes such a one for dead once two INFOs and down-after have passed, and replaces it.
  'master.replica': ({ sentinel }) => 2 * INFO_MS + sentinel.downAfterMs + DEMOTION_MS,
  'members.redis-unknown': () => INFO_MS,
  'contact.redis-info': () => INFO_MS,
  'quorum.tilt': () => TILT_MS,
};

/** What waiting does not change. */
const STAYS = /^servers\.(?:.*-stopped|.*-hung|cut-off|slowed)$/;

/** What is over once a server has its data, or a link is up. */
const PASSES = /^servers\.redis-(?:loading|stale|alone)$/;

/**
 * Milliseconds until the next look at a lab that has been waited for so long: a twentieth of that, within limits. To look at
 * every server costs as much as Sentinel and Redis themselves, and a lab that heals waits half a minute for Sentinel.
 */
export function untilNextLook(waitedMs: number): number {
  return Math.min(Math.max(waitedMs / 20, 20), 250);
}

/**
 * How long to wait for a lab with these flaws, milliseconds, and for which; without a `why`, there is nothing to wait for:
 * nothing is wrong, or something is that stays so.
 */
export function patience(
  lab: LabModel,
  flaws: readonly Flaw[],
): { readonly ms: number; readonly why: Flaw | undefined } {
  const [first] = flaws;
  if (flaws.every(({ aspect }) => aspect === 'settings')) return { ms: 0, why: undefined };
  if (flaws.some(({ code }) => STAYS.test(code))) return { ms: 0, why: undefined };
  const stuck = flaws.find(({ aspect, code }) => aspect === 'servers' && !PASSES.test(code));
  if (stuck) return { ms: SHOWS_MS, why: stuck };
  const ways = flaws.flatMap((why) => {
    const takes = UNDER_WAY[why.code]?.(lab);
    return takes === undefined ? [] : [{ ms: takes + SLACK_MS, why }];
  });
  const [longest] = ways.toSorted((a, b) => b.ms - a.ms);
  return longest ?? { ms: SHOWS_MS, why: first };
}
