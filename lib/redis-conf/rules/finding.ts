/** What a check finds, as data: `templates/check` has the words for its code. */
import type { Engine } from '../../model/releases.js';
import type { ConfLine } from '../parse.js';
import { data } from './rules.generated.js';

/** By what a mistake does, the worst first. */
export const SEVERITIES = [
  'fatal',
  'fatal-at-restart',
  'misread',
  'failover',
  'unsafe',
  'hint',
] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What a rule is known by: a key of `rules.yaml`. */
export type RuleCode = keyof typeof data;

export interface Rule {
  readonly severity: Severity;
  /** Where it is written about: a key of {@link PAGES}. */
  readonly link: keyof typeof PAGES;
  /** The versions that the example is for, where it is not wrong for all. */
  readonly engine?: Engine;
  readonly version?: string;
}

const DOCS = 'https://redis.io/docs/latest/operate/oss_and_stack/management';

/** What the makers of Redis write. */
export const PAGES = {
  config: `${DOCS}/config/`,
  sentinel: `${DOCS}/sentinel/`,
  replication: `${DOCS}/replication/`,
  persistence: `${DOCS}/persistence/`,
  security: `${DOCS}/security/`,
  acl: `${DOCS}/security/acl/`,
  tls: `${DOCS}/security/encryption/`,
} as const;

export const RULES: Readonly<Record<RuleCode, Rule>> = data;

export const RULE_CODES = Object.keys(data) as RuleCode[];

/** A server that a configuration is checked for. */
export interface Target {
  readonly engine: Engine;
  /** `x.y.z` */
  readonly version: string;
}

/** A line, and the file in which it stands. */
export interface Line extends ConfLine {
  /** Name of the file. */
  readonly file: string;
  /** The name as it is called today: `replicaof` for `slaveof`. */
  readonly current: string;
  /** Whether it is filled in later: then nothing can be said of it. */
  readonly isTemplate: boolean;
}

/** The text of an argument, from 0 on; empty where there is none. */
export function textAt(line: Line | undefined, at: number): string {
  return line?.args[at]?.text ?? '';
}

/** Where something stands. Lines and columns are from 1 on; line 0 is the file as a whole. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters. */
  readonly length: number;
}

export interface Found {
  readonly code: RuleCode;
  readonly severity: Severity;
  readonly node: string;
  readonly place: Place;
  /** What fills the text of the code. */
  readonly values: Readonly<Record<string, string | number>>;
  /** What a server reads there instead of what was meant. */
  readonly reads?: string;
  /** Those of the targets that it is true for, where it is not for all. */
  readonly targets?: readonly Target[];
}

/** A line as a whole. */
export function placeOf(line: Line): Place {
  return { file: line.file, line: line.line, column: line.column, length: line.text.length };
}

/** One argument of a line, from 0 on, the last one if there are fewer; the line where it has none. */
export function placeOfArgument(line: Line, at: number): Place {
  const word = line.args[at] ?? line.args.at(-1);
  if (!word) return placeOf(line);
  return {
    file: line.file,
    line: line.line,
    column: word.column,
    length: Math.max(1, word.end - word.column),
  };
}

/** From one argument to the end of the line. */
export function placeFrom(line: Line, at: number): Place {
  const place = placeOfArgument(line, at);
  return { ...place, length: line.column + line.text.length - place.column };
}

/** A file as a whole. */
export function placeOfFile(file: string): Place {
  return { file, line: 0, column: 0, length: 0 };
}
