/** What a rule is given, and where it says what it found. */
import { type Conf, type Configuration, isTemplate } from './configuration.js';
import { type Found, type Line, type Place, RULES, type RuleCode, type Target } from './finding.js';

/** Told of one file; of more, how many there are. Whoever mends a hundred looks again. */
export const MOST_FOUND = 200;

export interface Told {
  readonly values?: Readonly<Record<string, string | number>>;
  readonly reads?: string;
  /** Those that it is true for; by default all. */
  readonly targets?: readonly Target[];
}

export class Findings {
  readonly found: Found[] = [];
  /** How many more there are, by file. */
  readonly more = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  readonly #targets: readonly Target[];

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /** What is true for some of several servers only is a hint: nobody said which of them will read it. */
  add(code: RuleCode, conf: Conf, place: Place, { values = {}, reads, targets }: Told = {}): void {
    if (targets?.length === 0) return;
    const count = (this.#counts.get(conf.name) ?? 0) + 1;
    this.#counts.set(conf.name, count);
    if (count > MOST_FOUND) {
      this.more.set(conf.name, count - MOST_FOUND);
      return;
    }
    const some = targets !== undefined && targets.length < this.#targets.length;
    this.found.push({
      code,
      severity: some ? 'hint' : RULES[code].severity,
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
  readonly targets: readonly Target[];
  readonly findings: Findings;
}

/** About one file. */
export type FileRule = (conf: Conf, context: Context) => void;

/** About files together. */
export type LabRule = (context: Context) => void;

/** The lines that can be judged: not what is filled in later. */
export function judged(lines: readonly Line[]): Line[] {
  return lines.filter((line) => !isTemplate(line));
}

/** Not longer than what fits into a line of text. */
export function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
