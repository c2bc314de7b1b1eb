import type { Language } from '../model/languages.js';
import { languages } from './languages.generated.js';
import { early } from './templates.generated.js';

/** A document with texts in more than one language: a folder of `templates/`. */
export type DocumentName = keyof typeof languages;

/** Languages of a document, as in `--lang`: a file `templates/DOCUMENT/LANG.yaml` each, English first. */
export function languagesOf(document: DocumentName): readonly string[] {
  return languages[document];
}

/** What commands say that must not load all other texts: `templates/files/LANG.yaml`. */
export type EarlyTexts = (typeof early)['en'];

export function earlyTexts(language: Language): EarlyTexts {
  return early[language];
}
