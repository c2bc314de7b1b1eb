/** Clients of a store that keeps every promise, whatever they do, and what goes wrong with it on purpose. */
import fc from 'fast-check';
import {
  type Append,
  type History,
  type Operation,
  type Read,
  Snapshots,
} from '../../../lib/oracle/history.js';
import { KEY } from './histories.js';

/** An operation that is about to be: when, and what becomes of it. */
interface Plan {
  readonly client: number;
  readonly reads: boolean;
  /** After the one before it of the same client. */
  readonly pause: number;
  readonly takes: number;
  /** When it happens, in a hundredth of the time that it takes. */
  readonly within: number;
  readonly fate: 'acknowledged' | 'refused' | 'never' | 'late';
  /** After it was asked for, if nobody answers. */
  readonly late: number;
}

export function plans(maxLength: number): fc.Arbitrary<Plan[]> {
  const plan = fc.record({
    client: fc.nat(2),
    reads: fc.boolean(),
    pause: fc.nat(4),
    takes: fc.integer({ min: 1, max: 8 }),
    within: fc.nat(100),
    fate: fc.oneof(
      { weight: 8, arbitrary: fc.constant('acknowledged' as const) },
      {
        weight: 3,
        arbitrary: fc.constantFrom('refused' as const, 'never' as const, 'late' as const),
      },
    ),
    late: fc.nat(60),
  });
  return fc.array(plan, { minLength: 1, maxLength, size: 'max' });
}

/** Operations with the moment at which each happens: infinite, if it never does. */
type Scheduled = { readonly at: number; readonly operation: Operation };

function scheduled(list: readonly Plan[]): Scheduled[] {
  const free = new Map<number, number>();
  return list.map(({ client, reads, pause, takes, within, fate, late }, number) => {
    const invokedAt = (free.get(client) ?? 0) + pause;
    const answeredAt = invokedAt + takes;
    free.set(client, answeredAt);
    const unanswered = fate === 'never' || fate === 'late';
    const outcome = unanswered ? 'unknown' : fate;
    const asked = { client: `c${client}`, key: KEY, invokedAt, outcome } as const;
    const known = unanswered ? asked : { ...asked, answeredAt };
    const happens = {
      acknowledged: (takes * within) / 100,
      late,
      refused: Infinity,
      never: Infinity,
    };
    const operation = reads
      ? ({ ...known, kind: 'read' } as const)
      : ({ ...known, kind: 'append', value: `c${client}:${number}` } as const);
    return { at: invokedAt + happens[fate], operation };
  });
}

export function simulated(list: readonly Plan[]): History {
  return happened(scheduled(list), () => 'master');
}

/** The same, with what is shown at each moment of what has happened until then. */
function happened(
  schedule: readonly Scheduled[],
  nodeAt: (at: number, operation: Operation) => string,
): History {
  const snapshots = new Snapshots();
  const stored: string[] = [];
  const operations = schedule
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, operation }): Operation => {
      if (!Number.isFinite(at)) return operation;
      const node = nodeAt(at, operation);
      if (operation.kind === 'append') stored.push(operation.value);
      if (operation.kind !== 'read' || operation.outcome !== 'acknowledged') {
        return { ...operation, node };
      }
      return { ...operation, node, list: snapshots.take([...stored]) };
    });
  return { operations, final: { [KEY]: stored } };
}

/** Planned failovers: another node every so often, and nothing is lost. */
export function handedOver(list: readonly Plan[], every: number): History {
  return happened(scheduled(list), (at) => `node${Math.floor(at / every)}`);
}

interface Split {
  /** From when on some clients are with another master. */
  readonly at: number;
  /** How many of the last values that one lacks. */
  readonly behind: number;
  /** Which clients stay with the old master; the others are with the new one. */
  readonly stays: readonly string[];
}

/** One that is split in two from a moment on. At the end, only what the new master has is left. */
export function split(list: readonly Plan[], { at: since, behind, stays }: Split): History {
  const schedule = scheduled(list).toSorted((a, b) => a.at - b.at);
  const isOld = ({ at, operation }: Scheduled) => at < since || stays.includes(operation.client);
  const whole = happened(
    schedule.filter(({ at }) => at < since),
    () => 'master',
  );
  const before = whole.final[KEY] ?? [];
  const ofOld = happened(schedule.filter(isOld), () => 'master');
  const kept = before.slice(0, Math.max(0, before.length - behind));
  const copied = kept.map((value): Scheduled => {
    const known = { kind: 'append', key: KEY, client: '', value, invokedAt: 0 } as const;
    return { at: -1, operation: { ...known, outcome: 'unknown' } };
  });
  const ofNew = happened([...copied, ...schedule.filter((each) => !isOld(each))], () => 'slave1');
  const after = ofNew.operations.slice(kept.length);
  return { operations: [...ofOld.operations, ...after], final: ofNew.final };
}

export function isAcknowledged(each: Operation): each is Append & { answeredAt: number } {
  return each.kind === 'append' && each.outcome === 'acknowledged';
}

export function readsOf({ operations }: History): (Read & { answeredAt: number })[] {
  return operations.filter(
    (each): each is Read & { answeredAt: number } =>
      each.kind === 'read' && each.outcome === 'acknowledged',
  );
}

export function listOf({ list }: Read): readonly string[] {
  return list?.values.slice(0, list.length) ?? [];
}

export function finalOf({ final }: History): readonly string[] {
  return final[KEY] ?? [];
}

/** With other lists in what was read and at the end. */
export function withLists(
  history: History,
  change: (list: readonly string[], read: Read | undefined) => readonly string[],
): History {
  const operations = history.operations.map((each) => {
    if (each.kind !== 'read' || !each.list) return each;
    const values = change(listOf(each), each);
    return { ...each, list: { values, length: values.length } };
  });
  return { operations, final: { [KEY]: change(finalOf(history), undefined) } };
}
