import { message } from '../../report/messages.js';
import { type Check, part } from '../part.js';

/**
 * Reads that miss what was there before they were asked for, and is there at the end; of each, what was there first. What is not there at
 * the end is lost: every later read misses it.
 */
export const stale: Check = function* (view) {
  const { key, final, branches } = view;
  const kept = [...new Set(final.branch.values)]
    .flatMap((value) => {
      const confirmed = view.confirmed(value);
      return confirmed ? [{ value, ...confirmed }] : [];
    })
    .toSorted((a, b) => a.at - b.at);
  const places = new Map(kept.map(({ value }, place) => [value, place]));
  for (const { values, sights } of branches) {
    const held = new Set<number>();
    let [next, missed] = [0, 0];
    for (const sight of sights.toSorted((a, b) => a.length - b.length)) {
      for (; next < sight.length; next++) held.add(places.get(values[next] as string) ?? -1);
      // A longer list holds all that a shorter one does.
      while (held.has(missed)) missed++;
      const first = kept[missed];
      if (!sight.read || !first || first.at >= sight.invokedAt) continue;
      const { value, at, by } = first;
      yield {
        kind: 'stale',
        key,
        message: message('oracle.stale', { value, ms: sight.invokedAt - at }),
        part: part(view, [value], [sight, by]),
      };
    }
  }
};
