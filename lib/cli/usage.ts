import { EXIT, RedisLabError } from '../errors.js';
import { nearest } from '../model/nearest.js';

/** The executable is more than one bundle, and one process. */
const CALLED = Symbol.for('redis-lab knows its command');
const shared = globalThis as { [CALLED]?: string };

/** From now on, who mistypes is sent to the help of this command. */
export function helpIsOf(command: string): void {
  shared[CALLED] = command;
}

/** The command line cannot be used as it stands. */
export class UsageError extends RedisLabError {
  constructor(message: string) {
    const words = ['redis-lab', shared[CALLED] ?? [], '--help'].flat();
    super(`${message}\nSee: ${words.join(' ')}`, { exitCode: EXIT.usage });
  }
}

/**
 * The word, if it is one of those known.
 * @param others words of elsewhere, with what they mean here
 * @throws UsageError otherwise, with the nearest, or all
 */
export function oneOf<T extends string>(
  what: string,
  word: string,
  known: readonly T[],
  others: Readonly<Record<string, string>> = {},
): T {
  const found = known.find((each) => each === word);
  if (found !== undefined) return found;
  throw new UsageError(`There is no ${what} ${JSON.stringify(word)}. ${near(word, known, others)}`);
}

/** What an option is not, and all that it may be, which is little. */
export function notOneOf(option: string, given: string, choices: readonly string[]): string {
  return `${option} cannot be ${JSON.stringify(given)}: it can be ${choices.join(', ')}.`;
}

function near(
  word: string,
  known: readonly string[],
  others: Readonly<Record<string, string>> = {},
): string {
  // A name and a role, such as slave1 and @replica, are not taken for each other.
  const isRole = word.startsWith('@');
  const alike = known.filter((each) => each.startsWith('@') === isRole);
  const meant = Object.hasOwn(others, word)
    ? others[word]
    : nearest(word, alike.length > 0 ? alike : known);
  return meant === undefined ? `There is ${known.join(', ')}.` : `Did you mean ${meant}?`;
}

/** @throws UsageError when the value of an option is no whole number in these limits */
export function wholeNumber(option: string, value: unknown, min: number, max: number): number {
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(
    `--${option} is a whole number from ${min} to ${max}, not ${JSON.stringify(value)}.`,
  );
}
