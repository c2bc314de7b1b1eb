/** A description from its text and from the command line, with the origin of every value. */
import type { LabModel } from '../model/model.js';
import { applyOverrides, parseOverrides } from './override.js';
import { parseSpec } from './parse.js';
import { formatPath, type Path } from './path.js';
import type { Rule } from './rules/rule.js';
import { linesOf, parseYaml } from './yaml.js';

interface SpecText {
  /** YAML. */
  readonly text: string;
  /** What to call it in messages. */
  readonly filename: string;
}

/**
 * The lab of a YAML text with `path=value` overrides put over it; both may be absent.
 * @throws SpecError with every problem, each with its line or `--set`
 */
export function readSpec(
  file: SpecText | undefined,
  sets: readonly string[] = [],
  rules?: readonly Rule[],
): LabModel {
  const overrides = parseOverrides(sets);
  const written = file ? parseYaml(file.text, file.filename) : {};
  const { value, paths } = applyOverrides(written, overrides);
  let lines: Map<string, number> | undefined;

  function origin(path: Path): string | undefined {
    // What is missing has no line of its own: take that of the nearest group above it.
    for (let length = path.length; length >= 0; length--) {
      const place = formatPath(path.slice(0, length));
      if (paths.has(place)) return '--set';
      if (file) lines ??= linesOf(file.text);
      const line = lines?.get(place);
      if (line !== undefined) return `${file?.filename}:${line}`;
      // A group that the file lacks exists because `--set` put something into it.
      if (place !== '' && [...paths].some((set) => isBelow(set, place))) return '--set';
    }
    return file?.filename;
  }

  return parseSpec(value, {
    origin,
    ...(file ? { subject: file.filename } : {}),
    ...(rules ? { rules } : {}),
  });
}

function isBelow(path: string, group: string): boolean {
  return path.startsWith(`${group}.`) || path.startsWith(`${group}[`);
}
