import { message } from '../../report/messages.js';
import { type Check, part } from '../part.js';
import { type Branch, firstToShow } from '../view.js';

/** What follows the same values in some list. */
interface Step {
  /** One that shows it. */
  readonly branch: Branch;
  readonly next: Map<string, Step>;
}

/** Two lists of which neither is the beginning of the other: they begin alike, and each goes on with what the other does not. */
export const forked: Check = function* (view) {
  const { key, final, branches } = view;
  // Where another list leaves that at the end, by how many values they share.
  const leaves = new Map<number, Map<string, Step>>();
  for (const branch of branches) {
    let next = leaves.get(branch.common) ?? new Map<string, Step>();
    leaves.set(branch.common, next);
    const ours = final.branch.values[branch.common];
    if (ours !== undefined) next.set(ours, { branch: final.branch, next: new Map() });
    for (let i = branch.common; i < branch.length; i++) {
      const value = branch.values[i] as string;
      const known = next.get(value);
      const step = known ?? { branch, next: new Map<string, Step>() };
      const [first] = next;
      next.set(value, step);
      next = step.next;
      if (known || !first) continue;
      const sights = [firstToShow(first[1].branch, i), firstToShow(branch, i)];
      const [one, other] = [first[0], value].toSorted() as [string, string];
      yield {
        kind: 'forked',
        key,
        message: message('oracle.forked', { count: i, one, other }),
        part: part(view, [one, other], sights),
      };
    }
  }
};
