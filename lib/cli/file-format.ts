/** Which format a file is written in: its ending says so, and must not say another. */
import path from 'node:path';
import type { Pointless } from './command.js';

/** Endings by which programs know what a document is. */
const ENDINGS = {
  md: ['md', 'markdown'],
  html: ['html', 'htm'],
  pdf: ['pdf'],
  xml: ['xml'],
  json: ['json'],
} as const;

export type Format = keyof typeof ENDINGS;

const NAMES: Readonly<Record<Format, string>> = {
  md: 'Markdown',
  html: 'HTML',
  pdf: 'PDF',
  xml: 'XML',
  json: 'JSON',
};

/** Those of other documents; a file with any other ending, or none, may hold whatever is written into it. */
const OTHERS =
  'csv doc docx gif jpeg jpg odp odt png ppt pptx rtf svg tex xhtml xls xlsx yaml yml zip';

/** What the ending of a file stands for; undefined: nothing. */
export function formatOf(file: unknown): Format | undefined {
  const ending = endingOf(file);
  return (Object.keys(ENDINGS) as Format[]).find((format) =>
    (ENDINGS[format] as readonly string[]).includes(ending),
  );
}

/** Whether the file of an option has an ending that stands for something else than what is written into it. */
export function mismatch(
  option: string,
  file: unknown,
  formats: readonly Format[],
  what: string,
): Pointless {
  const isKnown = formatOf(file) !== undefined || OTHERS.split(' ').includes(endingOf(file));
  const fits = formats.some((format) => format === formatOf(file));
  const endings = formats.map((format) => `.${ENDINGS[format][0]}`).join(', ');
  const names = formats.map((format) => NAMES[format]).join(', ');
  return [
    file !== undefined && isKnown && !fits,
    `--${option} ${JSON.stringify(file)}: ${what} is ${names}. Name a file that ends in ${endings}.`,
  ];
}

function endingOf(file: unknown): string {
  return path
    .extname(String(file ?? ''))
    .slice(1)
    .toLowerCase();
}
