/** What is wrong with what a fault was told. Pure. */
import type { LabModel } from '../model/model.js';
import type { Fault } from './fault.js';
import type { FaultOptions } from './options.js';

type Key = keyof FaultOptions | 'forMs';

/** How those who call it speak of the options. */
export interface Wording {
  /** `delayMs`, or `--delay`. */
  name(option: Key): string;
  /** As it was given. */
  given(option: Key): unknown;
  /** What it must be, `a time from 1 ms to 60 s, such as 200ms`. */
  readonly must: Readonly<
    Record<'delayMs' | 'jitterMs' | 'lossPercent' | 'rateKbit' | 'forMs', string>
  >;
}

const LIBRARY: Omit<Wording, 'given'> = {
  name: (option) => option,
  must: {
    delayMs: 'a number of milliseconds from 1 to 60000',
    jitterMs: 'a number of milliseconds from 1 to 60000',
    lossPercent: 'a percentage above 0, up to 100',
    rateKbit: 'a number of kilobits per second from 8 to 10000000',
    forMs: 'a number of milliseconds from 1 to 86400000',
  },
};

/** Of each number: the least, and the most. */
const LIMITS = {
  delayMs: [1, 60_000],
  jitterMs: [1, 60_000],
  lossPercent: [Number.MIN_VALUE, 100],
  rateKbit: [8, 10_000_000],
  forMs: [1, 86_400_000],
} as const;

const WORDS = { oneWay: ['in', 'out'], traffic: ['all', 'sentinel'] } as const;

/** Of what slows a link, one is needed. */
const SLOWING = ['delayMs', 'lossPercent', 'rateKbit'] as const;

/** Whether a fault can be undone by itself, after a time. */
export function endsAlone({ comesBack, needs }: Fault): boolean {
  return comesBack !== 'over' && needs !== 'power';
}

/** Everything that is wrong with the options of a fault of these nodes, a sentence each. */
export function optionProblems(
  fault: Fault,
  nodes: readonly string[],
  lab: LabModel,
  options: FaultOptions & { readonly forMs?: number },
  wording: Wording = { ...LIBRARY, given: (option) => options[option] },
): string[] {
  const { kind, takes = [] } = fault;
  const { name, must } = wording;
  const given = (Object.keys({ ...LIMITS, ...WORDS, from: 0 }) as Key[]).filter(
    (option) => options[option] !== undefined,
  );
  const shown = (option: Key) => JSON.stringify(wording.given(option));
  const strange = given.filter((option) => option !== 'forMs' && !takes.includes(option));
  const taken = [...takes, ...(endsAlone(fault) ? ['forMs' as const] : [])].map(name);
  const has = taken.length === 0 ? 'no option' : `only ${taken.join(', ')}`;
  const problems = [
    ...(strange.length > 0 ? [`${kind} takes ${has}, not ${strange.map(name).join(', ')}.`] : []),
    ...(options.forMs !== undefined && !endsAlone(fault)
      ? [
          `${kind} does not go with ${name('forMs')}: ${fault.comesBack === 'over' ? 'it is over by itself' : 'a node whose power is gone is started by redis-lab heal'}.`,
        ]
      : []),
    ...(Object.keys(LIMITS) as (keyof typeof LIMITS)[]).flatMap((option) => {
      const value = options[option];
      const [min, max] = LIMITS[option];
      if (value === undefined || (value >= min && value <= max)) return [];
      return [`${name(option)} is ${must[option]}, not ${shown(option)}.`];
    }),
    ...(Object.keys(WORDS) as (keyof typeof WORDS)[]).flatMap((option) => {
      const value = options[option];
      const words: readonly string[] = WORDS[option];
      if (value === undefined || words.includes(value)) return [];
      return [`${name(option)} is ${words.join(' or ')}, not ${shown(option)}.`];
    }),
    ...endProblems(nodes, lab, options, name, takes.includes('from')),
  ];
  const { delayMs = 0, jitterMs = 0, oneWay, traffic } = options;
  if (jitterMs > delayMs) {
    problems.push(`${name('jitterMs')} is at most ${name('delayMs')}, by which it varies.`);
  }
  if (traffic === 'sentinel' && oneWay !== undefined) {
    problems.push(
      `${name('traffic')} sentinel is one way already, to the Redis server. Leave ${name('oneWay')} out.`,
    );
  }
  if (takes.includes('delayMs') && !SLOWING.some((option) => options[option] !== undefined)) {
    problems.push(`${kind} needs one of ${SLOWING.map(name).join(', ')}.`);
  }
  return problems;
}

function endProblems(
  nodes: readonly string[],
  lab: LabModel,
  { from, traffic }: FaultOptions,
  name: Wording['name'],
  isBetween: boolean,
): string[] {
  const known = lab.nodes.map((node) => node.name);
  const problems: string[] = [];
  if (from) {
    const unknown = from.filter((each) => !known.includes(each));
    if (unknown.length > 0) {
      problems.push(
        `${name('from')} names ${unknown.join(', ')}, and the nodes of the lab are ${known.join(', ')}.`,
      );
    }
    const both = traffic === 'sentinel' ? [] : from.filter((each) => nodes.includes(each));
    if (both.length > 0) {
      problems.push(`${name('from')} names ${both.join(', ')}, which cannot be both ends.`);
    }
    if (from.length === 0) problems.push(`${name('from')} names no node.`);
  } else if (isBetween && traffic !== 'sentinel' && known.every((each) => nodes.includes(each))) {
    problems.push('All nodes are named, and none is left for the other end.');
  }
  return problems;
}

/** With the other end filled in, where the fault has one. */
export function settled(
  { takes = [] }: Fault,
  nodes: readonly string[],
  lab: LabModel,
  options: FaultOptions = {},
): FaultOptions {
  if (!takes.includes('from') || options.from) return options;
  const ofSentinels = options.traffic === 'sentinel';
  const ends = lab.nodes.filter((node) =>
    ofSentinels ? node.runsSentinel : !nodes.includes(node.name),
  );
  return { ...options, from: ends.map(({ name }) => name) };
}
