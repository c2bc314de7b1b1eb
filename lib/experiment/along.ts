/** Along which setting of an experiment curves can be drawn: the one that takes numbers. */
import { toMilliseconds } from '../spec/units.js';

/** A setting, and what each of its values counts. */
export interface Along {
  readonly path: string;
  /** What it is called: the path, or the text with the number left out where the value is one. */
  readonly name: string;
  /** By its text: milliseconds of a duration, else a plain number. */
  readonly values: ReadonlyMap<string, number>;
  /** By its text: as it is written at an axis. */
  readonly labels: ReadonlyMap<string, string>;
}

/** With fewer there is no curve. */
const LEAST = 3;

/** The setting with the most values, each of which has a number of its own; undefined where none has three. */
export function alongOf(
  varied: readonly string[],
  cells: readonly { readonly settings: Readonly<Record<string, string>> }[],
): Along | undefined {
  const found = varied.flatMap((path) => {
    const texts = [...new Set(cells.map(({ settings }) => settings[path] ?? ''))];
    const numbers = numbersIn(texts);
    if (!numbers || new Set(numbers.values).size < LEAST) return [];
    const values = new Map(texts.map((text, i) => [text, numbers.values[i] ?? Number.NaN]));
    const labels = new Map(
      [...values].map(([text, value]) => [text, numbers.around ? String(value) : text]),
    );
    return [{ path, name: numbers.around ?? path, values, labels }];
  });
  return found.toSorted((one, other) => other.values.size - one.values.size)[0];
}

interface Numbers {
  readonly values: readonly number[];
  /** The text around the number, with `…` for it; absent where there is none. */
  readonly around?: string;
}

/** Durations, or texts that differ in one number only, such as `min-replicas-max-lag 5`. */
function numbersIn(texts: readonly string[]): Numbers | undefined {
  const durations = texts.map(toMilliseconds);
  if (durations.every(Number.isFinite)) return { values: durations };
  const parts = texts.map((text) => text.split(/(\d+(?:\.\d+)?)/));
  const [first = []] = parts;
  if (parts.some(({ length }) => length !== first.length)) return undefined;
  const differing = first.flatMap((part, i) => (parts.every((p) => p[i] === part) ? [] : [i]));
  const [at, ...more] = differing;
  // Numbers are at the odd places.
  if (at === undefined || more.length > 0 || at % 2 === 0) return undefined;
  const around = first
    .map((part, i) => (i === at ? '…' : part))
    .join('')
    // A list of one text is written so.
    .replace(/^\["(.*)"\]$/, '$1');
  return { values: parts.map((part) => Number(part[at])), ...(around === '…' ? {} : { around }) };
}
