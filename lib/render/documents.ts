/** Templates and files of the documents for people: apart from those that a lab is made of. */
import { type FileName, files, type TemplateName, templates } from './documents.generated.js';
import { filler } from './template.js';

/** Fills a document's template; what is HTML escapes what it is filled with, but for `{{{name}}}`. */
export const fillDocument: (name: TemplateName, view: object) => string = filler(templates);

/** A file that is the same in every document. */
export function documentFile(name: FileName): string {
  return files[name];
}
