/**
 * Notes of which backends have a lab, for backends that keep labs elsewhere than on this machine's disk: `.backends/NAME` in the
 * state folder, one line each. Written before anything is made, removed when the lab is down.
 */
import path from 'node:path';
import { WorkspaceError } from '../errors.js';
import { Folder } from './folder.js';
import { stateHome } from './xdg.js';

/** That a backend has a lab, and where. */
export interface LabNote {
  readonly backend: string;
  /** Where the backend has it, such as a server and a project; empty: at its default. */
  readonly place: readonly string[];
}

/** Names of redis-lab's own backends. A note marks any other one as a program's own. */
export const NOTED = new Set<string>();

/** The longest note, bytes. */
const LONGEST = 1000;

/**
 * The notes of a lab; none if there are none.
 * @throws WorkspaceError for a damaged note: the lab may be anywhere
 */
export function notesOf(lab: string): LabNote[] {
  const { notes } = folders();
  if (!notes.isOwn()) return [];
  const part = notes.readPart(lab, 0, LONGEST);
  const isThere = part !== undefined || notes.read(lab) !== undefined;
  if (!isThere) return [];
  const found = parse(part?.bytes.toString('utf8') ?? '');
  if (found && part && part.size <= LONGEST) return found;
  throw new WorkspaceError(
    `${path.join(notes.root, lab)} is damaged: it should say which backend has the lab ${lab}. See where it is: redis-lab list. Then say so, with --backend; down with the right one removes that file as well.`,
  );
}

/** Names of labs that have notes. */
export function notedLabs(): string[] {
  const { notes } = folders();
  return notes.isOwn() ? notes.list('') : [];
}

/**
 * Adds a note of a lab; false if it was there before. The caller holds the lab's lock.
 * @throws WorkspaceError for a place that could not be read again
 */
export function note(lab: string, backend: string, place: readonly string[]): boolean {
  const before = notesIfAny(lab);
  const text = lineOf({ backend, place });
  if (text.length > LONGEST / 2 || !place.every((each) => WORD.test(each))) {
    throw new WorkspaceError(
      `What the backend ${backend} says of where it has the lab ${lab} cannot be noted: ${JSON.stringify(place)}. Each must be a word of letters, digits, dots, hyphens and underscores, and all of it short.`,
    );
  }
  if (before.some((each) => lineOf(each) === text)) return false;
  const { home, notes } = folders();
  home.makePrivate();
  notes.makePrivate();
  const others = before.filter((each) => each.backend !== backend).map(lineOf);
  notes.replace(lab, [...others, text].map((line) => `${line}\n`).join(''), 0o600);
  return true;
}

/** Removes the note that a backend has a lab, and a damaged one. The caller holds the lab's lock. */
export function forget(lab: string, backend: string): void {
  const { home, notes } = folders();
  if (!notes.isOwn() || notes.read(lab) === undefined) return;
  const others = notesIfAny(lab).filter((each) => each.backend !== backend);
  if (others.length > 0) {
    notes.replace(lab, others.map((each) => `${lineOf(each)}\n`).join(''), 0o600);
    return;
  }
  notes.remove(lab);
  notes.removeEmptyRoot();
  home.removeEmptyRoot();
}

function notesIfAny(lab: string): LabNote[] {
  try {
    return notesOf(lab);
  } catch {
    return [];
  }
}

function folders(): { readonly home: Folder; readonly notes: Folder } {
  const home = new Folder(stateHome());
  return { home, notes: new Folder(path.join(home.root, '.backends')) };
}

/** `incus`, `incus REMOTE PROJECT`; `own NAME` for a backend that a program registered. */
function lineOf({ backend, place }: LabNote): string {
  return [...(NOTED.has(backend) ? [] : [OWN]), backend, ...place].join(' ');
}

/** Undefined if any line is not as we write it. */
function parse(text: string): LabNote[] | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  const notes = lines.map((line): LabNote | undefined => {
    const words = line.split(' ');
    const isOwn = words[0] === OWN;
    const [backend = '', ...place] = isOwn ? words.slice(1) : words;
    const sound =
      (isOwn || NOTED.has(backend)) && [backend, ...place].every((each) => WORD.test(each));
    return sound ? { backend, place } : undefined;
  });
  return lines.length > 0 && notes.every((each) => each !== undefined) ? notes : undefined;
}

const OWN = 'own';
const WORD = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
