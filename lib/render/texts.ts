/**
 * What documents for people say, in each of their languages: `templates/DOCUMENT/LANG.yaml`. English has
 * the keys; that the others have the very same is tested, and so that a new language needs one file.
 */
import { EXIT, RedisLabError } from '../errors.js';
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
  throw new RedisLabError(
    `There is no ${document} in the language ${JSON.stringify(language)}; there is ${languagesOf(document).join(', ')}.`,
    { exitCode: EXIT.usage, code: 'language.unknown' },
  );
}
