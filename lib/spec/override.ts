/** `--set sentinel.downAfter=1000`: one value over what the description says. */
import { load } from 'js-yaml';
import { type Problem, SpecError } from '../errors.js';
import { formatPath, type Path, quote } from './path.js';
import { DEFAULT_NODES, nodeNames } from './resolve.js';
import { isList } from './schema.js';
import type { NodeSpec } from './types.generated.js';

interface Override {
  readonly path: Path;
  readonly value: unknown;
  /** As the user wrote it. */
  readonly text: string;
}

const STEP = /^(?:\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,6})\]|\.(\d{1,6}))/;

/**
 * Reads `path=value` texts. The value is YAML, so `no`, `5s`, `2G` and `[a, b]` mean what they
 * mean in the file. A node is named by position (`nodes[0]`) or by name (`nodes.slave1`).
 * @throws SpecError with every text that is not of this form
 */
export function parseOverrides(texts: readonly string[]): Override[] {
  const problems: Problem[] = [];
  const overrides = texts.flatMap((text) => {
    const parsed = parseOverride(text);
    if (parsed) return [parsed];
    problems.push({
      code: 'spec.set.form',
      path: '',
      origin: '--set',
      seen: quote(text),
      message: 'is not of the form path=value',
      fix: 'write for example --set sentinel.downAfter=1000 or --set nodes.slave1.memory=2G',
    });
    return [];
  });
  if (problems.length > 0) throw new SpecError(problems, 'the command line');
  return overrides;
}

/**
 * The values of `a,b,[c, d]`, each as YAML: what `--vary path=` takes.
 * @throws Error where it is no list
 */
export function parseValues(text: string): unknown[] {
  const values = load(`[${text}]`, { maxAliases: 0 });
  if (!Array.isArray(values)) throw new Error(`${text} is no list`);
  return values;
}

/** A value as it stands behind `path=`: read again, it is the same. */
export function overrideText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  try {
    return load(value, { maxAliases: 0 }) === value ? value : JSON.stringify(value);
  } catch {
    return JSON.stringify(value);
  }
}

function parseOverride(text: string): Override | undefined {
  const equals = text.indexOf('=');
  if (equals < 1) return undefined;
  const path = parsePath(text.slice(0, equals));
  if (!path) return undefined;
  const source = text.slice(equals + 1);
  try {
    return { path, value: source.trim() === '' ? '' : load(source, { maxAliases: 0 }), text };
  } catch {
    // Text that YAML cannot read, such as >=1.2, is meant as it stands.
    return { path, value: source, text };
  }
}

/** More than any place in a description has. */
const MOST_STEPS = 20;

function parsePath(text: string): Path | undefined {
  const path: (string | number)[] = [];
  let rest = text;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (!match || path.length === MOST_STEPS) return undefined;
    path.push(match[1] ?? Number(match[2] ?? match[3]));
    rest = rest.slice(match[0].length);
  }
  return path;
}

interface Overridden {
  readonly value: unknown;
  /** Paths, formatted, whose value came from an override. */
  readonly paths: ReadonlySet<string>;
}

/**
 * A copy of `spec` with the overrides put in, later ones last.
 * @throws SpecError for an override that has no place, such as a node that does not exist
 */
export function applyOverrides(spec: unknown, overrides: readonly Override[]): Overridden {
  const root = { value: structuredClone(spec ?? {}) };
  const paths = new Set<string>();
  const problems: Problem[] = [];
  for (const override of overrides) {
    const place = put(root, override);
    if (place) paths.add(formatPath(place));
    else {
      problems.push({
        code: 'spec.set.place',
        path: formatPath(override.path),
        origin: '--set',
        message: 'names a place that the description does not have',
        fix: 'name a node by its name or by its position, from 0',
      });
    }
  }
  if (problems.length > 0) throw new SpecError(problems, 'the command line');
  return { value: root.value, paths };
}

/** Puts the value in and gives the path with names turned into positions; undefined without a place. */
function put(root: { value: unknown }, { path, value }: Override): Path | undefined {
  const place: (string | number)[] = [];
  let parent = root as unknown as Record<string | number, unknown>;
  let key: string | number = 'value';
  for (const step of path) {
    if (parent[key] === null || parent[key] === undefined) {
      parent[key] = emptyAt(place);
    }
    const child: unknown = parent[key];
    if (typeof child !== 'object' || child === null) return undefined;
    parent = child as Record<string | number, unknown>;
    key = Array.isArray(child) ? positionIn(child, step) : step;
    if (key === -1 || key === '__proto__') return undefined;
    place.push(key);
  }
  parent[key] = value;
  return place;
}

/** What a group or list is before anything is put into it. The default machines can be changed one by one, too. */
function emptyAt(place: Path): unknown {
  if (formatPath(place) === 'nodes') return structuredClone(DEFAULT_NODES);
  return isList(place) ? [] : {};
}

function positionIn(list: unknown[], step: string | number): number {
  if (typeof step === 'number') return step <= list.length ? step : -1;
  // A node without a name has a default one.
  const nodes = list.map((item) => (typeof item === 'object' && item ? item : {}) as NodeSpec);
  return nodeNames(nodes).indexOf(step);
}
