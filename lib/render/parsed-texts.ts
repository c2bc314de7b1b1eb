/** Texts of documents are carried as JSON: of many, a call needs one or two. */
import { usage } from '../errors.js';
import { type DocumentName, languagesOf } from './languages.js';
import type { texts } from './texts.generated.js';

/** The texts of one document, typed by the English ones. */
export type Texts<D extends DocumentName> = (typeof texts)[D]['en'];

const parsed = new Map<string, unknown>();

/**
 * @param json what is carried of the document, by language
 * @throws RedisLabError (2) for a language that the document does not have
 */
export function parsedTexts<D extends DocumentName>(
  json: Readonly<Record<string, string>>,
  document: D,
  language: string,
): Texts<D> {
  const text = Object.hasOwn(json, language) ? json[language] : undefined;
  if (text === undefined) {
    throw usage(
      `There is no ${document} in the language ${JSON.stringify(language)}; there is ${languagesOf(document).join(', ')}.`,
      'language.unknown',
    );
  }
  const known = parsed.get(text);
  if (known) return known as Texts<D>;
  const found: Texts<D> = JSON.parse(text);
  parsed.set(text, found);
  return found;
}
