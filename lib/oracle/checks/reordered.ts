import { message } from '../../report/messages.js';
import type { Append } from '../history.js';
import { type Check, part } from '../part.js';
import { firstToShow } from '../view.js';

/**
 * What stands in front of a value that was there before it was sent: a client's own values out of order, or two clients'. Of each
 * that stands too far in front, the first that it passed.
 */
export const reordered: Check = function* (view) {
  const { key, appends, branches } = view;
  const found = new Set<Append>();
  for (const branch of branches) {
    // Of those so far, the one that was sent last.
    let early: Append | undefined;
    for (let i = 0; i < branch.length; i++) {
      const value = branch.values[i] as string;
      if (branch.at.get(value) !== i) continue;
      const confirmed = view.confirmed(value);
      if (early && confirmed && confirmed.at < early.invokedAt && !found.has(early)) {
        found.add(early);
        const sights = [firstToShow(branch, i), confirmed.by];
        yield {
          kind: 'reordered',
          key,
          message: message('oracle.reordered', { early: early.value, late: value }),
          part: part(view, [early.value, value], sights),
        };
      }
      const append = appends.get(value);
      if (append && append.invokedAt > (early?.invokedAt ?? Number.NEGATIVE_INFINITY)) {
        early = append;
      }
    }
  }
};
