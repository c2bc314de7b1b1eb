/** When Sentinels said what they published, by their own logs: it may arrive late here, as where this process is held up. Pure. */
import type { SentinelEvent } from '../redis-view/sentinel-events.js';

/** A line of a Sentinel's log, at about the moment of `now()` at which it was written: how far its clock is off is known roughly. */
export interface Logged {
  readonly at: number;
  readonly text: string;
}

/** Nothing arrives later than so many milliseconds. What a log has at another time was said then, or its clock has jumped. */
const LATE_MS = 1000;

/** How far what is known of a clock may be wrong, milliseconds. */
const UNSURE_MS = 100;

/**
 * The moment of each event of one Sentinel, in the order in which they arrived. What came soonest tells how far its clock is off; what
 * its log does not have keeps the moment of its arrival.
 */
export function dated(events: readonly SentinelEvent[], log: readonly Logged[]): number[] {
  const left = [...log];
  // From the last one on, since the log has what was said before somebody listened, too.
  const found = events
    .toReversed()
    .map(({ at, type, text }) => {
      const index = left.findLastIndex(
        (line) => line.text === `${type} ${text}` && line.at <= at + UNSURE_MS,
      );
      const line = left[index];
      if (line === undefined || at - line.at > LATE_MS) return undefined;
      left.length = index;
      return line.at;
    })
    .toReversed();
  const soonest = Math.min(
    ...events.map(({ at }, index) => at - (found[index] ?? Number.NEGATIVE_INFINITY)),
  );
  return events.map(({ at }, index) => {
    const said = found[index];
    return said === undefined ? at : said + soonest;
  });
}
