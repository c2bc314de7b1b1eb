import { languages } from './templates.generated.js';

/** A document with texts in more than one language: a folder of `templates/`. */
export type DocumentName = keyof typeof languages;

/** Languages of a document, as in `--lang`: a file `templates/DOCUMENT/LANG.yaml` each, English first. */
export function languagesOf(document: DocumentName): readonly string[] {
  return languages[document];
}
