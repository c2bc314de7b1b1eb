/** What claims say to people, by their codes, in each language. Pure. */
import { say, textsOf } from '../render/texts.js';
import type { ClaimItem, ClaimValues } from './claim-values.js';
import type { Assertion } from './result.js';

/** The texts of one claim in one language, with `{places}` for its values. */
export interface ClaimTexts {
  /** A sentence that is true or not. */
  readonly claim: string;
  readonly expected: string;
  /** What was seen where it holds. */
  readonly seen: string;
  /** One item of a list, which the others name as `{each}`. */
  readonly each?: string;
}

/** Undefined for a code that is not ours. */
export function claimTexts(code: string, language: string): ClaimTexts | undefined {
  const texts: Readonly<Record<string, ClaimTexts>> = textsOf('claims', language);
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}

/** One of the texts of a claim with its places filled. @throws Error for a place without a value: a defect */
export function fillClaim(
  { each = '', ...texts }: ClaimTexts,
  which: 'claim' | 'expected' | 'seen',
  values: ClaimValues,
): string {
  const plain: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) {
    plain[name] = isList(value) ? value.map((item) => say(each, shown(item))).join(', ') : value;
  }
  return say(texts[which], shown(plain));
}

/** Those of the values that the texts of a claim have a place for. */
export function valuesIn(texts: ClaimTexts, values: ClaimValues): ClaimValues {
  const all = [texts.claim, texts.expected, texts.seen].join();
  return Object.fromEntries(Object.entries(values).filter(([name]) => all.includes(`{${name}}`)));
}

/**
 * An assertion as it reads in a language. What a claim that does not hold has shown is as the run has it: the words of a
 * server, mostly.
 */
export function inLanguage(
  assertion: Assertion,
  language: string,
): Pick<Assertion, 'claim' | 'expected' | 'seen'> {
  const { code, values = {}, verdict } = assertion;
  const texts = code === undefined ? undefined : claimTexts(code, language);
  if (!texts) return assertion;
  const filled = (which: 'claim' | 'expected' | 'seen') => {
    // A file may have been written by anybody.
    try {
      return fillClaim(texts, which, values);
    } catch {
      return assertion[which];
    }
  };
  return {
    claim: filled('claim'),
    expected: filled('expected'),
    seen: verdict === 'passed' ? filled('seen') : assertion.seen,
  };
}

function isList(value: ClaimValues[string]): value is readonly ClaimItem[] {
  return Array.isArray(value);
}

/** Times to a tenth of a millisecond, below ten, else to a whole one. */
function shown(values: ClaimItem): ClaimItem {
  const round = (value: number) =>
    Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? round(value) : value,
    ]),
  );
}
