/**
 * The shape of a description: unknown keys and wrong values, each with its path, and what is left
 * when they are taken out, so that the rules can still judge the rest.
 */
import { closest, distance } from 'fastest-levenshtein';
import { getDotPath, safeParse } from 'valibot';
import type { LabSpec } from './lab-spec.js';
import { type Path, valueAt } from './path.js';
import { expectationAt, isList, keysAt, schema } from './schema.js';

/** A problem before its place in a file is known. */
export interface Finding {
  readonly path: Path;
  readonly seen?: unknown;
  readonly message: string;
  readonly fix: string;
}

export interface Shape {
  /** What has the right shape; what has not is left out. */
  readonly spec: LabSpec;
  readonly findings: Finding[];
  /** Places whose value was refused, so that no rule judges the default that stands in for it. */
  readonly refused: Path[];
}

export function checkShape(input: unknown): Shape {
  const findings: Finding[] = [];
  const lists: Path[] = [];
  const known = keepKnown(input ?? {}, [], findings, lists);
  const refused = [...lists, ...refusedPaths(known)];
  for (const path of refused) {
    findings.push({
      path,
      seen: valueAt(input, path),
      message: 'is not accepted here',
      fix: `use ${expectationAt(path)}`,
    });
  }
  return { spec: without(known, refused) as LabSpec, findings, refused };
}

/**
 * A copy without unknown keys, each reported, without lists where a group belongs (`lists`), and
 * without empty values: `redis:` with nothing after it is what remains when a user comments a
 * whole group out.
 */
function keepKnown(value: unknown, path: Path, findings: Finding[], lists: Path[]): unknown {
  if (Array.isArray(value) && isList(path)) {
    return value.map((item, i) => keepKnown(item, [...path, i], findings, lists));
  }
  const keys = keysAt(path);
  if (!keys || typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  if (Array.isArray(value)) {
    lists.push(path);
    return kept;
  }
  for (const [key, child] of Object.entries(value)) {
    if (!keys.includes(key)) {
      findings.push({
        path: [...path, key],
        message: 'is not a key that redis-lab knows',
        fix: suggest(key, keys),
      });
    } else if (child !== null && child !== undefined) {
      kept[key] = keepKnown(child, [...path, key], findings, lists);
    }
  }
  return kept;
}

/** Names the nearest of `known` if it is near, and else all of them. */
export function suggest(word: string, known: readonly string[]): string {
  const nearest = closest(word.toLowerCase(), known);
  const near = distance(word.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, word.length / 3);
  if (near) return `did you mean ${nearest}?`;
  return known.length <= 12
    ? `known here: ${known.join(', ')}`
    : 'see the documentation of this version for what there is';
}

function refusedPaths(value: unknown): Path[] {
  const { issues = [] } = safeParse(schema, value);
  const byPlace = new Map<string, Path>();
  for (const issue of issues) {
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    byPlace.set(getDotPath(issue) ?? '', path);
  }
  return [...byPlace.values()];
}

/** Takes the refused places out of `copy`, which is ours to change: `keepKnown` made it. */
function without(copy: unknown, refused: Path[]): unknown {
  if (refused.some((path) => path.length === 0)) return {};
  for (const path of refused) {
    const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
    const key = path.at(-1) as string | number;
    // An item keeps its place, or the paths of those behind it would be off by one.
    if (Array.isArray(parent)) parent[key as number] = keysAt(path) ? {} : '';
    else delete parent[key];
  }
  return copy;
}
