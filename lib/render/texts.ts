/**
 * The texts of documents, in each of their languages: `templates/DOCUMENT/LANG.yaml`. English has the keys; a test compares
 * the others with it.
 */
import { usage } from '../errors.js';
import { type DocumentName, languagesOf } from './languages.js';
import { texts } from './texts.generated.js';

export { say } from './say.js';

/** The texts of one document, typed by the English ones. */
export type Texts<D extends DocumentName> = (typeof texts)[D]['en'];

/** @throws RedisLabError (2) for a language that the document does not have */
export function textsOf<D extends DocumentName>(document: D, language: string): Texts<D> {
  const known: Readonly<Record<string, Texts<D>>> = texts[document];
  const found = Object.hasOwn(known, language) ? known[language] : undefined;
  if (found) return found;
  throw usage(
    `There is no ${document} in the language ${JSON.stringify(language)}; there is ${languagesOf(document).join(', ')}.`,
    'language.unknown',
  );
}
