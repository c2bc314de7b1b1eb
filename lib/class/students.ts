/** The students of a class, from a list or from data: what each must have, and what tells them apart. */
import { type Problem, SpecError } from '../errors.js';
import { quote } from '../spec/path.js';

/** A student, as a program gives one. What is absent is empty. */
export interface StudentSpec {
  readonly name: string;
  /** Number of the student, by which the lab is known. One without is known by {@link email}. */
  readonly id?: string | undefined;
  readonly email?: string | undefined;
  /** A public key of SSH, as a line of `authorized_keys` has it. */
  readonly key?: string | undefined;
  /** For the handout: a text of this student's own. */
  readonly seed?: string | undefined;
}

/** A student of a class. */
export interface Student {
  /** Name and number, for people. */
  readonly owner: string;
  readonly name: string;
  /** Empty where the list has none, as {@link email} and {@link key}. */
  readonly id: string;
  readonly email: string;
  /** A public key of SSH, one line. */
  readonly key: string;
  /** A text of this student's own, for the handout. */
  readonly seed?: string | undefined;
  /** Of the list, from 1. */
  readonly line: number;
  /** Of a file for this student's paper, without its ending: no two are the same, and none is a path. */
  readonly filename: string;
}

/** What stands where a student is written. */
export interface Entry {
  readonly values: Readonly<Record<'name' | 'id' | 'email' | 'seed' | 'key', string>>;
  /** Of the list, from 1. */
  readonly line: number;
  /** For messages: `class.csv:7`. */
  readonly origin: string;
  /** Why it could not be read; then nothing else is told of it. */
  readonly broken: Problem | undefined;
}

/** @throws SpecError (2) with every problem of every student */
export function studentsOf(specs: readonly StudentSpec[]): readonly Student[] {
  // A program may have numbers as numbers.
  const text = (value: unknown) => String(value ?? '').trim();
  return checkedStudents(
    specs.map(({ name, id, email, seed, key }, at) => ({
      values: {
        name: text(name),
        id: text(id),
        email: text(email),
        seed: text(seed),
        key: text(key),
      },
      line: at + 1,
      origin: `students[${at}]`,
      broken: undefined,
    })),
    'The class',
    (line) => `students[${line - 1}]`,
  );
}

/**
 * @param subject what has the problems, for the message
 * @param placeOf what a line is called within a message
 * @throws SpecError (2) with every entry that is none
 */
export function checkedStudents(
  entries: readonly Entry[],
  subject: string,
  placeOf = (line: number) => `line ${line}`,
): readonly Student[] {
  const lineOf = new Map<string, number>();
  const taken = new Set<string>();
  const problems: Problem[] = [];
  const students = entries.map((entry): Student => {
    const { values, line, origin } = entry;
    const { name, id, email, seed, key: publicKey } = values;
    const lower = id.toLowerCase();
    const before = lineOf.get(lower);
    const found = entry.broken
      ? [entry.broken]
      : faultsOf(values, before === undefined ? undefined : placeOf(before));
    problems.push(...found.map((each) => ({ ...each, origin })));
    if (id !== '' && before === undefined) lineOf.set(lower, line);
    const key = id || email;
    return {
      owner: [name, key].filter(Boolean).join(', '),
      name,
      id,
      email,
      key: publicKey,
      line,
      seed: seed || undefined,
      filename: freeName(`${wordOf(key) || line}-${wordOf(name)}`, taken),
    };
  });
  if (students.length === 0) {
    const fix = 'write one in each line';
    problems.push({ code: 'class.students', path: '', message: 'has no students', fix });
  }
  if (problems.length > 0) throw new SpecError(problems, subject);
  return students;
}

/** As `ssh-keygen` writes it: type, key, comment. */
const PUBLIC_KEY = /^(?:ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/]{40,}={0,2}(?: \P{Cc}*)?$/u;

/** What is wrong with the values of one student. @param before where the same number was */
function faultsOf(values: Entry['values'], before: string | undefined): Problem[] {
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
  if (before !== undefined) {
    const message = `is that of ${before} too`;
    found.push({ code: 'class.id.twice', ...number, message, fix: 'use each once' });
  }
  return found;
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
