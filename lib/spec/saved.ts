/** Reads what redis-lab itself saved as JSON. Anything else is refused, with every problem and its path. */
import { type GenericSchema, getDotPath, safeParse } from 'valibot';
import { MOST_PROBLEMS, type Problem, SpecError } from '../errors.js';
import { formatPath, quote } from './path.js';

/** What messages call it, such as `a result`, and the command that makes one. */
interface SavedKind {
  readonly what: string;
  readonly command: string;
}

/**
 * @param filename what to call it in messages
 * @throws SpecError (2) for text that is not JSON, or not of the schema
 */
export function parseSaved<T>(
  schema: GenericSchema<unknown, T>,
  text: string,
  filename: string,
  kind: SavedKind,
): T {
  const { success, output, issues } = safeParse(schema, parsed(text, filename, kind));
  if (success) return output;
  const places = new Set<string>();
  const problems: Problem[] = [];
  for (const issue of issues) {
    const place = getDotPath(issue) ?? '';
    if (places.has(place)) continue;
    places.add(place);
    if (places.size > MOST_PROBLEMS) continue;
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    problems.push(problem(formatPath(path), issue, kind));
  }
  throw new SpecError(problems, filename, places.size - problems.length);
}

function problem(
  path: string,
  { expected, input }: { readonly expected: string | null; readonly input: unknown },
  { what, command }: SavedKind,
): Problem {
  if (expected === 'never') {
    return {
      code: 'saved.key.unknown',
      path,
      message: `is not a key of ${what}`,
      fix: 'remove it',
    };
  }
  const fix = `use what ${command} gave, unchanged`;
  return input === undefined
    ? { code: 'saved.missing', path, message: 'is missing', fix }
    : {
        code: 'saved.value',
        path,
        seen: quote(input),
        message: `is not ${expected ?? 'accepted here'}`,
        fix,
      };
}

function parsed(text: string, filename: string, { command }: SavedKind): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `is not JSON: ${(error as Error).message}`;
    throw new SpecError(
      [{ code: 'saved.json', path: '', message, fix: `get one with: ${command}` }],
      filename,
    );
  }
}
