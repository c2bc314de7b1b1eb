/** Histories of every kind, planted, and the shortest part that shows what is wrong with each. */
import { expect } from 'chai';
import { type History, Snapshots } from '../../lib/oracle/history.js';
import { judge } from '../../lib/oracle/judge.js';
import { FINDING_KINDS } from '../../lib/oracle/part.js';
import { append, expectShortest, history, KEY, read, wait } from './support/histories.js';

const NODE = { node: 'master' };
const OTHER = { node: 'slave1' };

interface Planted {
  readonly title: string;
  readonly history: History;
  /** The codes of all findings. */
  readonly found: readonly string[];
  /** How many operations the shortest part of the first has. */
  readonly shortest: number;
  /** What the first says, in English. */
  readonly says: string;
}

/** Of two clients, and in the end there. */
const GOOD = [append('c1:1', [0, 1]), append('c2:1', [1, 3]), append('c1:2', [4, 5])];

const PLANTED: readonly Planted[] = [
  {
    title: 'an acknowledged append that is not there at the end',
    history: history([...GOOD, append('c2:2', [6, 7])], ['c1:1', 'c2:1', 'c1:2']),
    found: ['oracle.lost'],
    shortest: 1,
    says: 'c2:2 was acknowledged, and is not there at the end',
  },
  {
    title: 'one that WAIT had counted on a replica',
    history: history(
      [...GOOD, append('c2:2', [6, 7]), wait('c2', 2, [8, 9]), wait('c1', 0, [8, 9])],
      ['c1:1', 'c2:1', 'c1:2'],
    ),
    found: ['oracle.lost-confirmed'],
    shortest: 2,
    says: 'c2:2 was acknowledged, WAIT counted replicas that had it (2), and it is not there at the end',
  },
  {
    title: 'one without an answer that was read, and is gone',
    history: history(
      [...GOOD, append('c2:2', [6]), read(['c1:1', 'c2:1', 'c1:2', 'c2:2'], [8, 9])],
      ['c1:1', 'c2:1', 'c1:2'],
    ),
    found: ['oracle.lost-read'],
    shortest: 2,
    says: 'c2:2 was read, and is not there at the end',
  },
  {
    title: 'a list that is gone as a whole',
    history: { operations: [append('c1:1', [0, 1])], final: {} },
    found: ['oracle.lost'],
    shortest: 1,
    says: 'c1:1 was acknowledged, and is not there at the end',
  },
  {
    title: 'a value that nobody appended',
    history: history(GOOD, ['c1:1', 'c2:1', 'x', 'c1:2']),
    found: ['oracle.phantom'],
    shortest: 0,
    says: 'x was seen, and nobody appended it',
  },
  {
    title: 'a value whose append was refused',
    history: history(
      [...GOOD, append('c2:2', [6, 7], { outcome: 'refused' })],
      ['c1:1', 'c2:1', 'c1:2', 'c2:2'],
    ),
    found: ['oracle.phantom-refused'],
    shortest: 1,
    says: 'c2:2 was seen, and its append was refused',
  },
  {
    title: 'a value that was read before it was appended',
    history: history([...GOOD, read(['c1:1', 'c2:1', 'c1:2'], [2, 3.5])], ['c1:1', 'c2:1', 'c1:2']),
    found: ['oracle.phantom-early'],
    shortest: 2,
    says: 'c1:2 was read before it was appended',
  },
  {
    title: 'a value that is there twice',
    history: history(GOOD, ['c1:1', 'c2:1', 'c1:1', 'c1:2']),
    found: ['oracle.duplicated'],
    shortest: 1,
    says: 'c1:1 was appended once, and is in the list more than once',
  },
  {
    title: "a client's own values out of order",
    history: history(GOOD, ['c1:2', 'c1:1', 'c2:1']),
    found: ['oracle.reordered'],
    shortest: 2,
    says: 'c1:2 comes before c1:1, which was there before c1:2 was sent',
  },
  {
    title: 'a value that was read before another was sent, and stands behind that',
    history: history(
      [append('c1:1', [0]), read(['c1:1'], [2, 3]), append('c2:1', [4, 5])],
      ['c2:1', 'c1:1'],
    ),
    found: ['oracle.reordered', 'oracle.forked'],
    shortest: 3,
    says: 'c2:1 comes before c1:1, which was there before c2:1 was sent',
  },
  {
    title: 'a read that misses what had been acknowledged',
    history: history([...GOOD, read(['c1:1', 'c2:1'], [6, 7])], ['c1:1', 'c2:1', 'c1:2']),
    found: ['oracle.stale'],
    shortest: 2,
    says: 'a read misses c1:2, which was there 1 ms before it',
  },
  {
    title: 'a read that misses what another had shown',
    history: history([append('c1:1', [0]), read(['c1:1'], [2, 3]), read([], [4, 5])], ['c1:1']),
    found: ['oracle.stale'],
    shortest: 3,
    says: 'a read misses c1:1, which was there 1 ms before it',
  },
  {
    title: 'two lists of which neither is the beginning of the other',
    history: history(
      [
        ...GOOD,
        append('c1:3', [6, 7]),
        append('c2:2', [6]),
        read(['c1:1', 'c2:1', 'c2:2'], [2, 7]),
      ],
      ['c1:1', 'c2:1', 'c1:2', 'c1:3', 'c2:2'],
    ),
    found: ['oracle.forked'],
    shortest: 3,
    says: 'two histories: lists that begin alike (values: 2) go on with c1:2 in one of them, and with c2:2 in the other',
  },
  {
    title: 'two lists of which neither is the beginning of the other, with nothing left of either',
    history: history(
      [append('c1:1', [0]), append('c2:1', [0]), read(['c1:1'], [2, 3]), read(['c2:1'], [2, 3])],
      [],
    ),
    found: ['oracle.lost-read', 'oracle.lost-read', 'oracle.forked'],
    shortest: 2,
    says: 'c1:1 was read, and is not there at the end',
  },
  {
    title: 'two masters',
    history: history(
      [
        append('c1:1', [0, 1], NODE),
        append('c2:1', [2, 3], OTHER),
        append('c1:2', [4, 5], NODE),
        append('c1:3', [6, 9], NODE),
        append('c2:2', [7, 8], OTHER),
        append('c1:4', [10, 11], NODE),
        append('c2:3', [12, 13], OTHER),
      ],
      ['c1:1', 'c2:1', 'c2:2', 'c2:3'],
    ),
    found: ['oracle.lost', 'oracle.lost', 'oracle.lost', 'oracle.two-masters'],
    shortest: 1,
    says: 'c1:2 was acknowledged, and is not there at the end',
  },
];

describe('the oracle', () => {
  for (const { title, history: planted, found, shortest, says } of PLANTED) {
    it(`finds ${title}`, () => {
      const { findings, verdict } = judge(planted);
      expect(findings.map(({ message }) => message.code)).to.deep.equal(found);
      expect(verdict).to.equal('failed');
      for (const each of findings) expectShortest(each);
      const [first] = findings;
      expect(first?.part.operations).to.have.lengthOf(shortest);
      expect(first?.message.text).to.equal(says);
    });
  }

  it('tells for how long two masters acknowledged, and shows all of that time', () => {
    const { history: planted } = PLANTED.at(-1) as Planted;
    const finding = judge(planted).findings.at(-1);
    const told = { node: 'master', master: 'slave1', count: 3, fromMs: 5, ms: 6 };
    expect(finding?.message.values).to.deep.equal(told);
    const again = judge(finding?.part as History).findings.at(-1)?.message.values;
    expect(again).to.deep.equal({ ...told, count: 2 });
    const shown = finding?.part.operations.map((each) => 'value' in each && each.value);
    expect(shown).to.deep.equal(['c2:1', 'c1:2', 'c1:4', 'c2:3']);
  });

  it('does not take a master that came back, and lost what it took last, for a second one', () => {
    const back = [
      append('c1:1', [0, 1], NODE),
      append('c1:2', [2, 3], OTHER),
      append('c1:3', [4, 5], NODE),
      append('c1:4', [6, 7], NODE),
      append('c1:5', [8, 9], OTHER),
    ];
    const kept = ['c1:1', 'c1:2', 'c1:3', 'c1:5'];
    expect(judge(history(back, kept)).findings.map(({ kind }) => kind)).to.deep.equal(['lost']);
    // Not even if all that it took is lost, and a third one follows.
    const third = [...back.slice(0, 4), append('c1:5', [8, 9], { node: 'slave2' })];
    const { findings } = judge(history(third, ['c1:1', 'c1:2', 'c1:5']));
    expect(findings.map(({ kind }) => kind)).to.deep.equal(['lost', 'lost']);
  });

  it('finds nothing where an append without an answer happened late, or never', () => {
    const operations = [
      append('c1:1', [0]),
      append('c1:2', [1, 2]),
      append('c1:3', [3]),
      append('c1:4', [4, 5]),
      read(['c1:2'], [3, 4]),
      read(['x'], [6]),
    ];
    expect(judge(history(operations, ['c1:2', 'c1:4', 'c1:1'])).findings).to.deep.equal([]);
  });

  it('passes a history with findings that are allowed', () => {
    const operations = [append('c1:1', [0, 1]), read(['x'], [2, 3])];
    const kinds = ['lost', 'phantom', 'forked'] as const;
    const planted = history(operations, ['y']);
    expect(judge(planted, kinds).verdict).to.equal('passed');
    expect(judge(planted, FINDING_KINDS).verdict).to.equal('passed');
    for (const kind of kinds) {
      const others = kinds.filter((each) => each !== kind);
      expect(judge(planted, others).verdict, kind).to.equal('failed');
    }
  });

  it('judges each key for itself', () => {
    const elsewhere = { ...append('c1:1', [0, 1]), key: 'other' };
    const planted = { operations: [append('c1:1', [0, 1]), elsewhere], final: { other: ['c1:1'] } };
    const { findings, account } = judge(planted);
    expect(findings.map(({ key, kind }) => [key, kind])).to.deep.equal([[KEY, 'lost']]);
    expect(findings[0]?.part.final).to.deep.equal({ [KEY]: [] });
    expect(account).to.include({ attempted: 2, acknowledged: 2, kept: 1, lost: 1 });
  });

  it('refuses appends that nobody could tell apart', () => {
    const twice = [append('c1:1', [0, 1]), append('c1:1', [2, 3])];
    expect(() => judge(history(twice, []))).to.throw('c1:1 was appended to list twice');
  });
});

describe('snapshots', () => {
  it('share a list as long as each is the beginning of the next', () => {
    const snapshots = new Snapshots();
    const taken = [['a'], ['a', 'b', 'c'], ['a', 'b'], ['a', 'x'], ['a', 'x', 'y'], []].map(
      (list) => snapshots.take(list),
    );
    expect(taken.map(({ values, length }) => values.slice(0, length).join(''))).to.deep.equal([
      'a',
      'abc',
      'ab',
      'ax',
      'axy',
      '',
    ]);
    expect(new Set(taken.map(({ values }) => values)).size).to.equal(2);
  });
});
