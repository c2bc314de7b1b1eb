import type { Message } from '../report/messages.js';
import type { History, Operation, Read } from './history.js';
import { type KeyView, type Sight, viewsOf } from './view.js';

/** What a history may show, from what is worst. */
export const FINDING_KINDS = [
  'lost',
  'phantom',
  'duplicated',
  'reordered',
  'two-masters',
  'forked',
  'stale',
] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly key: string;
  readonly message: Message;
  /** The shortest part of the history that shows it: no operation can be left out. Lists hold only what these append. */
  readonly part: History;
}

/** Looks for one kind of finding in what became of a key. */
export type Check = (view: KeyView) => Iterable<Finding>;

/** A part of the history: the operations that append these values, those reads, and others. */
export function part(
  { key, appends, final }: KeyView,
  values: readonly string[],
  reads: readonly (Sight | undefined)[] = [],
  others: readonly Operation[] = [],
): History {
  const appended = values.flatMap((value) => appends.get(value) ?? []);
  const operations = new Set<Operation>([...appended, ...others]);
  const sights = new Map<Read, Sight>();
  for (const each of reads) {
    if (each?.read) sights.set(each.read, each);
  }
  const projected = [...sights].map(([read, sight]) => {
    const list = project(sight, values);
    return { ...read, list: { values: list, length: list.length } };
  });
  return {
    operations: [...operations, ...projected].toSorted((a, b) => a.invokedAt - b.invokedAt),
    final: { [key]: project(final, values) },
  };
}

/** Which of these values a list has, in its order. */
function project({ branch, length }: Sight, values: readonly string[]): string[] {
  return [...new Set(values)]
    .flatMap((value) => {
      const first = branch.at.get(value);
      const places = first === undefined ? [] : [first, ...(branch.again.get(value) ?? [])];
      return places.filter((at) => at < length).map((at) => ({ at, value }));
    })
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Without what the finding does not need: the operations without which its check still finds it. */
export function shortest(finding: Finding, check: Check): Finding {
  const shown = subject(finding);
  const needed = finding.part.operations.reduce((left, operation) => {
    const rest = without(left, operation);
    const again = viewsOf(rest).flatMap((view) => [...check(view)]);
    return again.some((each) => subject(each) === shown) ? rest : left;
  }, finding.part);
  return { ...finding, part: needed };
}

/** What it says, but for how many others there are. */
function subject({ message: { code, values } }: Finding): string {
  return JSON.stringify([code, { ...values, count: 0 }]);
}

/** What it appended is in no list then. */
function without({ operations, final }: History, operation: Operation): History {
  const stays = (value: string) => operation.kind !== 'append' || value !== operation.value;
  const left = operations.flatMap((each): Operation[] => {
    if (each === operation) return [];
    if (each.kind !== 'read' || !each.list) return [each];
    const values = each.list.values.filter(stays);
    return [{ ...each, list: { values, length: values.length } }];
  });
  const lists = Object.entries(final).map(([key, values]) => [key, values.filter(stays)]);
  return { operations: left, final: Object.fromEntries(lists) };
}
