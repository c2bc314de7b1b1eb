/**
 * The texts of documents, in each of their languages: `templates/DOCUMENT/LANG.yaml`. English has the keys; a test compares
 * the others with it.
 */
import type { DocumentName } from './languages.js';
import { parsedTexts, type Texts } from './parsed-texts.js';
import { all } from './texts/all.generated.js';

export { say } from './say.js';
export type { Texts };

/** @throws RedisLabError (2) for a language that the document does not have */
export function textsOf<D extends DocumentName>(document: D, language: string): Texts<D> {
  return parsedTexts(all[document], document, language);
}
