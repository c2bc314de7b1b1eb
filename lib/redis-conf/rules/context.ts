/** What a rule is given, and where it says what it found. */
import type { Signature } from '../arguments.js';
import { signatureOf } from '../directives.js';
import type { Conf, Configuration } from './configuration.js';
import { type Found, type Place, RULES, type RuleCode, type Target } from './finding.js';
import type { Lab } from './lab.js';

/** Told of one file; of more, how many there are. Whoever mends a hundred looks again. */
const MOST_FOUND = 200;

export interface Told {
  readonly values?: Readonly<Record<string, string | number>>;
  readonly reads?: string;
  /** Those that it is true for; by default all. */
  readonly targets?: readonly Target[];
  /** Where it is only so as far as the file is filled in by now. */
  readonly isHint?: boolean;
}

export class Findings {
  readonly found: Found[] = [];
  /** How many more there are, by file. */
  readonly more = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  readonly #targets: readonly Target[];

  /** Whether no more is told of a file: what follows is only counted. */
  isFull({ name }: Conf): boolean {
    return (this.#counts.get(name) ?? 0) >= MOST_FOUND;
  }

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /** What is true for some of several servers only is a hint: nobody said which of them will read it. */
  add(
    code: RuleCode,
    conf: Conf,
    place: Place,
    { values = {}, reads, targets, isHint }: Told = {},
  ): void {
    if (targets?.length === 0) return;
    if (this.isFull(conf)) {
      this.more.set(conf.name, (this.more.get(conf.name) ?? 0) + 1);
      return;
    }
    this.#counts.set(conf.name, (this.#counts.get(conf.name) ?? 0) + 1);
    const some = targets !== undefined && targets.length < this.#targets.length;
    this.found.push({
      code,
      severity: some || isHint ? 'hint' : RULES[code].severity,
      node: conf.node,
      place,
      values,
      ...(reads !== undefined && { reads }),
      ...(some && { targets }),
    });
  }
}

export interface Context {
  readonly configuration: Configuration;
  readonly lab: Lab;
  readonly targets: readonly Target[];
  /** What each target takes of a directive; undefined where it is not known. */
  readonly signatures: (name: string) => readonly (Signature | undefined)[];
  readonly findings: Findings;
}

/** A name stands in many lines, and is looked up once. */
export function signaturesFor(targets: readonly Target[]): Context['signatures'] {
  const known = new Map<string, readonly (Signature | undefined)[]>();
  return (name) => {
    const found =
      known.get(name) ?? targets.map(({ engine, version }) => signatureOf(engine, version, name));
    known.set(name, found);
    return found;
  };
}

/** About one file. */
export type FileRule = (conf: Conf, context: Context) => void;

/** About files together. */
export type LabRule = (context: Context) => void;

/** Not longer than what fits into a line of text. */
export function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
