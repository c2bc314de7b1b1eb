/** Which lines of a timeline tell the story; all of them are in the JSON. */
import type { TimelineEntry } from './types.generated.js';

/** The first of each by any Sentinel is enough. */
const FIRST_OF_ALL = new Set([
  '+sdown',
  '+odown',
  '+try-failover',
  '+elected-leader',
  '+selected-slave',
  '+promoted-slave',
  '-failover-abort-no-good-slave',
  '-failover-abort-not-elected',
  '-failover-abort-slave-timeout',
  '+reboot',
  '+tilt',
]);

/** The first by each Sentinel. */
const FIRST_OF_EACH = new Set(['+switch-master', '+convert-to-slave']);

/** Whether what a Sentinel says is about the master: `master mymaster 192.168.100.11 6379`. */
export function isOfMaster(detail: string): boolean {
  return !/^(?:slave|sentinel)(?: |$)/.test(detail);
}

/** The most telling entries, at most `most`, in their order. */
export function tellingEntries(
  timeline: readonly TimelineEntry[],
  most = 20,
): readonly TimelineEntry[] {
  if (timeline.length <= most) return timeline;
  const seen = new Set<string>();
  const first = (key: string) => !seen.has(key) && Boolean(seen.add(key));
  return timeline
    .filter(({ source, event, detail, atMs }) => {
      if (source === 'scenario') return true;
      if (FIRST_OF_ALL.has(event)) return first(isOfMaster(detail) ? event : `${event} of another`);
      if (FIRST_OF_EACH.has(event)) return first(`${source} ${event}`);
      // Before the fault all writes are accepted.
      if (source === 'client' || source === 'probe')
        return atMs >= 0 && first(`${source} ${event}`);
      return false;
    })
    .slice(0, most);
}
