/** What was read of a configuration: which file is what, whose it is, and what a server sees of it. Pure. */
import { freeze } from '../../model/freeze.js';
import { currentName } from '../directives.js';
import { parseConf } from '../parse.js';
import type { Line } from './finding.js';
import { type ConfKind, kindOf } from './kind.js';
import { nodesOf } from './nodes.js';

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
  /** Nobody named it: what is of another program is left out, and not told of. */
  readonly unnamed?: boolean;
}

/** A file that was read. */
export interface Conf {
  readonly name: string;
  readonly node: string;
  readonly kind: ConfKind;
  /** Its own lines. */
  readonly own: readonly Line[];
  /** All that a server sees, in its order: what is included stands in the place of `include`. */
  readonly lines: readonly Line[];
  /** Whether it includes what we could not read: then nothing is said of what is missing. */
  readonly partial: boolean;
  /** Whether it is a template that is filled in later. */
  readonly template: boolean;
  /** Each line as it stands there, for what is printed. */
  readonly text: readonly string[];
  /** Includes that lead back to a file that is being read, and those that could not be read. */
  readonly cycles: readonly Line[];
  readonly unseen: readonly Line[];
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
  return freezeShallow(files.filter(isOurs).filter((conf) => !isPart(conf)));
}

/** Lines of large files are many: they are frozen one by one only where they are few. */
function freezeShallow(files: readonly Conf[]): Configuration {
  const few = files.reduce((sum, { lines }) => sum + lines.length, 0) < 5_000;
  return few ? freeze({ files }) : Object.freeze({ files });
}

function readConf(source: ConfSource, node: string, look: Look): Conf {
  const own = linesOf(source);
  const kind = source.kind ?? kindOf(source.name, own, source.text);
  const cycles: Line[] = [];
  const unseen: Line[] = [];
  const included = new Set<string>();
  const lines = kind === 'redis' || kind === 'sentinel' ? inlined(own, [source.name]) : own;
  return {
    name: source.name,
    node,
    kind,
    own,
    lines,
    cycles,
    unseen,
    included: [...included],
    partial: unseen.length > 0,
    template: kind !== 'foreign' && lines.some(isTemplate),
    text: source.text.split('\n'),
  };

  function inlined(from: readonly Line[], open: readonly string[]): Line[] {
    return from.flatMap((line) => {
      const target = line.args[0]?.text;
      if (line.name !== 'include' || target === undefined || isTemplate(line)) return [line];
      if (open.length > MOST_DEPTH || included.size > MOST_INCLUDES) {
        cycles.push(line);
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
  return parseConf(text).map((line) => ({ ...line, file: name }));
}

/** `${X}`, `$X` alone, `{{ x }}`, `{% if %}`, `<%= x %>`, `%X%`, `@X@`, `<your password>`. */
const PLACEHOLDER =
  /\$\{[^}]*\}|(?:^|\s)"?\$[A-Z_][A-Z0-9_]*"?(?=\s|$)|\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|%[A-Za-z][\w.-]*%|@[A-Z][A-Z0-9_]*@|(?:^|\s)<[A-Za-z][\w -]*>(?=\s|$)/;

/** Of titles of processes braces are a part. */
export function isTemplate({ text, name }: Line): boolean {
  return name !== 'proc-title-template' && PLACEHOLDER.test(text);
}

/** The line of a setting that counts: the last. Undefined where there is none, or its value is filled in later. */
export function settingOf({ lines }: Conf, name: string): Line | undefined {
  return lines.findLast((line) => currentName(line.name) === name);
}

/** The value of a setting with one argument. */
export function valueIn(conf: Conf, name: string): string | undefined {
  const line = settingOf(conf, name);
  return line && !isTemplate(line) ? line.args[0]?.text : undefined;
}

/** Whether a setting is there, and its value is only known later. */
export function isUnknown(conf: Conf, name: string): boolean {
  const line = settingOf(conf, name);
  return line ? isTemplate(line) : conf.partial;
}

export function linesNamed({ lines }: Conf, name: string): Line[] {
  return lines.filter((line) => currentName(line.name) === name && !isTemplate(line));
}
