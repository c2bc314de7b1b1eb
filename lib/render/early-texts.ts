/** What is said by commands that must not load all other texts: `templates/files/LANG.yaml`. */
import type { Language } from '../model/languages.js';
import { early } from './templates.generated.js';

export type EarlyTexts = (typeof early)['en'];

export function earlyTexts(language: Language): EarlyTexts {
  return early[language];
}
