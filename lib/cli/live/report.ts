import path from 'node:path';
import { EXIT } from '../../errors.js';
import { reportDrawings, reportLanguages } from '../../report/drawings.js';
import { reportPage } from '../../report/page/page.js';
import { readResult } from '../../report/read-result.js';
import { checkWritable, Folder, readText, writeText } from '../../workspace/folder.js';
import { printRaw } from '../output.js';
import { oneOf } from '../usage.js';

export async function report(argv: Record<string, unknown>): Promise<number> {
  const lang = languageOf(argv);
  const { result: name, file, svg } = argv as { result: string; file?: string; svg?: string };
  const result = readResult(readText(name), name);
  if (file !== undefined) checkWritable(file);
  if (svg !== undefined) {
    const folder = new Folder(path.resolve(svg));
    for (const [each, content] of Object.entries(reportDrawings(result, { lang }))) {
      folder.replace(each, content, 0o644);
    }
  }
  if (file !== undefined) writeText(file, reportPage(result, { lang }));
  if (file === undefined && svg === undefined) printRaw(reportPage(result, { lang }));
  return EXIT.ok;
}

/** @throws UsageError for a language that reports are not written in */
export function languageOf(argv: Record<string, unknown>): string {
  return oneOf('language', argv['lang'] as string, reportLanguages());
}
