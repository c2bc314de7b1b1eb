/** Whether nobody but this user and root can have written a file, or can put another one in its place. */
import path from 'node:path';
import { visible } from '../errors.js';
import { type Entry, entryAt, linkTarget, readIfAny, realPath } from './folder.js';

/** Why a file is not trusted. */
export interface Distrust {
  /** The file, or the folder or link on the way to it. */
  readonly place: string;
  /** `belongs to bob (1001)`: a sentence whose subject is the place. */
  readonly seen: string;
  /** A command that changes it, for somebody who knows what is there. */
  readonly fix: string;
}

/**
 * Looks at every folder from the root to the file, and at the file: all belong to this user or to root, and
 * nobody else may write to them. A folder like `/tmp`, where everybody may add names and nobody may take those of
 * others away, is as good as its next component. Links are followed. Once this holds it goes on
 * to hold, because only this user and root could change it: what was checked is what is then opened.
 *
 * The end of a path that does not exist yet is not looked at. On Windows, where the mode says nothing, all is trusted.
 */
export function distrustOf(file: string): Distrust | undefined {
  if (process.platform === 'win32') return undefined;
  const left = path.resolve(file).split('/').filter(Boolean);
  let place = '/';
  let links = 0;
  for (let name: string | undefined = '.'; name !== undefined; name = left.shift()) {
    if (name === '..') {
      place = path.dirname(place);
      continue;
    }
    const next = path.join(place, name);
    const stat = entryAt(next);
    if (stat === undefined) return undefined;
    if (stat === 'unseen') return unseen(next);
    const flaw = flawOf(next, stat, left.length > 0);
    if (flaw) return flaw;
    if (stat.isLink) {
      if (++links > MOST_LINKS)
        return { place: next, seen: 'leads nowhere', fix: command('rm', next) };
      const target = linkTarget(next) ?? '';
      if (path.isAbsolute(target)) place = '/';
      left.unshift(...target.split('/').filter((part) => part !== '' && part !== '.'));
    } else {
      place = next;
    }
  }
  return undefined;
}

/**
 * The program that a path leads to, its folder or one above, to which everybody may write, so that anybody may have
 * put it there; undefined if there is none. A folder like `/tmp` counts only where the program lies in it.
 */
export function everybodysPlace(program: string): string | undefined {
  const file = realPath(program);
  if (file === undefined || process.platform === 'win32') return undefined;
  for (let place = file; ; place = path.dirname(place)) {
    const stat = entryAt(place);
    const mode = typeof stat === 'object' ? stat.mode : 0;
    const keepsNames = (mode & STICKY) !== 0 && place !== path.dirname(file);
    if ((mode & OTHERS_WRITE) !== 0 && !keepsNames) return place;
    if (place === path.dirname(place)) return undefined;
  }
}

/** `belongs to bob (1001)`, of a file that is neither this user's nor root's; else undefined. */
export function foreignOwner(file: string): string | undefined {
  const stat = process.platform === 'win32' ? undefined : entryAt(file);
  return typeof stat === 'object' ? ownerFlaw(stat) : undefined;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

const ROOT = 0;
const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;

function unseen(place: string): Distrust {
  return { place, seen: 'cannot be looked at', fix: command('ls -ld', place) };
}

function flawOf(place: string, stat: Entry, leadsOn: boolean): Distrust | undefined {
  const owner = ownerFlaw(stat);
  if (owner !== undefined)
    return { place, seen: owner, fix: command('sudo chown -R root:', place) };
  // A link has no mode of its own, and what it leads to has not been looked at yet.
  if (stat.isLink) return undefined;
  if (stat.isFolder && leadsOn && (stat.mode & STICKY) !== 0) return undefined;
  if ((stat.mode & OTHERS_WRITE) !== 0) {
    return { place, seen: 'may be changed by everybody', fix: command('chmod go-w', place) };
  }
  if ((stat.mode & GROUP_WRITES) !== 0 && !isOwnGroup(stat.gid)) {
    const seen = `may be changed by the group ${groupOf(stat.gid)}`;
    return { place, seen, fix: command('chmod g-w', place) };
  }
  return undefined;
}

/** A command line to copy. */
function command(words: string, place: string): string {
  const plain = /^[\w./:@%+,-]+$/.test(place);
  return `${words} ${plain ? place : `'${visible(place).replaceAll("'", `'\\''`)}'`}`;
}

function ownerFlaw({ uid }: Entry): string | undefined {
  return uid === ROOT || uid === thisUser() ? undefined : `belongs to ${userOf(uid)}`;
}

function thisUser(): number {
  return process.geteuid?.() ?? ROOT;
}

/**
 * Where each user has a group of the same name with nobody else in it, files are writable by the group by
 * default (umask 002). Root has none: on some systems others are in its group.
 */
function isOwnGroup(gid: number): boolean {
  const me = thisUser();
  if (me === ROOT) return false;
  const users = linesOf('/etc/passwd');
  const own = users.find(([, , uid]) => Number(uid) === me)?.[0];
  const group = linesOf('/etc/group').find(([, , id]) => Number(id) === gid);
  if (own === undefined || group?.[0] !== own) return false;
  const members = (group[3] ?? '').split(',').filter(Boolean);
  return (
    members.every((name) => name === own) &&
    users.every(([name, , , id]) => Number(id) !== gid || name === own)
  );
}

function userOf(uid: number): string {
  return named('/etc/passwd', uid);
}

function groupOf(gid: number): string {
  return named('/etc/group', gid);
}

function named(file: string, id: number): string {
  const name = linesOf(file).find(([, , each]) => Number(each) === id)?.[0];
  return name === undefined ? String(id) : `${visible(name)} (${id})`;
}

/** The fields of each line of a file like `/etc/passwd`; none where it is missing. */
function linesOf(file: string): string[][] {
  return (readIfAny(file) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
}
