/** What was read of a configuration: which file is what, whose it is, and what a server sees of it. Pure. */
import { isPem } from '../certificate.js';
import { currentName } from '../directives.js';
import { type ConfLine, parseConf } from '../parse.js';
import type { Line } from './finding.js';
import { type ConfKind, kindOf } from './kind.js';
import { nodesOf } from './nodes.js';

/** What is known of a file on a disk. */
export interface ConfRights {
  /** Absolute, without links. */
  readonly path: string;
  readonly isReadByAll: boolean;
  /** What a user may not write: the file, or the folder that it is replaced in; undefined also for one that is not known. */
  closedTo(user: string): 'file' | 'folder' | undefined;
}

/** What is known of the disk that a file lies on. */
export interface Disk {
  /** When it was looked at, milliseconds since 1970. */
  readonly at: number;
  /** A file that a directive names. Undefined where it cannot be known. */
  read(file: string, where: Where): { readonly text: string } | 'absent' | undefined;
  /** What keeps a server of this machine from running a program. */
  lacks(program: string): 'absent' | 'not-executable' | undefined;
}

/** `here`: the configuration is of this machine, and so are the paths in it. */
export type Where = 'here' | 'anywhere';

/** A file as it was given. */
export interface ConfSource {
  /** As it is called in what is said of it. */
  readonly name: string;
  /** With one character a code point or byte, a byte order mark included. */
  readonly text: string;
  /** Whose it is; by default its name tells. */
  readonly node?: string;
  /** What it is; by default its content and its name tell. */
  readonly kind?: ConfKind;
  /** Where it lies on a disk. */
  readonly rights?: ConfRights;
  readonly disk?: Disk;
  /** Nobody named it: what is of another program is left out, and not told of. */
  readonly unnamed?: boolean;
}

/** A file that was read. */
export interface Conf {
  readonly name: string;
  readonly node: string;
  readonly kind: ConfKind;
  /** All that a server sees, in its order: what is included stands in the place of `include`. */
  readonly lines: readonly Line[];
  /** Those that can be judged: not what is filled in later. */
  readonly judged: readonly Line[];
  /** The same by their current names. */
  readonly named: ReadonlyMap<string, readonly Line[]>;
  /** The last line of each current name, which may be filled in later. */
  readonly last: ReadonlyMap<string, Line>;
  /** Whether it includes what we could not read: then nothing is said of what is missing. */
  readonly partial: boolean;
  /** Whether it is a template that is filled in later. */
  readonly template: boolean;
  /** Of users and units, each line as it stands there: comments and sections, too. */
  readonly text: readonly string[];
  /** Includes that lead back to a file that is being read, and those that could not be read. */
  readonly cycles: readonly Line[];
  readonly unseen: readonly Line[];
  readonly rights: ConfRights | undefined;
  readonly disk: Disk;
  /** What it includes. */
  readonly included: readonly string[];
}

export interface Configuration {
  readonly files: readonly Conf[];
}

/** Finds what a file includes; undefined for what it may not or cannot read. */
export type Look = (target: string, from: string) => readonly ConfSource[] | undefined;

/** No server's configuration is spread over more. */
const MOST_INCLUDES = 200;

/** Includes of includes. */
const MOST_DEPTH = 16;

export function readConfiguration(given: readonly ConfSource[], look: Look): Configuration {
  const keys = given.filter(({ name, text }) => isPem(text) || KEYS.test(name));
  const sources = given.filter((each) => !keys.includes(each));
  const nodes = nodesOf(sources);
  const files = sources.map((source, at) =>
    readConf(source, nodes[at] ?? '', look, diskOf(source, keys)),
  );
  const isOurs = ({ kind }: Conf, at: number) => kind !== 'foreign' || !sources[at]?.unnamed;
  // What another file includes is read there, with the rest of it; of two that include each other, both are kept.
  const isPart = (conf: Conf) =>
    files.some(
      (other) =>
        other !== conf && other.included.includes(conf.name) && !conf.included.includes(other.name),
    );
  return { files: files.filter(isOurs).filter((conf) => !isPart(conf)) };
}

/** What a certificate or a key is called, also where nothing of the kind stands in it. */
const KEYS = /\.(?:crt|cer|pem|key)$/i;

/** Certificates and keys that were given lie where the configuration has them, under as much of their path as there is. */
function diskOf({ name, disk }: ConfSource, keys: readonly ConfSource[]): Disk {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  return {
    at: disk?.at ?? 0,
    read(file, where) {
      const own = suffixesOf(file).flatMap((each) =>
        keys.filter((key) => key.name === `${folder}${each}`),
      );
      return own[0] ?? keys.find((key) => key.name === file) ?? disk?.read(file, where);
    },
    lacks: (program) => disk?.lacks(program),
  };
}

/** `etc/tls/a.crt`, `tls/a.crt` and `a.crt` of `/etc/tls/a.crt`. */
export function suffixesOf(file: string): readonly string[] {
  const parts = file.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? [] : parts.map((_, at) => parts.slice(at).join('/'));
}

function readConf(source: ConfSource, node: string, look: Look, disk: Disk): Conf {
  const own = linesOf(source);
  const kind = source.kind ?? kindOf(source.name, own, source.text);
  const cycles: Line[] = [];
  const unseen: Line[] = [];
  const included = new Set<string>();
  let includes = 0;
  const lines = kind === 'redis' || kind === 'sentinel' ? inlined(own, [source.name]) : own;
  const judged = lines.filter(({ isTemplate }) => !isTemplate);
  return {
    name: source.name,
    node,
    kind,
    lines,
    judged,
    named: groupedBy(judged, ({ current }) => current),
    last: new Map(lines.map((line) => [line.current, line])),
    cycles,
    unseen,
    rights: source.rights,
    disk,
    included: [...included],
    partial: unseen.length > 0,
    template: kind !== 'foreign' && judged.length < lines.length,
    text: kind === 'acl' || kind === 'unit' ? source.text.split('\n') : [],
  };

  function inlined(from: readonly Line[], open: readonly string[]): readonly Line[] {
    if (!from.some(({ name }) => name === 'include')) return from;
    return from.flatMap((line) => {
      const target = line.args[0]?.text;
      if (line.name !== 'include' || target === undefined || line.isTemplate) return [line];
      // Files that include others twice come to as many as one likes.
      if (open.length > MOST_DEPTH || ++includes > MOST_INCLUDES) {
        unseen.push(line);
        return [line];
      }
      const found = look(target, line.file);
      if (!found) {
        unseen.push(line);
        return [line];
      }
      return [
        line,
        ...found.flatMap((each) => {
          if (open.includes(each.name)) {
            cycles.push(line);
            return [];
          }
          included.add(each.name);
          return inlined(linesOf(each), [...open, each.name]);
        }),
      ];
    });
  }
}

function linesOf({ name, text }: ConfSource): Line[] {
  // Asked of the whole text, which is much sooner than of each line.
  const mayBeTemplate = SIGN.test(text);
  const lines = parseConf(text).map((line) => lineIn(name, line, mayBeTemplate));
  const inBlocks = linesInBlocks(text);
  const hasBare = BARE_NUMBER.test(text);
  if (inBlocks.size === 0 && !hasBare) return lines;
  return lines.map((line) =>
    inBlocks.has(line.line) || (hasBare && BARE.test(line.text))
      ? { ...line, isTemplate: true }
      : line,
  );
}

/** `{% if a and`, ` b %}`: what stands in the braces of a template is no line of a configuration. */
function linesInBlocks(text: string): Set<number> {
  const lines = new Set<number>();
  if (!OPENING.test(text)) return lines;
  const all = text.split('\n');
  const closings = new Map<string, number>();
  /** The first line from `from` on that has it. What was looked through once is not looked through again. */
  const lineWith = (closing: string, from: number) => {
    let at = Math.max(closings.get(closing) ?? 0, from);
    while (at < all.length && !all[at]?.includes(closing)) at++;
    closings.set(closing, at);
    return at;
  };
  for (let at = 0; at < all.length; at++) {
    const closing = closingLeftOut(all[at] ?? '');
    if (closing === undefined) continue;
    const last = lineWith(closing, at + 1);
    if (last === all.length || last - at >= MOST_IN_BLOCK) continue;
    for (let line = at; line <= last; line++) lines.add(line + 1);
    // The line that ends one may begin another.
    at = last - 1;
  }
  return lines;
}

/** What ends the last block of a line, where it doesn't end there. */
function closingLeftOut(line: string): string | undefined {
  const start = BLOCKS.reduce((last, [opening]) => Math.max(last, line.lastIndexOf(opening)), -1);
  const [opening, closing] = BLOCKS.find(([each]) => line.startsWith(each, start)) ?? [];
  if (start < 0 || opening === undefined || closing === undefined) return undefined;
  return line.includes(closing, start + opening.length) ? undefined : closing;
}

const BLOCKS = [
  ['{%', '%}'],
  ['{#', '#}'],
  ['{{', '}}'],
  ['<%', '%>'],
] as const;

const OPENING = /\{[%#{]|<%/;
/** Lines. */
const MOST_IN_BLOCK = 200;

/** `REDIS_PORT` for a number: then other such words are filled in later, too. */
const BARE_NUMBER =
  /^[ \t]*(?:port|(?:slaveof|replicaof)[ \t]+\S+|sentinel[ \t]+(?:monitor[ \t]+\S+[ \t]+\S+|(?:down-after-milliseconds|failover-timeout|parallel-syncs)[ \t]+\S+))[ \t]+[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+[ \t]*(?:[ \t]\S+)?\r?$/m;
const BARE = /(?:^|[\s"])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=$|[\s"])/;

export function lineIn(file: string, line: ConfLine, mayBeTemplate = true): Line {
  const { line: number, column, text, name, args, error } = line;
  const current = currentName(name);
  const isLater = mayBeTemplate && isTemplate(line);
  const own = { line: number, column, text, name, args, file, current, isTemplate: isLater };
  return error ? { ...own, error } : own;
}

export function groupedBy<T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    const same = grouped.get(key);
    if (same) same.push(each);
    else grouped.set(key, [each]);
  }
  return grouped;
}

const SIGN = /[$%@{<]|__/;

/** `$X` alone, `{X}`, `%X%`, `@X@`, `__X__`, `<your password>`. */
const PLACEHOLDER =
  /(?:^|\s)"?\$[A-Z_][A-Z0-9_]*"?(?=\s|$)|\{[A-Z][A-Z0-9_]*\}|%[A-Za-z][\w.-]*%|@[A-Z][A-Z0-9_]*@|(?:^|[\s"])__[A-Z][A-Z0-9_]*__(?=$|[\s"])|(?:^|\s)<[A-Za-z][\w -]*>(?=\s|$)/;

/** Of titles of processes braces are a part. */
function isTemplate({ text, name }: ConfLine): boolean {
  if (!SIGN.test(text) || name === 'proc-title-template') return false;
  return PLACEHOLDER.test(text) || ENCLOSED.some((pair) => isEnclosed(text, pair));
}

/** `${X}`, `{{ x }}`, `{% if %}`, `{# x #}`, `<%= x %>`. By patterns, a line of nothing but openings would take for ever. */
const ENCLOSED = [['${', '}'], ...BLOCKS] as const;

function isEnclosed(text: string, [opening, closing]: (typeof ENCLOSED)[number]): boolean {
  const start = text.indexOf(opening);
  return start >= 0 && text.includes(closing, start + opening.length);
}

/** The line of a setting that counts: the last. Undefined where there is none. */
export function settingOf({ last }: Conf, name: string): Line | undefined {
  return last.get(name);
}

/** The value of a setting with one argument; undefined where it is filled in later, too. */
export function valueIn(conf: Conf, name: string): string | undefined {
  const line = settingOf(conf, name);
  return line && !line.isTemplate ? line.args[0]?.text : undefined;
}

/** Whether a setting is there, and its value is only known later. */
export function isUnknown(conf: Conf, name: string): boolean {
  return settingOf(conf, name)?.isTemplate ?? conf.partial;
}

/** All lines of a name that can be judged. */
export function linesNamed({ named }: Conf, name: string): readonly Line[] {
  return named.get(name) ?? [];
}
