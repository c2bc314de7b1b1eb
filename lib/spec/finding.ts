/** A problem of a description before its place in a file is known. */
import type { Problem, ProblemCode } from '../errors.js';
import { formatPath, type Path, quote } from './path.js';

export interface Finding {
  readonly code: ProblemCode;
  readonly path: Path;
  readonly seen?: unknown;
  readonly message: string;
  readonly fix: string;
}

/** @param origin where it stands: `redis-lab.yaml:7`, `--set`; undefined where that is not known */
export function toProblem({ code, path, seen, message, fix }: Finding, origin?: string): Problem {
  return {
    code,
    path: formatPath(path),
    ...(seen === undefined ? {} : { seen: quote(seen) }),
    message,
    fix,
    ...(origin === undefined ? {} : { origin }),
  };
}
