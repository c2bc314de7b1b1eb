/** What claims say to people, by their codes, in each language. Pure. */
import { textsOf } from '../render/texts.js';
import {
  type Coded,
  ENGLISH,
  fill,
  type Language,
  type MessageValues,
  type Told,
  textOf,
  toldIn,
} from './messages.js';
import type { Assertion, FoundLab, ScenarioResult } from './types.generated.js';

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

/** Undefined for an unknown code. */
export function claimTexts(code: string, language: string): ClaimTexts | undefined {
  const texts: Readonly<Record<string, ClaimTexts>> = textsOf('claims', language);
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}

/**
 * One of the texts of a claim in English, with its places filled.
 * @throws Error for a place without a value: a defect
 */
export function fillClaim(
  texts: ClaimTexts,
  which: 'claim' | 'expected' | 'seen',
  values: MessageValues,
): string {
  return textOf(fill(texts[which], values, { ...texts, ...ENGLISH }));
}

/** The values that the texts of a claim have places for. */
export function valuesIn(texts: ClaimTexts, values: MessageValues): MessageValues {
  const all = [texts.claim, texts.expected, texts.seen].join();
  return Object.fromEntries(Object.entries(values).filter(([name]) => all.includes(`{${name}}`)));
}

/** A claim as it reads in a language, before or after it was looked at. */
export function claimIn(
  assertion: Pick<Assertion, 'code' | 'values' | 'claim'>,
  language: Language,
): readonly Told[] {
  const open = { ...assertion, verdict: 'skipped', expected: '', seen: '', ms: 0 } as const;
  return inLanguage(open, language).claim;
}

type ToldClaim = Readonly<Record<'claim' | 'expected' | 'seen', readonly Told[]>>;

/**
 * An assertion in a language. A claim whose code is unknown, and all of a result of format 1, stays English as it is.
 */
export function inLanguage(assertion: Assertion, language: Language): ToldClaim {
  const { code, values = {}, verdict, seenCodes } = assertion;
  const texts = code === undefined ? undefined : claimTexts(code, language.lang);
  const told = (which: 'claim' | 'expected' | 'seen'): readonly Told[] => {
    if (which === 'seen' && verdict !== 'passed')
      return toldIn(language, assertion.seen, seenCodes);
    const raw = [{ text: assertion[which], english: true }];
    if (!texts) return raw;
    // A file may have been written by anybody.
    try {
      return fill(texts[which], values, { ...texts, ...language });
    } catch {
      return raw;
    }
  };
  return { claim: told('claim'), expected: told('expected'), seen: told('seen') };
}

/** Why a scenario failed or was skipped; nothing if it passed. */
export function reasonIn(
  { reason, failedClaim, reasonCodes, assertions }: ScenarioResult,
  language: Language,
): readonly Told[] {
  if (reason === null) return [];
  const failed = failedClaim
    ? assertions.find(({ code, verdict }) => code === failedClaim && verdict === 'failed')
    : undefined;
  if (!failed) return toldIn(language, reason, reasonCodes);
  const { claim, seen } = inLanguage(failed, language);
  return [...claim, { text: ': ', english: false }, ...seen];
}

/** Sentences with a code each, in a language. */
export function eachIn(
  language: Language,
  sentences: readonly string[],
  codes: readonly Coded[] | undefined,
): readonly (readonly Told[])[] {
  return sentences.map((text, i) => toldIn(language, text, codes?.slice(i, i + 1)));
}

/** What was wrong with a lab when it was found. */
export function problemsIn(
  { problems }: Pick<FoundLab, 'problems'>,
  language: Language,
): readonly (readonly Told[])[] {
  return problems.map(({ text, code, values = {} }) =>
    toldIn(language, text, code === undefined ? undefined : [{ code, values }]),
  );
}
