/** One key of a history: who appended what, who saw it when. */
import type { Append, History, Operation, Read, Wait } from './history.js';

/** A list as it was read, or as it is at the end. */
export interface Sight {
  /** Undefined for the list at the end. */
  readonly read: Read | undefined;
  readonly branch: Branch;
  readonly length: number;
  /** Infinite for the list at the end. */
  readonly invokedAt: number;
  readonly answeredAt: number;
}

/** A list of which sights are beginnings. */
export interface Branch {
  readonly values: readonly string[];
  /** Of its longest sight. */
  length: number;
  readonly sights: Sight[];
  /** How many of its first values are those of the list at the end. */
  common: number;
  /** Where each value stands first. */
  readonly at: Map<string, number>;
  /** Where those stand again that are in it more than once. */
  readonly again: Map<string, number[]>;
}

/** That a value is there from a moment on. */
interface Confirmation {
  readonly at: number;
  /** The read that shows it; undefined if the append was acknowledged before any did. */
  readonly by: Sight | undefined;
}

export interface KeyView {
  readonly key: string;
  /** By their values. */
  readonly appends: ReadonlyMap<string, Append>;
  /** By the append that they are about. */
  readonly waits: ReadonlyMap<Append, Wait>;
  readonly reads: readonly Sight[];
  readonly final: Sight;
  /** The first is that of the list at the end. */
  readonly branches: readonly Branch[];
  /** Of each value that was seen: the sight that was answered first, and the one that was asked for last. */
  readonly seen: ReadonlyMap<string, { readonly first: Sight; readonly last: Sight }>;
  /** Since when a value must be there: its append was acknowledged, or it was read. Undefined if it need not. */
  confirmed(value: string): Confirmation | undefined;
}

/** @throws Error where two appends to one key have the same value */
export function viewsOf({ operations, final }: History): KeyView[] {
  const waits = waitsOf(operations);
  const keys = new Set(Object.keys(final));
  for (const operation of operations) if (operation.kind !== 'wait') keys.add(operation.key);
  const byKey = new Map([...keys].map((key) => [key, [] as (Append | Read)[]]));
  for (const each of operations) if (each.kind !== 'wait') byKey.get(each.key)?.push(each);
  return [...byKey].map(([key, own]) => viewOf(key, own, listOf(final, key), waits));
}

function listOf(final: History['final'], key: string): readonly string[] {
  return (Object.hasOwn(final, key) ? final[key] : undefined) ?? [];
}

function viewOf(
  key: string,
  operations: readonly (Append | Read)[],
  end: readonly string[],
  waits: ReadonlyMap<Append, Wait>,
): KeyView {
  const appends = new Map<string, Append>();
  for (const each of operations) {
    if (each.kind !== 'append') continue;
    if (appends.has(each.value)) throw new Error(`${each.value} was appended to ${key} twice`);
    appends.set(each.value, each);
  }
  const branches = new Map<readonly string[], Branch>();
  const never = Number.POSITIVE_INFINITY;
  const see = (values: readonly string[], length: number, read?: Read): Sight => {
    const branch = branches.get(values) ?? branchOf(values);
    branches.set(values, branch);
    const { invokedAt = never, answeredAt = never } = read ?? {};
    const sight = { read, branch, length, invokedAt, answeredAt };
    branch.sights.push(sight);
    branch.length = Math.max(branch.length, length);
    return sight;
  };
  const final = see(end, end.length);
  const reads = operations.flatMap((each) =>
    each.kind === 'read' && each.outcome === 'acknowledged' && each.list
      ? [see(each.list.values, each.list.length, each)]
      : [],
  );
  const seen = new Map<string, { first: Sight; last: Sight }>();
  for (const branch of branches.values()) {
    branch.common = alike(branch, final.branch);
    lookThrough(branch, seen);
  }
  return {
    key,
    appends,
    waits,
    reads,
    final,
    branches: [...branches.values()],
    seen,
    confirmed(value) {
      const append = appends.get(value);
      const acknowledgedAt = append?.outcome === 'acknowledged' ? append.answeredAt : undefined;
      const by = seen.get(value)?.first;
      if (by?.read && by.answeredAt < (acknowledgedAt ?? never)) return { at: by.answeredAt, by };
      return acknowledgedAt === undefined ? undefined : { at: acknowledgedAt, by: undefined };
    },
  };
}

function branchOf(values: readonly string[]): Branch {
  return { values, length: 0, sights: [], common: 0, at: new Map(), again: new Map() };
}

function alike(one: Branch, other: Branch): number {
  const most = Math.min(one.length, other.length);
  for (let i = 0; i < most; i++) if (one.values[i] !== other.values[i]) return i;
  return most;
}

/** Once all its sights are known. */
function lookThrough(branch: Branch, seen: Map<string, { first: Sight; last: Sight }>): void {
  const sights = branch.sights.toSorted((a, b) => b.length - a.length);
  let [first, last] = [sights[0] as Sight, sights[0] as Sight];
  let next = 0;
  for (let i = branch.length - 1; i >= 0; i--) {
    for (; next < sights.length && (sights[next] as Sight).length > i; next++) {
      const sight = sights[next] as Sight;
      if (sight.answeredAt < first.answeredAt) first = sight;
      if (sight.invokedAt > last.invokedAt) last = sight;
    }
    const value = branch.values[i] as string;
    const later = branch.at.get(value);
    const again = branch.again.get(value);
    if (again) again.push(later as number);
    else if (later !== undefined) branch.again.set(value, [later]);
    branch.at.set(value, i);
    const known = seen.get(value);
    seen.set(value, {
      first: known && known.first.answeredAt <= first.answeredAt ? known.first : first,
      last: known && known.last.invokedAt >= last.invokedAt ? known.last : last,
    });
  }
}

function waitsOf(operations: readonly Operation[]): Map<Append, Wait> {
  const before = new Map<string, Append>();
  const waits = new Map<Append, Wait>();
  for (const each of operations.toSorted((a, b) => a.invokedAt - b.invokedAt)) {
    if (each.kind === 'append') before.set(each.client, each);
    const append = before.get(each.client);
    if (each.kind === 'wait' && append) waits.set(append, each);
  }
  return waits;
}

/** Whether a list holds a value. */
export function holds({ branch, length }: Sight, value: string): boolean {
  return (branch.at.get(value) ?? length) < length;
}

/** The sight of a branch that was answered first, of those that show what stands there. */
export function firstToShow({ sights }: Branch, index: number): Sight {
  const able = sights.filter(({ length }) => length > index);
  return able.reduce((one, other) => (other.answeredAt < one.answeredAt ? other : one));
}
