/** Templates and files of the documents for people, which `generate` must not load. */
import { type FileName, files, type TemplateName, templates } from './documents.generated.js';
import { filler } from './template.js';

/** Fills a document's template; an HTML template escapes its values, except in `{{{name}}}`. */
export const fillDocument: (name: TemplateName, view: object) => string = filler(templates);

/** A file that is the same in every document. */
export function documentFile(name: FileName): string {
  return files[name];
}
