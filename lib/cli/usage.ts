import { EXIT, RedisLabError } from '../errors.js';
import { nearest } from '../model/nearest.js';

/** The command line cannot be used as it stands. */
export class UsageError extends RedisLabError {
  constructor(message: string) {
    super(`${message}\nSee: redis-lab --help`, { exitCode: EXIT.usage });
  }
}

/**
 * The word, if it is one of those known.
 * @throws UsageError otherwise, with the nearest, or all
 */
export function oneOf<T extends string>(what: string, word: string, known: readonly T[]): T {
  const found = known.find((each) => each === word);
  if (found !== undefined) return found;
  const meant = nearest(word, known);
  const hint = meant === undefined ? `There is ${known.join(', ')}.` : `Did you mean ${meant}?`;
  throw new UsageError(`There is no ${what} ${JSON.stringify(word)}. ${hint}`);
}

/** @throws UsageError when the value of an option is no whole number in these limits */
export function wholeNumber(option: string, value: unknown, min: number, max: number): number {
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(
    `--${option} is a whole number from ${min} to ${max}, not ${JSON.stringify(value)}.`,
  );
}
