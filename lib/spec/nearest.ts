/** What somebody probably meant. */
import { closest, distance } from 'fastest-levenshtein';

/** No name that there is comes near; characters. */
const LONGEST_GUESSED = 64;

/** The one of `known` that `word` was probably meant to be. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST_GUESSED) return undefined;
  const best = closest(word.toLowerCase(), known);
  const near = distance(word.toLowerCase(), best.toLowerCase()) <= Math.max(2, word.length / 3);
  return near ? best : undefined;
}
