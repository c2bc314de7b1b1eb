/** What judging takes grows as the history does. */
import { expect } from 'chai';
import { type History, type Operation, Snapshots } from '../../lib/oracle/history.js';
import { judge } from '../../lib/oracle/judge.js';
import { KEY } from './support/histories.js';

/** How often it looks at a moment or a value of a history in which two masters acknowledge for a fifth of the time. */
function looks(operations: number): number {
  let count = 0;
  const counted = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(of, name, receiver) {
        count += 1;
        return Reflect.get(of, name, receiver);
      },
    });
  const { operations: all, final } = twoMasters(operations);
  const lists = new Map<readonly string[], readonly string[]>();
  const listOf = (values: readonly string[]) => {
    const list = lists.get(values) ?? counted(values);
    lists.set(values, list);
    return list;
  };
  const judged = all.map((each): Operation => {
    if (each.kind !== 'read' || !each.list) return counted(each);
    return counted({ ...each, list: { ...each.list, values: listOf(each.list.values) } });
  });
  const { findings } = judge({ operations: judged, final: { [KEY]: counted(final[KEY] ?? []) } });
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  expect(kinds).to.deep.equal(['lost', 'two-masters', 'forked', 'stale']);
  return count;
}

function twoMasters(operations: number): History {
  const snapshots = new Snapshots();
  const list: string[] = [];
  let old: string[] | undefined;
  const all = Array.from({ length: operations }, (_, i): Operation => {
    if (i === Math.floor(operations * 0.5)) old = [...list];
    if (i === Math.floor(operations * 0.7)) old = undefined;
    const client = `c${i % 10}`;
    const isOld = old !== undefined && i % 10 < 5;
    const target = isOld && old ? old : list;
    const answer = { client, invokedAt: i, answeredAt: i + 0.5, outcome: 'acknowledged' } as const;
    const asked = { key: KEY, node: isOld ? 'master' : 'slave1', ...answer };
    if (i % 5 === 4) return { kind: 'read', ...asked, list: snapshots.take(target) };
    const value = `${client}:${i}`;
    target.push(value);
    return { kind: 'append', ...asked, value };
  });
  return { operations: all, final: { [KEY]: list } };
}

describe('the oracle, for a history four times as long,', () => {
  it('looks about four times as often', () => {
    expect(looks(8000) / looks(2000)).to.be.lessThan(6);
  });
});
