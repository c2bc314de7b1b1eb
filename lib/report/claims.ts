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
  /** In place of a list without items. */
  readonly none?: string;
}

/** Undefined for a code that is not ours. */
export function claimTexts(code: string, language: string): ClaimTexts | undefined {
  const texts: Readonly<Record<string, ClaimTexts>> = textsOf('claims', language);
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}

/**
 * One of the texts of a claim with its places filled.
 * @param decimal what stands between a whole number and its fraction
 * @throws Error for a place without a value: a defect
 */
export function fillClaim(
  texts: ClaimTexts,
  which: 'claim' | 'expected' | 'seen',
  values: ClaimValues,
  decimal = '.',
): string {
  const text = texts[which];
  const plain: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!text.includes(`{${name}}`)) continue;
    const items = isList(value)
      ? value.map((item) => say(texts.each ?? '', shown(item, decimal)))
      : [];
    plain[name] = isList(value) ? items.join(', ') || (texts.none ?? '') : value;
  }
  return say(text, shown(plain, decimal));
}

/** What is seen where a claim of ours holds, for one that does not and has more to say. */
export function seenInEnglish(code: string, values: ClaimValues): string {
  const texts = claimTexts(code, 'en');
  return texts ? fillClaim(texts, 'seen', values) : '';
}

/** Those of the values that the texts of a claim have a place for. */
export function valuesIn(texts: ClaimTexts, values: ClaimValues): ClaimValues {
  const all = [texts.claim, texts.expected, texts.seen].join();
  return Object.fromEntries(Object.entries(values).filter(([name]) => all.includes(`{${name}}`)));
}

/** One of the texts of an assertion, and whether it is as the run has it, which is English. */
export interface Told {
  readonly text: string;
  readonly english: boolean;
}

/**
 * An assertion as it reads in a language. What a claim that does not hold has shown is as the run has it: the words of a
 * server, mostly. So is all of a claim whose code is not ours, or from a result of format 1.
 */
export function inLanguage(
  assertion: Assertion,
  language: string,
  decimal?: string,
): Readonly<Record<'claim' | 'expected' | 'seen', Told>> {
  const { code, values = {}, verdict } = assertion;
  const texts = code === undefined ? undefined : claimTexts(code, language);
  const told = (which: 'claim' | 'expected' | 'seen'): Told => {
    const raw = { text: assertion[which], english: true };
    if (!texts || (which === 'seen' && verdict !== 'passed')) return raw;
    // A file may have been written by anybody.
    try {
      return { text: fillClaim(texts, which, values, decimal), english: language === 'en' };
    } catch {
      return raw;
    }
  };
  return { claim: told('claim'), expected: told('expected'), seen: told('seen') };
}

function isList(value: ClaimValues[string]): value is readonly ClaimItem[] {
  return Array.isArray(value);
}

/** Times to a tenth of a millisecond, below ten, else to a whole one. */
function shown(values: ClaimItem, decimal: string): ClaimItem {
  const round = (value: number) =>
    String(Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value)).replace(
      '.',
      decimal,
    );
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? round(value) : value,
    ]),
  );
}
