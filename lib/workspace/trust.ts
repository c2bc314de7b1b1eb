/** Whether only this user and root can have written a file, or can replace it. */
import path from 'node:path';
import type { Coded } from '../coded.js';
import { visible } from '../errors.js';
import type { MessageCode } from '../report/messages.js';
import { type Entry, entryAt, linkTarget, readIfAny } from './inspect.js';

/** Why a file is not trusted. */
interface Distrust {
  /** The file, or a folder or link of its path. */
  readonly place: string;
  /** `belongs to bob (1001)`, without its subject, which is the place. */
  readonly seen: Coded;
  /** A command that puts it right, for a user who knows what is there. */
  readonly fix: string;
}

/**
 * Checks the file and every folder from the root to it: all must belong to this user or to root, and nobody else may write to
 * them. A sticky folder like `/tmp`, where users may add names but not remove those of others, is accepted; what is below it is
 * checked. Links are followed. Once this holds it stays so, because only this user and root could change it.
 *
 * The part of a path that does not exist yet is not checked. On Windows, where the mode means nothing, everything is trusted.
 */
export function distrustOf(file: string): Distrust | undefined {
  for (const { place, stat, leadsOn, round } of wayTo(file)) {
    if (stat === 'unseen') return unseen(place);
    const flaw = flawOf(place, stat, leadsOn);
    if (flaw) return flaw;
    if (round) return { place, seen: distrusted('distrust.nowhere'), fix: command('rm', place) };
  }
  return undefined;
}

/**
 * The program, or a folder of its path, that everybody can write to, so that anybody may have put the program there; undefined if
 * there is none. Of a sticky folder like `/tmp` these are: a program directly in it, and a folder in it of another user.
 */
export function everybodysPlace(program: string): string | undefined {
  for (const { place, stat, leadsOn } of wayTo(program)) {
    if (stat === 'unseen') return undefined;
    const folder = path.dirname(place);
    const above = entryAt(folder);
    const keepsNames = typeof above === 'object' && (above.mode & STICKY) !== 0;
    const isKept = keepsNames && leadsOn && ownerFlaw(stat) === undefined;
    if (everybodyWrites(above) && !isKept) return folder;
    if (!leadsOn && everybodyWrites(stat)) return place;
  }
  return undefined;
}

function everybodyWrites(stat: Entry | 'unseen' | undefined): boolean {
  return typeof stat === 'object' && !stat.isLink && (stat.mode & OTHERS_WRITE) !== 0;
}

interface Step {
  readonly place: string;
  readonly stat: Entry | 'unseen';
  /** Whether the path goes on below it. */
  readonly leadsOn: boolean;
  /** Whether it is one link too many: they lead in a circle. */
  readonly round: boolean;
}

/** Every folder, link and file of a path, from the root on; links are followed. None on Windows. */
function* wayTo(file: string): Iterable<Step> {
  if (process.platform === 'win32') return;
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
    if (stat === undefined) return;
    const isLink = stat !== 'unseen' && stat.isLink;
    if (isLink) links++;
    yield { place: next, stat, leadsOn: left.length > 0, round: links > MOST_LINKS };
    if (stat === 'unseen' || links > MOST_LINKS) return;
    if (isLink) {
      const target = linkTarget(next) ?? '';
      if (path.isAbsolute(target)) place = '/';
      left.unshift(...target.split('/').filter((part) => part !== '' && part !== '.'));
    } else {
      place = next;
    }
  }
}

/** `belongs to bob (1001)`; undefined for a file of this user or root. */
export function foreignOwner(file: string): string | undefined {
  const stat = process.platform === 'win32' ? undefined : entryAt(file);
  const owner = typeof stat === 'object' ? ownerFlaw(stat) : undefined;
  return owner && `belongs to ${owner}`;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

const ROOT = 0;
const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;

function unseen(place: string): Distrust {
  return { place, seen: distrusted('distrust.unseen'), fix: command('ls -ld', place) };
}

function flawOf(place: string, stat: Entry, leadsOn: boolean): Distrust | undefined {
  const owner = ownerFlaw(stat);
  if (owner !== undefined && !mayBeRoots(stat, place))
    return {
      place,
      seen: distrusted('distrust.owner', owner),
      fix: command('sudo chown -R root:', place),
    };
  // A link has no mode of its own; its target is checked next.
  if (stat.isLink) return undefined;
  if (stat.isFolder && leadsOn && (stat.mode & STICKY) !== 0) return undefined;
  if ((stat.mode & OTHERS_WRITE) !== 0) {
    return { place, seen: distrusted('distrust.everybody'), fix: command('chmod go-w', place) };
  }
  if ((stat.mode & GROUP_WRITES) !== 0 && !isOwnGroup(stat.gid)) {
    const seen = distrusted('distrust.group', groupOf(stat.gid));
    return { place, seen, fix: command('chmod g-w', place) };
  }
  return undefined;
}

function distrusted(code: MessageCode & `distrust.${string}`, who = ''): Coded {
  return { code, values: { who } };
}

/** A command line to copy. */
function command(words: string, place: string): string {
  const plain = /^[\w./:@%+,-]+$/.test(place);
  return `${words} ${plain ? place : `'${visible(place).replaceAll("'", `'\\''`)}'`}`;
}

/** Its owner; undefined if that is this user or root. */
function ownerFlaw({ uid }: Entry): string | undefined {
  return uid === ROOT || uid === thisUser() ? undefined : userOf(uid);
}

/**
 * In a user namespace that has this user alone, all others are nobody, and so is root. Where everybody can put something, it is not
 * taken for root's.
 */
function mayBeRoots({ uid }: Entry, place: string): boolean {
  if (onlyMapped('uid') === undefined || uid !== NOBODY) return false;
  return place === '/' || !everybodyWrites(entryAt(path.dirname(place)));
}

/** Who has no number in a user namespace: the kernel's default. */
const NOBODY = 65_534;

/** What this user or its group is outside, if nobody else is in this user namespace, in which it is root; undefined elsewhere. */
function onlyMapped(kind: 'uid' | 'gid'): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const [, outside] = /^ *0 +(\d+) +1\n$/.exec(readIfAny(`/proc/self/${kind}_map`) ?? '') ?? [];
  return outside === undefined || outside === '0' ? undefined : Number(outside);
}

function thisUser(): number {
  return process.geteuid?.() ?? ROOT;
}

/**
 * Whether a group is this user's private one: of the same name, with nobody else in it. Systems that have those make files
 * writable by the group (umask 002). Not for root: some systems have others in its group.
 */
function isOwnGroup(seen: number): boolean {
  const me = onlyMapped('uid') ?? thisUser();
  const gid = seen === 0 ? (onlyMapped('gid') ?? seen) : seen;
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

/** The fields of each line of a file like `/etc/passwd`; none if it is missing. */
function linesOf(file: string): string[][] {
  return (readIfAny(file) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
}
