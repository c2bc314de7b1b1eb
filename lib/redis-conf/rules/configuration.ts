/** What was read of a configuration: which file is what, whose it is, and what a server sees of it. Pure. */
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

export function readConfiguration(sources: readonly ConfSource[], look: Look): Configuration {
  const nodes = nodesOf(sources);
  const files = sources.map((source, at) => readConf(source, nodes[at] ?? '', look));
  const isOurs = ({ kind }: Conf, at: number) => kind !== 'foreign' || !sources[at]?.unnamed;
  // What another file includes is read there, with the rest of it; of two that include each other, both are kept.
  const isPart = (conf: Conf) =>
    files.some(
      (other) =>
        other !== conf && other.included.includes(conf.name) && !conf.included.includes(other.name),
    );
  return { files: files.filter(isOurs).filter((conf) => !isPart(conf)) };
}

function readConf(source: ConfSource, node: string, look: Look): Conf {
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
    named: byName(judged),
    last: new Map(lines.map((line) => [line.current, line])),
    cycles,
    unseen,
    rights: source.rights,
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
  for (let at = 0; at < all.length; at++) {
    const end = endLeftOut(all[at] ?? '');
    if (end === undefined) continue;
    const between = all.slice(at + 1, at + MOST_IN_BLOCK).findIndex((line) => line.includes(end));
    if (between < 0) continue;
    for (let line = at; line <= at + between + 1; line++) lines.add(line + 1);
    // The line that ends one may begin another.
    at += between;
  }
  return lines;
}

/** What ends the last block of a line, where it doesn't end there. */
function endLeftOut(line: string): string | undefined {
  const start = ['{%', '{#', '{{', '<%'].reduce(
    (last, each) => Math.max(last, line.lastIndexOf(each)),
    -1,
  );
  if (start < 0) return undefined;
  const end = { '{%': '%}', '{#': '#}', '{{': '}}' }[line.slice(start, start + 2)] ?? '%>';
  return line.includes(end, start + 2) ? undefined : end;
}

const OPENING = /\{[%#{]|<%/;
/** Lines. */
const MOST_IN_BLOCK = 200;

/** `REDIS_PORT` for a number: then other such words are filled in later, too. */
const BARE_NUMBER =
  /^[ \t]*(?:port|(?:slaveof|replicaof)[ \t]+\S+|sentinel[ \t]+(?:monitor[ \t]+\S+[ \t]+\S+|(?:down-after-milliseconds|failover-timeout|parallel-syncs)[ \t]+\S+))[ \t]+[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+[ \t]*(?:[ \t]\S+)?\r?$/m;
const BARE = /(?:^|[\s"])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=$|[\s"])/;

export function lineIn(file: string, line: ConfLine, mayBeTemplate = true): Line {
  const { line: number, column, text, name, args, error } = line;
  return {
    line: number,
    column,
    text,
    name,
    args,
    ...(error && { error }),
    file,
    current: currentName(name),
    isTemplate: mayBeTemplate && isTemplate(line),
  };
}

function byName(lines: readonly Line[]): Map<string, Line[]> {
  const named = new Map<string, Line[]>();
  for (const line of lines) {
    const same = named.get(line.current);
    if (same) same.push(line);
    else named.set(line.current, [line]);
  }
  return named;
}

const SIGN = /[$%@{<]|__/;

/** `${X}`, `$X` alone, `{X}`, `{{ x }}`, `{% if %}`, `{# x #}`, `<%= x %>`, `%X%`, `@X@`, `__X__`, `<your password>`. */
const PLACEHOLDER =
  /\$\{[^}]*\}|(?:^|\s)"?\$[A-Z_][A-Z0-9_]*"?(?=\s|$)|\{[A-Z][A-Z0-9_]*\}|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<%.*?%>|%[A-Za-z][\w.-]*%|@[A-Z][A-Z0-9_]*@|(?:^|[\s"])__[A-Z][A-Z0-9_]*__(?=$|[\s"])|(?:^|\s)<[A-Za-z][\w -]*>(?=\s|$)/;

/** Of titles of processes braces are a part. */
function isTemplate({ text, name }: ConfLine): boolean {
  return SIGN.test(text) && name !== 'proc-title-template' && PLACEHOLDER.test(text);
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
