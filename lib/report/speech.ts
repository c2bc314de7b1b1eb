/** What a terminal says, in the language of a lab. Pure. */
import { say, type Texts, textsOf } from '../render/texts.js';
import { duration } from './layout.js';
import type { Language } from './messages.js';

export interface Speech extends Language {
  readonly t: Texts<'terminal'>;
}

/** @throws RedisLabError (2) for an unknown language */
export function speechIn(lang = 'en'): Speech {
  return { lang, decimal: textsOf('report', lang).decimal, t: textsOf('terminal', lang) };
}

/** `1 write`, `2 writes`. */
export function counted(
  what: { readonly one: string; readonly many: string },
  count: number,
): string {
  return say(count === 1 ? what.one : what.many, { count });
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], { t }: Speech): string {
  const [last = '', ...others] = words.toReversed();
  return others.length === 0 ? last : `${others.reverse().join(', ')} ${t.and} ${last}`;
}

/** With a capital first letter, as a sentence has it. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Milliseconds as `312 ms` or `5.12 s`. */
export function timeOf({ decimal }: Language, ms: number): string {
  return duration(ms).replace('.', decimal);
}

/** The word's translation; an unknown word stays as it is. */
export function wordIn(texts: Readonly<Record<string, string>>, word: string): string {
  return (Object.hasOwn(texts, word) ? texts[word] : undefined) ?? word;
}
