/** Turns a description into a lab, or into all of its problems. Pure: no disk, no clock. */
import { MOST_PROBLEMS, type Problem, SpecError } from '../errors.js';
import { freeze } from '../model/freeze.js';
import type { LabModel } from '../model/model.js';
import { toProblem } from './finding.js';
import type { Path } from './path.js';
import { resolve } from './resolve.js';
import type { Rule } from './rules/rule.js';
import { checkRules } from './rules.js';
import { checkShape } from './shape.js';

interface ParseOptions {
  /** Where a value came from (`redis-lab.yaml:7`, `--set`); undefined where nothing is known. */
  readonly origin?: (path: Path) => string | undefined;
  /** What has the problems, for the message. */
  readonly subject?: string;
  /** Default: those of a lab that may run on what is here already. */
  readonly rules?: readonly Rule[];
}

/**
 * The lab of a description; without one, the course's lab.
 * @throws SpecError with every problem at once
 */
export function parseSpec(input: unknown, options: ParseOptions = {}): LabModel {
  const shape = checkShape(input);
  const lab = resolve(shape.spec);
  const findings = [...shape.findings];
  // Rules compare every node with every other: with so many mistakes of shape that can wait.
  if (findings.length < MOST_PROBLEMS) {
    findings.push(...checkRules(shape.spec, lab, shape.refused, options.rules));
  }
  if (findings.length === 0) return freeze(lab);
  const told = findings.slice(0, MOST_PROBLEMS);
  const problems = told.map((finding) => toProblem(finding, options.origin?.(finding.path)));
  problems.sort((a, b) => lineOf(a) - lineOf(b));
  throw new SpecError(problems, options.subject, findings.length - told.length);
}

function lineOf({ origin = '' }: Problem): number {
  return Number(/:(\d+)$/.exec(origin)?.[1] ?? 0);
}
