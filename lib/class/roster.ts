/** The students of a class, from the CSV that a spreadsheet writes. */
import Papa from 'papaparse';
import { type Problem, SpecError } from '../errors.js';
import type { Reader } from '../handout/handout.js';
import { quote } from '../spec/path.js';

export interface Student extends Reader {
  /** Name and number, for people. */
  readonly owner: string;
  readonly name: string;
  /** Empty where the list has none, as {@link email} and {@link key}. */
  readonly id: string;
  readonly email: string;
  /** A public key of SSH, one line. */
  readonly key: string;
  /** Of the list, from 1. */
  readonly line: number;
  /** Of a file for this student's paper, without its ending: no two are the same, and none is a path. */
  readonly filename: string;
}

/** What heads a column, in the languages that there are; without blanks, dots and dashes, in small letters. */
const HEADS = {
  name: ['name', 'fullname', 'studentname', 'student', 'nama', 'namalengkap', 'namamahasiswa'],
  id: ['id', 'idnumber', 'studentid', 'studentnumber', 'nim', 'nomorinduk', 'nomorindukmahasiswa'],
  email: ['email', 'emailaddress', 'mail', 'surel', 'alamatemail'],
  seed: ['seed', 'benih'],
  key: ['key', 'sshkey', 'publickey', 'kunci', 'kuncissh', 'kuncipublik'],
} as const;

/** As `ssh-keygen` writes it: type, key, comment. */
const PUBLIC_KEY = /^(?:ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/]{40,}={0,2}(?: \P{Cc}*)?$/u;

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
  const lineOf = new Map<string, number>();
  const taken = new Set<string>();
  const problems: Problem[] = [];
  const students = body.map((row): Student => {
    const values = valuesOf(row, columns);
    const { name, id, email, seed, key: publicKey } = values;
    const found = faultsOf(row, values, { width: head?.cells.length ?? 0, delimiter, lineOf });
    problems.push(...found.map((each) => ({ ...each, origin: `${filename}:${row.line}` })));
    const lower = id.toLowerCase();
    if (id !== '' && !lineOf.has(lower)) lineOf.set(lower, row.line);
    const key = id || email;
    return {
      owner: [name, key].filter(Boolean).join(', '),
      name,
      id,
      email,
      key: publicKey,
      line: row.line,
      seed: seed || undefined,
      filename: freeName(`${wordOf(key) || row.line}-${wordOf(name)}`, taken),
    };
  });
  if (students.length === 0) {
    const fix = 'write one in each line';
    problems.push({ code: 'class.students', path: '', message: 'has no students', fix });
  }
  if (problems.length > 0) throw new SpecError(problems, filename);
  return students;
}

type Values = Readonly<Record<Column, string>>;

function valuesOf({ cells }: Row, columns: ReadonlyMap<Column, number>): Values {
  const value = (column: Column) => cells[columns.get(column) ?? -1] ?? '';
  return {
    name: value('name'),
    id: value('id'),
    email: value('email'),
    seed: value('seed'),
    key: value('key'),
  };
}

interface Around {
  /** How many fields the header has. */
  readonly width: number;
  readonly delimiter: string;
  /** In which line a number was before. */
  readonly lineOf: ReadonlyMap<string, number>;
}

/** What is wrong with a row; if it was split wrongly, only that. */
function faultsOf(
  { cells, broken }: Row,
  values: Values,
  { width, delimiter, lineOf }: Around,
): Problem[] {
  if (broken !== undefined) {
    const fix = 'a field in quotes ends with one, and a quote within it is written twice';
    return [{ code: 'class.quotes', path: '', message: broken, fix }];
  }
  if (cells.slice(width).some((cell) => cell !== '')) {
    const message = `has ${cells.length} fields, and the header has ${width}`;
    const fix = `put a field with a ${JSON.stringify(delimiter)} in it into quotes`;
    return [{ code: 'class.fields', path: '', message, fix }];
  }
  if (cells.some((cell) => cell.includes('\ufffd'))) {
    const fix = 'save it as "CSV UTF-8"';
    return [{ code: 'class.encoding', path: '', message: 'is not UTF-8', fix }];
  }
  const { name, id, email, key } = values;
  const found: Problem[] = [];
  for (const [path, value] of Object.entries(values)) {
    // What is written from it later, a spreadsheet opens.
    if (!/^[=+@-]/.test(value)) continue;
    const [message, fix] = ['begins like a formula', 'write it without that sign'];
    found.push({ code: 'class.formula', path, seen: quote(value), message, fix });
  }
  if (name === '') {
    const fix = 'every student has a name';
    found.push({ code: 'class.name', path: 'name', message: 'is missing', fix });
  }
  if (email !== '' && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    const [message, fix] = ['is no e-mail address', 'write it as ani@example.org'];
    found.push({ code: 'class.email', path: 'e-mail', seen: quote(email), message, fix });
  }
  if (key !== '' && !PUBLIC_KEY.test(key)) {
    const [message, fix] = [
      'is no public key of SSH',
      'write the line of a file such as id_ed25519.pub',
    ];
    found.push({ code: 'class.key', path: 'key', seen: quote(key), message, fix });
  }
  const number = { path: 'id', seen: quote(id) };
  if (/^\d+[.,]?\d*E\+\d+$/i.test(id)) {
    const [message, fix] = ['was shortened by the spreadsheet', 'make it a column of text'];
    found.push({ code: 'class.id.shortened', ...number, message, fix });
  }
  const before = lineOf.get(id.toLowerCase());
  if (before !== undefined) {
    const message = `is that of line ${before} too`;
    found.push({ code: 'class.id.twice', ...number, message, fix: 'use each once' });
  }
  return found;
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

/** Even with letters of four bytes, a name is shorter than any file system's limit. */
const MOST_LETTERS = 25;

/** Letters and digits of a text, and a dash for whatever else there is. */
function wordOf(text: string): string {
  const dashed = text.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  return [...dashed].slice(0, MOST_LETTERS).join('').replace(/^-|-$/g, '').toLowerCase();
}

/** The name, with a number if it is taken. */
function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let next = 2; taken.has(name); next++) name = `${wanted}-${next}`;
  taken.add(name);
  return name;
}
