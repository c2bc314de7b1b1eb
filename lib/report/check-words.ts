/** What `check` says, without the texts of other documents: it is done before they would be loaded. */
import { parsedTexts, type Texts } from '../render/parsed-texts.js';
import { json } from '../render/texts/check.generated.js';

export type CheckWords = Texts<'check'>;

/** @throws RedisLabError (2) for a language that there is not */
export function checkWords(language: string): CheckWords {
  return parsedTexts(json, 'check', language);
}
