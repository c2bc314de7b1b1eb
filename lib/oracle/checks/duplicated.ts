import { message } from '../../report/messages.js';
import { type Check, part } from '../part.js';
import { firstToShow } from '../view.js';

/** What is in a list more than once. */
export const duplicated: Check = function* (view) {
  const { key, branches } = view;
  const found = new Set<string>();
  for (const branch of branches) {
    for (const [value, again] of branch.again) {
      if (found.has(value)) continue;
      found.add(value);
      const sight = firstToShow(branch, Math.min(...again));
      const told = message('oracle.duplicated', { value });
      yield { kind: 'duplicated', key, message: told, part: part(view, [value], [sight]) };
    }
  }
};
