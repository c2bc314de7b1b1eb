/**
 * The shape of a description: unknown keys and wrong values, each with its path, and what is left
 * when they are taken out, so that the rules can still judge the rest.
 */
import { getDotPath, safeParse } from 'valibot';
import { MOST_PROBLEMS } from '../errors.js';
import { nearest } from '../model/nearest.js';
import { classOf } from '../redis-conf/directives.js';
import type { Finding } from './finding.js';
import { formatPath, isWithin, type Path, valueAt } from './path.js';
import { allKeys, expectationAt, isList, keysAt, mostItems, schema } from './schema.js';
import type { LabSpec } from './types.generated.js';

export interface Shape {
  /** What has the right shape; what has not is left out. */
  readonly spec: LabSpec;
  readonly findings: Finding[];
  /** Places whose value was refused, so that no rule judges the default that stands in for it. */
  readonly refused: Path[];
}

export function checkShape(input: unknown): Shape {
  const found: Found = { findings: [], misfits: [], misspelt: [] };
  const known = keepKnown(input ?? {}, [], found);
  const refused = [...found.misfits, ...refusedPaths(known)];
  const { findings } = found;
  for (const path of refused) {
    findings.push({
      code: 'spec.value',
      path,
      seen: valueAt(input, path),
      message: 'is not accepted here',
      fix: `use ${expectationAt(path)}`,
    });
  }
  const unsound = [...refused, ...found.misspelt];
  return { spec: without(known, refused) as LabSpec, findings, refused: unsound };
}

interface Found {
  readonly findings: Finding[];
  /** Places where something other than a plain object stands for a group. */
  readonly misfits: Path[];
  /** What unknown keys were probably meant to be. */
  readonly misspelt: Path[];
}

/**
 * A copy of what is known and has a value. Unknown keys are reported, and so is anything that stands in place of a
 * group. Empty values are left out: `redis:` with nothing after it remains when a user comments a whole group out.
 */
function keepKnown(value: unknown, path: Path, found: Found): unknown {
  if (Array.isArray(value) && isList(path)) {
    const most = mostItems(path);
    if (most !== undefined && value.length > most) {
      found.misspelt.push(path);
      found.findings.push({
        code: 'spec.items.too-many',
        path,
        message: `has ${value.length} items, more than redis-lab takes`,
        fix: `use ${expectationAt(path)}`,
      });
      return undefined;
    }
    return value.map((item, i) => keepKnown(item, [...path, i], found));
  }
  const keys = keysAt(path);
  if (!keys || typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  if (!isPlain(value)) {
    found.misfits.push(path);
    return kept;
  }
  for (const [key, child] of Object.entries(value)) {
    if (!keys.includes(key)) {
      // Problems beyond the most are not shown, so nothing is guessed for them.
      const isTold = found.findings.length < MOST_PROBLEMS;
      const meant = isTold ? meantBy(key, path, keys) : [];
      found.misspelt.push(...meant);
      found.findings.push({
        code: 'spec.key.unknown',
        path: [...path, key],
        message: 'is not a key that redis-lab knows',
        fix: isTold ? suggestion(key, meant, path, keys) : '',
      });
    } else {
      const known = child === null ? undefined : keepKnown(child, [...path, key], found);
      if (known !== undefined) kept[key] = known;
    }
  }
  return kept;
}

/**
 * What an unknown key probably stands for: one that is known beside it, else all of that name elsewhere in a description,
 * also as redis.conf and sentinel.conf write it, else the nearest one elsewhere.
 */
function meantBy(key: string, path: Path, keys: readonly string[]): Path[] {
  const word = ALSO_CALLED[plain(key)] ?? plain(key);
  const beside = keys.find((each) => plain(each) === word);
  if (beside !== undefined) return [[...path, beside]];
  const all = allKeys();
  const named = (name: string) => all.filter((each) => plain(String(each.at(-1))) === name);
  const same = named(word);
  if (same.length > 0 || isDirective(key, path)) return same;
  const near = nearest(key, keys);
  if (near !== undefined) return [[...path, near]];
  const names = all.map((each) => String(each.at(-1)));
  const elsewhere = nearest(key, names);
  return elsewhere === undefined ? [] : named(plain(elsewhere));
}

/** Whether it is a directive of redis.conf, which `redis.config` takes or refuses with a better reason. */
function isDirective(key: string, path: Path): boolean {
  return path.length === 1 && path[0] === 'redis' && classOf(key) !== undefined;
}

/** What else keys are called: by the directive that they become, or in other tools. */
const ALSO_CALLED: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  address: 'ip',
  cores: 'cpus',
  cpu: 'cpus',
  downaftermilliseconds: 'downafter',
  enabledebugcommand: 'debugcommand',
  hostname: 'name',
  mem: 'memory',
  minslavestowrite: 'minreplicastowrite',
  ram: 'memory',
  replicapriority: 'priority',
  slavepriority: 'priority',
});

/** `down-after`, `down_after` and `downAfter` are one. */
function plain(key: string): string {
  return key.replace(/[-_]/g, '').toLowerCase();
}

function suggestion(
  key: string,
  meant: readonly Path[],
  path: Path,
  known: readonly string[],
): string {
  if (meant.length === 0 && isDirective(key, path)) {
    return `it is a directive of redis.conf: write it as a line of redis.config, - ${key} VALUE`;
  }
  const [one] = meant;
  if (meant.length === 1 && one?.length === path.length + 1 && isWithin(one, path)) {
    return `did you mean ${one.at(-1)}?`;
  }
  if (meant.length > 0) {
    const places = meant.map((each) => formatPath(each).replace('["*"]', '[]'));
    return `did you mean ${places.join(' or ')}?`;
  }
  return known.length <= 12
    ? `known here: ${known.join(', ')}`
    : 'see the documentation of this version for what there is';
}

/** An object as YAML or a literal makes it: a Map or a promise has no keys to look at. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
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
