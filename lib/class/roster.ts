/** The students of a class, from the CSV that a spreadsheet writes. */
import Papa from 'papaparse';
import { type Problem, SpecError } from '../errors.js';
import { checkedStudents, type Entry, type Student } from './students.js';

/** What heads a column, in the languages that there are; without blanks, dots and dashes, in small letters. */
const HEADS = {
  name: ['name', 'fullname', 'studentname', 'student', 'nama', 'namalengkap', 'namamahasiswa'],
  id: ['id', 'idnumber', 'studentid', 'studentnumber', 'nim', 'nomorinduk', 'nomorindukmahasiswa'],
  email: ['email', 'emailaddress', 'mail', 'surel', 'alamatemail'],
  seed: ['seed', 'benih'],
  key: ['key', 'sshkey', 'publickey', 'kunci', 'kuncissh', 'kuncipublik'],
} as const;

type Column = keyof typeof HEADS;

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
  /** What the parser found wrong with it. */
  readonly broken: string | undefined;
}

/**
 * @param filename what to call it in messages
 * @throws SpecError (2) with every row that cannot be used, each with its line
 */
export function readClass(text: string, filename: string): readonly Student[] {
  const { rows, delimiter } = rowsOf(text);
  const [head, ...body] = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  const columns = columnsOf(head, filename);
  const width = head?.cells.length ?? 0;
  return checkedStudents(
    body.map((row) => ({
      values: valuesOf(row, columns),
      line: row.line,
      origin: `${filename}:${row.line}`,
      broken: faultOf(row, width, delimiter),
    })),
    filename,
  );
}

function valuesOf({ cells }: Row, columns: ReadonlyMap<Column, number>): Entry['values'] {
  const value = (column: Column) => cells[columns.get(column) ?? -1] ?? '';
  return {
    name: value('name'),
    id: value('id'),
    email: value('email'),
    seed: value('seed'),
    key: value('key'),
  };
}

/** What is wrong with a row before its values are looked at. @param width how many fields the header has */
function faultOf({ cells, broken }: Row, width: number, delimiter: string): Problem | undefined {
  if (broken !== undefined) {
    const fix = 'a field in quotes ends with one, and a quote within it is written twice';
    return { code: 'class.quotes', path: '', message: broken, fix };
  }
  if (cells.slice(width).some((cell) => cell !== '')) {
    const message = `has ${cells.length} fields, and the header has ${width}`;
    const fix = `put a field with a ${JSON.stringify(delimiter)} in it into quotes`;
    return { code: 'class.fields', path: '', message, fix };
  }
  if (cells.some((cell) => cell.includes('\ufffd'))) {
    const fix = 'save it as "CSV UTF-8"';
    return { code: 'class.encoding', path: '', message: 'is not UTF-8', fix };
  }
  return undefined;
}

/** Rows with the lines that they begin in; a field in quotes may have several. */
function rowsOf(text: string): { readonly rows: Row[]; readonly delimiter: string } {
  const plain = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  // Excel may say it in a line of its own.
  const said = /^sep=(.)\n/i.exec(plain);
  const content = plain.slice(said?.[0].length ?? 0);
  const delimiter = said?.[1] ?? delimiterIn(content.split('\n', 1)[0] ?? '');
  const rows: Row[] = [];
  let at = 0;
  let line = said ? 2 : 1;
  Papa.parse<string[]>(content, {
    delimiter,
    newline: '\n',
    fastMode: false,
    step: ({ data, errors, meta }) => {
      rows.push({
        line,
        cells: data.map((cell) => cell.trim()),
        broken: errors[0] && `cannot be read: ${errors[0].message}`,
      });
      line += content.slice(at, meta.cursor).split('\n').length - 1;
      at = meta.cursor;
    },
  });
  return { rows, delimiter };
}

/** The one that the header has most of. */
function delimiterIn(header: string): string {
  const outside = header.replace(/"[^"]*"/g, '');
  const count = (each: string) => outside.split(each).length;
  return [',', ';', '\t'].reduce((most, each) => (count(each) > count(most) ? each : most));
}

function columnsOf(head: Row | undefined, filename: string): ReadonlyMap<Column, number> {
  const columns = new Map<Column, number>();
  const problems: Problem[] = [];
  const origin = `${filename}:${head?.line ?? 1}`;
  for (const [index, cell] of (head?.cells ?? []).entries()) {
    const word = cell.toLowerCase().replace(/[\s._-]/g, '');
    const column = (Object.keys(HEADS) as Column[]).find((each) =>
      (HEADS[each] as readonly string[]).includes(word),
    );
    if (column === undefined) continue;
    if (columns.has(column)) {
      const message = `is the second column with the ${column}`;
      problems.push({ code: 'class.column', path: cell, message, fix: 'keep one of them', origin });
    }
    columns.set(column, index);
  }
  if (!columns.has('name')) {
    problems.push({
      code: 'class.column',
      path: '',
      message: 'has no column "name" or "nama"',
      fix: 'begin with a header such as: name,id,email',
      origin,
    });
  }
  if (problems.length > 0) throw new SpecError(problems, filename);
  return columns;
}
