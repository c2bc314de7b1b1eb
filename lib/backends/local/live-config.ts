/**
 * A configuration that its server has rewritten, held against what redis-lab wrote: whoever can send commands to
 * a server can have it write lines, and at its next start the server would do what they say.
 */
import type { LabModel, NodeModel } from '../../model/model.js';
import { classOf, type DirectiveClass } from '../../spec/directives.js';
import { splitArguments } from '../../spec/split-arguments.js';
import type { Service } from '../backend.js';

export interface Alien {
  /** From 1 on. */
  readonly line: number;
  readonly text: string;
  /** What is wrong with it, without a subject. */
  readonly why: string;
}

export interface Expected {
  readonly service: Service;
  readonly lab: LabModel;
  readonly node: NodeModel;
  /** The whole file as redis-lab writes it. */
  readonly written: string;
  /** Whether the lab has a password. */
  readonly locked: boolean;
}

/**
 * Every line that neither redis-lab wrote nor the server adds by itself, nor sets a harmless value. Pure.
 * What is not known to be harmless is not let through.
 */
export function aliensIn(text: string, expected: Expected): Alien[] {
  const own = new Set(linesOf(expected.written).flatMap(({ words }) => keyOf(words) ?? []));
  const seen = new Set<string>();
  const aliens = linesOf(text).flatMap(({ line, text, words }): Alien[] => {
    const key = keyOf(words);
    if (key !== undefined) seen.add(key);
    if (key !== undefined && own.has(key)) return [];
    const why = whyAlien(words, text, expected);
    return why === undefined ? [] : [{ line, text, why }];
  });
  const missing = [...own].filter((key) => !seen.has(key) && isIndispensable(key));
  return [...aliens, ...missing.map((key) => lost(key))];
}

interface Line {
  readonly line: number;
  readonly text: string;
  /** As the server splits it, names in their newest form; undefined where it could not. */
  readonly words: readonly string[] | undefined;
}

function linesOf(text: string): Line[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.replace(/^[ \t\r]+|[ \t\r]+$/g, '');
    // Where a NUL stands, the server takes the next line for a part of this one, of a comment as well.
    if (line === '' || (line.startsWith('#') && !line.includes('\0'))) return [];
    return [{ line: index + 1, text: line, words: named(splitArguments(line)) }];
  });
}

/** Servers write directives by another of their names than they were given. */
function named(words: readonly string[] | undefined): string[] | undefined {
  if (!words?.[0]) return undefined;
  const first = lower(words[0]);
  if (first === 'sentinel') {
    const [, second = '', ...rest] = words;
    return [first, lower(second).replace('known-slave', 'known-replica'), ...rest];
  }
  const name = first
    .replace(/^slave/, 'replica')
    .replace(/^primary/, 'master')
    .replace(/^min-slaves-/, 'min-replicas-');
  return [name, ...words.slice(1)];
}

/** Not toLowerCase: that takes other letters for ASCII ones, and a server does not. */
function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Equal for lines that say the same. */
function keyOf(words: readonly string[] | undefined): string | undefined {
  if (!words) return undefined;
  return JSON.stringify(words[0] === 'user' ? userWords(words) : words);
}

/** Servers list what a user may do in an order of their own, and say what goes without saying. */
function userWords([user = '', name = '', ...rules]: readonly string[]): string[] {
  const told = rules.filter(
    (rule) => !['sanitize-payload', 'resetchannels', '-@all'].includes(rule),
  );
  return [user, name, ...told.sort()];
}

/** Without these a server would listen elsewhere, or let everybody in. */
function isIndispensable(key: string): boolean {
  const [name = ''] = JSON.parse(key) as string[];
  return ['bind', 'port', 'dir', 'user'].includes(name);
}

function lost(key: string): Alien {
  const [name, second] = JSON.parse(key) as string[];
  const text = name === 'user' ? `user ${second} …` : `${name} …`;
  return { line: 0, text, why: 'is missing, or says something else' };
}

/** What is wrong with a line that redis-lab did not write; undefined: nothing. */
function whyAlien(
  words: readonly string[] | undefined,
  text: string,
  expected: Expected,
): string | undefined {
  if (!words) return 'is not a line that a server can read';
  if (!/^[\t\r\x20-\x7e]*$/.test(text) || words.some((word) => /[^\x20-\x7e]/.test(word))) {
    return 'has characters that no server writes there';
  }
  const own = words[0] === 'sentinel' ? SENTINEL : expected.service === 'redis' ? REDIS : NEITHER;
  const key = words[0] === 'sentinel' ? words[1] : words[0];
  const rule = own.get(key ?? '');
  if (words[0] === 'sentinel' && expected.service === 'redis') return REASONS.owned;
  if (rule?.(words.slice(words[0] === 'sentinel' ? 2 : 1), expected)) return undefined;
  if (key === 'user' && !expected.locked && isOpen(words)) return undefined;
  const kind = kindOf(words);
  if (kind === 'free' && !rule) return undefined;
  return kind === undefined ? 'is a directive that redis-lab does not know' : REASONS[kind];
}

/** Of names that are no longer used, the class of the one that is. */
function kindOf([name = '', second]: readonly string[]): DirectiveClass | undefined {
  return classOf(name === 'sentinel' ? `${name} ${second}` : name);
}

const REASONS: Readonly<Record<DirectiveClass, string>> = {
  owned: 'is for redis-lab to say, and it says something else',
  path: 'names a file or folder, which the server would read or write',
  script: 'names a program, which the server would run',
  door: 'decides who gets in, or reaches out of the lab',
  free: 'has a value that no server writes there',
};

/** What a server writes about the only user of a lab without a password. */
function isOpen(words: readonly string[]): boolean {
  return userWords(words).join(' ') === 'user default &* +@all nopass on ~*';
}

type Rule = (values: readonly string[], expected: Expected) => boolean;

const yesOrNo: Rule = ([value = '', ...more]) => more.length === 0 && /^(?:yes|no)$/.test(value);
const number: Rule = ([value = '', ...more]) => more.length === 0 && isNumber(value);
const forMaster =
  (rule: Rule): Rule =>
  ([name, ...values], expected) =>
    name === expected.lab.sentinel.masterName && rule(values, expected);

function isNumber(text: string): boolean {
  return /^\d{1,20}$/.test(text);
}

/** Whether that is the Redis server, or the Sentinel, of a node of the lab. */
const aServer: Rule = ([host, port, ...more], { lab }) =>
  more.length === 0 &&
  lab.nodes.some((node) => node.runsRedis && node.ip === host && String(node.redisPort) === port);
const aSentinel: Rule = ([host, port, id = '', ...more], { lab }) =>
  more.length === 0 &&
  /^[0-9a-f]{40}$/.test(id) &&
  lab.nodes.some(
    (node) => node.runsSentinel && node.ip === host && String(node.sentinelPort) === port,
  );

/** What a Redis server writes by itself, and what may be set on one without harm. */
const REDIS: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['replicaof', aServer],
  ['replica-priority', number],
  ['replica-read-only', yesOrNo],
  ['min-replicas-to-write', number],
  ['appendonly', yesOrNo],
  [
    'save',
    (values) => values.join('') === '' || (values.length % 2 === 0 && values.every(isNumber)),
  ],
]);

const NEITHER: ReadonlyMap<string, Rule> = new Map();

/** The same of a Sentinel, after the word `sentinel`. */
const SENTINEL: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    'monitor',
    forMaster(
      ([host = '', port = '', quorum = '', ...more], expected) =>
        more.length === 0 && isNumber(quorum) && aServer([host, port], expected),
    ),
  ],
  ['down-after-milliseconds', forMaster(number)],
  ['failover-timeout', forMaster(number)],
  ['parallel-syncs', forMaster(number)],
  ['known-replica', forMaster(aServer)],
  ['known-sentinel', forMaster(aSentinel)],
  ['config-epoch', forMaster(number)],
  ['leader-epoch', forMaster(number)],
  ['current-epoch', number],
  ['master-reboot-down-after-period', forMaster(number)],
  ['primary-reboot-down-after-period', forMaster(number)],
]);
