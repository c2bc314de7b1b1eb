/** Which format a file is written in: its ending says so, and must not say another. */
import path from 'node:path';
import type { Pointless } from './command.js';

/** Endings by which programs know what a document is. */
const ENDINGS = {
  md: ['md', 'markdown', 'txt'],
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
  '7z bz2 csv doc docx eps epub gif gz jpeg jpg odp odt png ppt pptx ps rar rtf svg tar tex tgz tiff webp xhtml xls xlsx xz yaml yml zip zst';

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
  const fits = formats.some((format) => format === formatOf(file));
  const endings = formats.map((format) => `.${ENDINGS[format][0]}`).join(', ');
  const names = formats.map((format) => NAMES[format]).join(', ');
  return [
    isDocument(file) && !fits,
    `--${option} ${JSON.stringify(file)}: ${what} is ${names}. Name a file that ends in ${endings}.`,
  ];
}

/** Whether `--format` and the ending of `--file` say two things. */
export function twoFormats(format: Format | undefined, file: string | undefined): Pointless {
  const ending = formatOf(file);
  const isPaper = ending !== undefined && ['md', 'html', 'pdf'].includes(ending);
  return [
    format !== undefined && isPaper && ending !== format,
    `--format ${format} and --file ${JSON.stringify(file)} name two formats. Leave --format out, or name a file that ends in .${format}.`,
  ];
}

/** Whether an option that takes a folder was given what must be meant as a file. */
export function noFolder(option: string, folder: unknown, what: string): Pointless {
  const name = String(folder);
  const without = name.slice(0, -path.extname(name).length);
  return [
    isDocument(folder),
    `--${option} ${JSON.stringify(name)} names a folder, for ${what}. Name one without such an ending: --${option} ${JSON.stringify(without)}.`,
  ];
}

function isDocument(file: unknown): boolean {
  return formatOf(file) !== undefined || OTHERS.split(' ').includes(endingOf(file));
}

function endingOf(file: unknown): string {
  return path
    .extname(String(file ?? ''))
    .slice(1)
    .toLowerCase();
}
