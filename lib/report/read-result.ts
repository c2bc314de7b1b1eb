/** A saved result from its JSON: what is none of ours is refused, with every problem and its path. */
import { getDotPath, safeParse } from 'valibot';
import { type Problem, SpecError } from '../errors.js';
import { formatPath, quote } from '../spec/path.js';
import type { VerifyResult } from './result.js';
import { resultSchema } from './schema.js';

/**
 * @param filename what to call it in messages
 * @throws SpecError (2) for a text that is no JSON, or no result of `verify --json`
 */
export function readResult(text: string, filename: string): VerifyResult {
  const { success, output, issues } = safeParse(resultSchema, parsed(text, filename));
  if (success) return output;
  const problems = new Map<string, Problem>();
  for (const issue of issues) {
    const place = getDotPath(issue) ?? '';
    if (problems.has(place)) continue;
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    problems.set(place, problem(formatPath(path), issue));
  }
  throw new SpecError([...problems.values()], filename);
}

function problem(
  path: string,
  { expected, input }: { readonly expected: string | null; readonly input: unknown },
): Problem {
  if (expected === 'never') {
    return { path, message: 'is nothing that a result has', fix: 'remove it' };
  }
  const fix = 'use what redis-lab verify --json printed, unchanged';
  return input === undefined
    ? { path, message: 'is missing', fix }
    : { path, seen: quote(input), message: `is not ${expected ?? 'accepted here'}`, fix };
}

function parsed(text: string, filename: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SpecError(
      [
        {
          path: '',
          message: `is not JSON: ${(error as Error).message}`,
          fix: 'save it with: redis-lab verify --json > result.json',
        },
      ],
      filename,
    );
  }
}
