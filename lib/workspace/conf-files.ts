/** Files of a configuration that a user named: a file, a folder with all in it, and what they include. */
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { RedisLabError, WorkspaceError } from '../errors.js';
import { literal } from '../literal.js';
import type { ConfRights, Disk } from '../redis-conf/rules/configuration.js';
import { diskOf } from './conf-disk.js';
import { rightsOf } from './conf-rights.js';
import { attempt } from './failed.js';
import { exists } from './inspect.js';
import { MOST, readBytes, STDIN } from './named-file.js';
import { readAll, withOpen } from './regular.js';

export interface NamedConf {
  /** As it is told of; of what is piped in, `-`. */
  readonly name: string;
  readonly node?: string;
  readonly text: string;
  readonly rights?: ConfRights;
  readonly disk?: Disk;
  /** It lay in a folder that was named. */
  readonly unnamed?: true;
}

/** What is in a folder that somebody named by mistake need not be looked through. */
const MOST_FILES = 500;
const MOST_ENTRIES = 20_000;
const MOST_DEPTH = 8;

/** Lines of one file, and of all that are included together. */
const MOST_LINES = 200_000;

/**
 * Reads files, and all that look like configurations in folders. `NODE=FILE` says whose a file is; `-` is what is piped in.
 * @throws WorkspaceError with all that cannot be read
 */
export async function readConfFiles(named: readonly string[]): Promise<NamedConf[]> {
  const problems: string[] = [];
  const found: NamedConf[] = [];
  const roots = rootsOf(named);
  for (const each of named) {
    try {
      const read = await readNamed(each);
      found.push(...read.map((own) => ({ ...own, disk: diskOf(own.name, roots) })));
    } catch (error) {
      if (!(error instanceof RedisLabError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new WorkspaceError(problems.join('\n'));
  return [...new Map(found.map((each) => [each.name, each])).values()];
}

async function readNamed(named: string): Promise<NamedConf[]> {
  if (named === STDIN || named === '-') {
    const bytes = await readBytes(STDIN, MOST.configuration);
    return [{ name: '-', text: text(limited(bytes, 'what is piped in')) }];
  }
  const [, node, rest] = (exists(named) ? null : /^([\w.@-]+)=(.+)$/s.exec(named)) ?? [];
  const file = rest ?? named;
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  const of = node === undefined ? {} : { node };
  if (!isFolder) {
    return [await readOne(file, of)];
  }
  const names = attempt('read', file, () => confsIn(file));
  if (names.length === 0) {
    throw new WorkspaceError(
      `${file} has no redis.conf, sentinel.conf, aclfile or unit of Redis. Name the file itself.`,
    );
  }
  const read: NamedConf[] = [];
  for (const name of names) {
    read.push(await readOne(name, { ...of, unnamed: true }));
  }
  return read;
}

async function readOne(file: string, of: Partial<NamedConf>): Promise<NamedConf> {
  const bytes = limited(await readBytes(file, MOST.configuration), file);
  const rights = rightsOf(file);
  return { name: shown(file), ...of, text: text(bytes), ...(rights && { rights }) };
}

/** Links are not followed, so that a folder has an end. */
function confsIn(folder: string): string[] {
  const found: string[] = [];
  let seen = 0;
  const look = (at: string, depth: number) => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort(byName)) {
      if (++seen > MOST_ENTRIES || found.length >= MOST_FILES) {
        throw new WorkspaceError(`${folder} has too many files. Name those that are meant.`);
      }
      const file = path.join(at, entry.name);
      if (entry.isDirectory()) {
        const isSkipped = /^\.|^node_modules$|\.(?:bak|old|orig)$|~$/.test(entry.name);
        if (!isSkipped && depth < MOST_DEPTH) look(file, depth + 1);
      } else if (entry.isFile() && looksLikeConf(entry.name)) found.push(file);
    }
  };
  look(folder, 0);
  return found;
}

function byName(one: { name: string }, other: { name: string }): number {
  return Number(one.name > other.name) - Number(one.name < other.name);
}

/** `redis.conf`, `sentinel.conf.j2`, `users.acl`, `redis-server.service`. */
function looksLikeConf(name: string): boolean {
  const plain = name
    .toLowerCase()
    .replace(/\.(?:j2|tmpl|tpl|template|erb|in|example|sample|dist)$/, '');
  if (/\.(?:conf|acl|cfg)$/.test(plain)) return true;
  return /redis|valkey|sentinel/.test(plain) && /\.service$|^[\w-]+$/.test(plain);
}

/** @throws WorkspaceError where no server's configuration is that long */
function limited(bytes: Buffer, name: string): Buffer {
  if (linesIn(bytes) <= MOST_LINES) return bytes;
  throw new WorkspaceError(
    `cannot read ${name}: it has more than ${MOST_LINES} lines, and no more are read. Name another file, or a shorter one.`,
  );
}

function linesIn(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) count++;
  return count;
}

/** A byte order mark is a part of the text: servers see it. */
function text(bytes: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function shown(file: string): string {
  return file.split(path.sep).join('/');
}

/** The folders of what was named, without links. */
function rootsOf(named: readonly string[]): readonly string[] {
  return named.flatMap((each) => {
    const file = exists(each) ? each : each.replace(/^[\w.@-]+=/, '');
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat ? [realpathSync(stat.isDirectory() ? file : path.dirname(file))] : [];
  });
}

/** How much of included files is read, all together. Bytes. */
const MOST_INCLUDED = 5_000_000;

/**
 * Finds what files include, as long as it lies in the folders of the named ones: another user's file must not send us
 * through this machine.
 */
export function includesIn(
  named: readonly string[],
): (target: string, from: string) => readonly NamedConf[] | undefined {
  const roots = rootsOf(named);
  let left = MOST_INCLUDED;
  let leftLines = MOST_LINES;
  return (target, from) => {
    if (from === '-' || target.includes('\0')) return undefined;
    const wanted = path.isAbsolute(target) ? target : path.join(path.dirname(from), target);
    try {
      const files = matching(wanted).map((file) => {
        const place = realpathSync(file);
        const isInside = roots.some((root) => place.startsWith(`${root}${path.sep}`));
        const bytes = isInside ? withOpen(place, (open) => readAll(open, left)) : undefined;
        leftLines -= bytes ? linesIn(bytes) : 0;
        if (bytes === undefined || leftLines < 0) throw new WorkspaceError(`${file} is not read`);
        left -= bytes.length;
        return { name: shown(file), text: text(bytes) };
      });
      return files.length > 0 ? files : undefined;
    } catch {
      // Absent, no file, too large or elsewhere: the server may see it, we do not.
      return undefined;
    }
  };
}

/** A path, or those that fit where its last part has `*` or `?`. */
function matching(wanted: string): string[] {
  const [folder, last] = [path.dirname(wanted), path.basename(wanted)];
  if (!/[*?]/.test(last)) return lstatSync(wanted, { throwIfNoEntry: false }) ? [wanted] : [];
  const pattern = literal(last)
    .replace(/(?:\\\*)+/g, '.*')
    .replaceAll('\\?', '.');
  const fits = new RegExp(`^${pattern}$`);
  return readdirSync(folder)
    .filter((name) => fits.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => path.join(folder, name));
}
