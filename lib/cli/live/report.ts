import { EXIT } from '../../errors.js';
import { reportDrawings, reportLanguages } from '../../report/drawings.js';
import { reportPage } from '../../report/page/page.js';
import { readResult } from '../../report/read-result.js';
import {
  checkWritable,
  MOST,
  namedFolder,
  readText,
  writeText,
} from '../../workspace/named-file.js';
import { computing } from '../computing.js';
import { printRaw } from '../output.js';
import { oneOf } from '../usage.js';

export async function report(argv: Record<string, unknown>): Promise<number> {
  const lang = languageOf(argv) ?? 'en';
  const { result: name, file, svg } = argv as { result: string; file?: string; svg?: string };
  const result = await computing(async () => readResult(await readText(name, MOST.result), name));
  if (file !== undefined) checkWritable(file);
  if (svg !== undefined) {
    const folder = namedFolder(svg);
    for (const scheme of ['light', 'dark'] as const) {
      const drawings = await computing(() => reportDrawings(result, { lang, scheme }));
      for (const [each, content] of Object.entries(drawings)) {
        folder.replace(scheme === 'dark' ? `dark/${each}` : each, content, 0o644);
      }
    }
  }
  if (file === undefined && svg !== undefined) return EXIT.ok;
  const page = await computing(() => reportPage(result, { lang }));
  if (file === undefined) printRaw(page);
  else await writeText(file, page);
  return EXIT.ok;
}

/** @throws UsageError for a language that reports are not written in */
export function languageOf(argv: Record<string, unknown>): string | undefined {
  const named = argv['lang'] as string | undefined;
  return named && oneOf('language', named, reportLanguages());
}
