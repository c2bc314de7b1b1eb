/** Guesses which name somebody meant. */
import { closest, distance } from 'fastest-levenshtein';

/** Characters; no known name is nearly as long. */
const LONGEST_GUESSED = 64;

/** The name of `known` that `word` probably stands for; undefined if none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST_GUESSED) return undefined;
  const best = closest(word.toLowerCase(), known);
  const near = distance(word.toLowerCase(), best.toLowerCase()) <= Math.max(2, word.length / 3);
  return near ? best : undefined;
}
