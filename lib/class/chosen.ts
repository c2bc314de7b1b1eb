/** Students by what they are known by. Pure. */
import { usage, visible } from '../errors.js';
import { keyOf, type StudentLab } from './labs.js';

/**
 * @param only numbers or e-mail addresses, in letters of any size; absent: all
 * @throws RedisLabError (2) with those that no student has
 */
export function chosenOf(
  labs: readonly StudentLab[],
  only: readonly string[] | undefined,
): readonly StudentLab[] {
  if (only === undefined) return labs;
  const wanted = only.map((each) => each.toLowerCase());
  const known = labs.map(({ student }) => keyOf(student).toLowerCase());
  const strange = only.filter((_, at) => !known.includes(wanted[at] ?? ''));
  if (strange.length > 0) {
    throw usage(`No student of the class is known as ${strange.map(visible).join(', ')}.`);
  }
  return labs.filter((_, at) => wanted.includes(known[at] ?? ''));
}
