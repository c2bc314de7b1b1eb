/** The papers of a whole class: one file for each student, or one for all. */

import { readClass } from '../../class/roster.js';
import { EXIT } from '../../errors.js';
import { type HandoutOptions, handoutOf, handoutsOf } from '../../handout/handout.js';
import type { LabModel } from '../../model/model.js';
import { MOST, namedFolder, readText, writeText } from '../../workspace/named-file.js';
import { computing } from '../computing.js';
import { printAside } from '../output.js';
import { printPdf } from './print-pdf.js';

/** Where papers go that are told no other place. */
const FOLDER = 'handouts';

interface Printing {
  readonly lab: LabModel;
  readonly options: HandoutOptions;
  readonly format: 'md' | 'html' | 'pdf';
}

export async function printClass(
  argv: Record<string, unknown>,
  { lab, options, format }: Printing,
  signal: AbortSignal,
): Promise<number> {
  const { class: list, file, folder = FOLDER } = argv as Record<string, string>;
  const students = await computing(async () =>
    readClass(await readText(String(list), MOST.class), String(list)),
  );
  const count = students.length;
  const papers = count === 1 ? '1 paper' : `${count} papers`;
  if (file !== undefined) {
    const text = await computing(() => handoutsOf(lab, students, options));
    await writeText(file, format === 'pdf' ? await printPdf(text, signal, count) : text);
    printAside(`${file} is written: ${papers}.`);
    return EXIT.ok;
  }
  const place = namedFolder(folder);
  for (const { filename, owner, seed } of students) {
    const text = await computing(() => handoutOf(lab, { ...options, owner, seed }));
    const content = format === 'pdf' ? await printPdf(text, signal) : text;
    place.replace(`${filename}.${format}`, content, 0o644);
  }
  printAside(`${papers} ${count === 1 ? 'is' : 'are'} written into ${folder}.`);
  return EXIT.ok;
}
