/** Histories written by hand, and what is found in them. */
import { expect } from 'chai';
import type { Append, History, Operation, Read, Wait } from '../../../lib/oracle/history.js';
import { judge } from '../../../lib/oracle/judge.js';
import type { Finding } from '../../../lib/oracle/part.js';

export const KEY = 'list';

/** Of `c1:7`, the client is `c1`. */
export function append(value: string, [invokedAt, answeredAt]: Span, more?: Partial<Append>) {
  const client = value.split(':', 1)[0] as string;
  const known = { kind: 'append', key: KEY, client, value, invokedAt } as const;
  return { ...known, ...answer(answeredAt), ...more } satisfies Append;
}

export function read(list: readonly string[], [invokedAt, answeredAt]: Span, client = 'r') {
  const snapshot = { values: list, length: list.length };
  const known = { kind: 'read', key: KEY, client, invokedAt, list: snapshot } as const;
  return { ...known, ...answer(answeredAt) } satisfies Read;
}

export function wait(client: string, replicas: number, [invokedAt, answeredAt]: Span) {
  return { kind: 'wait', client, replicas, invokedAt, ...answer(answeredAt) } satisfies Wait;
}

/** When it was asked and answered; without the second, it never was. */
type Span = readonly [number, number?];

function answer(answeredAt: number | undefined) {
  if (answeredAt === undefined) return { outcome: 'unknown' } as const;
  return { outcome: 'acknowledged', answeredAt } as const;
}

export function history(operations: readonly Operation[], final: readonly string[]): History {
  return { operations, final: { [KEY]: final } };
}

/** What it is about, apart from how many others there are of its kind. */
export function subject({ kind, key, message: { code, values } }: Finding): string {
  const about = Object.entries(values).filter(([name]) => name !== 'count');
  return JSON.stringify([kind, key, code, about]);
}

/** The part of the history shows the finding again, and without any of its operations it does not. */
export function expectShortest(finding: Finding): void {
  const { part } = finding;
  expect(judge(part).findings.map(subject), 'its part').to.include(subject(finding));
  for (const operation of part.operations) {
    const shown = judge(without(part, operation)).findings.map(subject);
    expect(shown, `without ${JSON.stringify(operation)}`).not.to.include(subject(finding));
  }
}

/** What an append brought goes with it. */
function without({ operations, final }: History, operation: Operation): History {
  const stays = (value: string) => operation.kind !== 'append' || value !== operation.value;
  const left = operations
    .filter((each) => each !== operation)
    .map((each) => {
      if (each.kind !== 'read' || !each.list) return each;
      const values = each.list.values.slice(0, each.list.length).filter(stays);
      return { ...each, list: { values, length: values.length } };
    });
  const lists = Object.entries(final).map(([key, values]) => [key, values.filter(stays)]);
  return { operations: left, final: Object.fromEntries(lists) };
}
