/**
 * Which backends have a lab, noted down for those that keep it elsewhere than on this machine's disk: `.backends/NAME`
 * in the state folder, a line for each. Written before anything is made, removed when the lab is down.
 */
import path from 'node:path';
import { WorkspaceError } from '../errors.js';
import { BACKEND_NAMES, type BackendName } from '../spec/backends.js';
import { Folder } from './folder.js';
import { stateHome } from './xdg.js';

export interface LabNote {
  readonly backend: BackendName;
  /** With incus: the server and its project, as the description named them. */
  readonly incus: IncusPlace;
}

export interface IncusPlace {
  readonly remote: string;
  readonly project: string;
}

/** Where a lab is if its description says nothing else. */
export const USUAL: IncusPlace = { remote: 'local', project: 'default' };

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
    `${path.join(notes.root, lab)} is damaged: it should say which backend has the lab ${lab}. See where it is: redis-lab list. Then say so, with --backend ${BACKEND_NAMES.join(' or ')}; down with the right one removes that file as well.`,
  );
}

/** Names of labs of which something is noted. */
export function notedLabs(): string[] {
  const { notes } = folders();
  return notes.isOwn() ? notes.list('') : [];
}

/** Adds to what is noted of a lab; false if that was noted before. The caller holds the lab's lock. */
export function note(lab: string, backend: BackendName, incus: IncusPlace): boolean {
  if (backend === 'local') return false;
  const before = notesIfAny(lab);
  const text = lineOf({ backend, incus });
  if (before.some((each) => lineOf(each) === text)) return false;
  const { home, notes } = folders();
  home.makePrivate();
  notes.makePrivate();
  const others = before.filter((each) => each.backend !== backend).map(lineOf);
  notes.replace(lab, [...others, text].map((line) => `${line}\n`).join(''), 0o600);
  return true;
}

/** Forgets that a backend has a lab, and a note that is damaged. The caller holds the lab's lock. */
export function forget(lab: string, backend: BackendName): void {
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

/** `incus`, or `incus REMOTE PROJECT` where they are not the usual ones. */
function lineOf({ backend, incus: { remote, project } }: LabNote): string {
  const isUsual = remote === USUAL.remote && project === USUAL.project;
  return backend !== 'incus' || isUsual ? backend : `${backend} ${remote} ${project}`;
}

/** Undefined if any of it is not as we write it. */
function parse(text: string): LabNote[] | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  const notes = lines.map((line): LabNote | undefined => {
    const [name, remote = USUAL.remote, project = USUAL.project, ...rest] = line.split(' ');
    const backend = BACKEND_NAMES.find((each) => each === name);
    const sound = rest.length === 0 && PLACE.test(remote) && PLACE.test(project);
    return backend !== undefined && sound ? { backend, incus: { remote, project } } : undefined;
  });
  return lines.length > 0 && notes.every((each) => each !== undefined) ? notes : undefined;
}

const PLACE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
