/**
 * Which backends have a lab, noted down for those that keep it elsewhere than on this machine's disk: `.backends/NAME`
 * in the state folder, a line for each. Written before anything is made, removed when the lab is down.
 */
import path from 'node:path';
import { WorkspaceError } from '../errors.js';
import { Folder } from './folder.js';
import { stateHome } from './xdg.js';

/** That a backend has a lab, and where. */
export interface LabNote {
  readonly backend: string;
  /** Where that has it, in words of its own: a server and a project; empty: at its usual place. */
  readonly place: readonly string[];
}

/** Redis-lab's own backends: any other name is of none, unless the note says that it is a program's. */
export const NOTED = new Set<string>();

/** No note of ours is longer, bytes. */
const LONGEST = 1000;

/**
 * What is noted of a lab; nothing where there is no note.
 * @throws WorkspaceError for a note that no redis-lab of this version wrote: the lab may be anywhere
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

/** Names of labs of which something is noted. */
export function notedLabs(): string[] {
  const { notes } = folders();
  return notes.isOwn() ? notes.list('') : [];
}

/**
 * Adds to what is noted of a lab; false if that was noted before. The caller holds the lab's lock.
 * @throws WorkspaceError for words that could not be read again
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

/** Forgets that a backend has a lab, and a note that is damaged. The caller holds the lab's lock. */
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

/** `incus`, `incus REMOTE PROJECT`, `own NAME` of a backend that a program registered. */
function lineOf({ backend, place }: LabNote): string {
  return [...(NOTED.has(backend) ? [] : [OWN]), backend, ...place].join(' ');
}

/** Undefined if any of it is not as we write it. */
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
