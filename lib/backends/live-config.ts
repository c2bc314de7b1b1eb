/**
 * Comparing a configuration that its server has rewritten with what redis-lab wrote. Whoever can send commands to a server can
 * make it write lines, which take effect at its next start.
 */
import type { LabModel, NodeModel } from '../model/model.js';
import { classOf, currentName, type DirectiveClass } from '../redis-conf/directives.js';
import { type ConfLine, parseConf } from '../redis-conf/parse.js';
import type { Service } from './backend.js';

/** A line that is neither redis-lab's nor the server's own. */
interface Alien {
  /** 1-based; 0 for a line that is missing. */
  readonly line: number;
  readonly text: string;
  /** What is wrong with it, a sentence without its subject. */
  readonly why: string;
}

export interface Expected {
  readonly service: Service;
  readonly lab: LabModel;
  readonly node: NodeModel;
  /** The file as redis-lab writes it. */
  readonly written: string;
  /** Whether the lab has a password. */
  readonly locked: boolean;
}

/**
 * Every line that redis-lab did not write, the server does not add by itself, and is not known to be harmless. Pure.
 */
export function aliensIn(text: string, expected: Expected): Alien[] {
  const own = new Set(parseConf(expected.written).flatMap((line) => keyOf(line) ?? []));
  const seen = new Set<string>();
  const aliens = parseConf(text).flatMap((line): Alien[] => {
    const key = keyOf(line);
    if (key !== undefined) seen.add(key);
    if (key !== undefined && own.has(key)) return [];
    const why = whyAlien(line, expected);
    return why === undefined ? [] : [{ line: line.line, text: line.text, why }];
  });
  const missing = [...own].filter((key) => !seen.has(key) && isIndispensable(key));
  return [...aliens, ...missing.map((key) => lost(key))];
}

/** A line that somebody wrote, or had a server write, or that is gone. */
export interface Edited {
  /** 1-based; 0 for one that redis-lab wrote and that is gone. */
  readonly line: number;
  readonly text: string;
}

/** What servers add as the lab lives, and have no setting of. */
const STATE =
  /^(?:latency-tracking-info-percentiles|sentinel (?:known-replica|known-sentinel|config-epoch|leader-epoch|current-epoch))$/;

/**
 * Every line that neither redis-lab wrote nor a server by itself, harmless or not, and every one that somebody took out. Of what
 * is in another line now, only that is told. Pure.
 */
export function editsIn(text: string, expected: Expected): Edited[] {
  const written = parseConf(expected.written);
  const own = new Set(written.flatMap((line) => keyOf(line) ?? []));
  const saves = savePoints(written);
  const lines = parseConf(text);
  const left = new Set(lines.map(subjectOf));
  const gone = written
    .filter((line) => !left.has(subjectOf(line)) && !isLeftOut(line))
    .map((line) => ({ line: 0, text: line.text }));
  return [...lines.flatMap(added), ...gone];

  function added(line: ConfLine): Edited[] {
    const key = keyOf(line);
    if (key !== undefined && own.has(key)) return [];
    const { name, args } = line;
    const isTheirs = STATE.test(name) || /^(?:replicaof|sentinel monitor|user)$/.test(name);
    if (key !== undefined && isTheirs && whyAlien(line, expected) === undefined) return [];
    // Servers write all save points on one line.
    if (name === 'save' && args.map((word) => word.text).join(' ') === saves) return [];
    return [{ line: line.line, text: line.text }];
  }
}

/** What a line is about: of Sentinel's, which master, too. */
function subjectOf({ name, args }: ConfLine): string {
  const about = name.startsWith('sentinel ') && args.length > 1 ? args[0]?.text : '';
  return `${currentName(name)} ${about}`;
}

/** What servers leave out as they rewrite their file: whom a new master followed, defaults of Sentinel; and what it may be told otherwise. */
function isLeftOut({ name, args }: ConfLine): boolean {
  const usual = DEFAULTS[name];
  const isUsual = usual !== undefined && args.at(-1)?.text === usual;
  return (
    isUsual || /^(?:replicaof|save|user|pidfile|supervised|daemonize)$/.test(currentName(name))
  );
}

const DEFAULTS: Readonly<Record<string, string>> = {
  'sentinel down-after-milliseconds': '30000',
  'sentinel failover-timeout': '180000',
  'sentinel parallel-syncs': '1',
  'sentinel deny-scripts-reconfig': 'yes',
  'sentinel resolve-hostnames': 'no',
  'sentinel announce-hostnames': 'no',
};

function savePoints(lines: readonly ConfLine[]): string {
  const saves = lines.filter(({ name }) => name === 'save');
  return saves.flatMap(({ args }) => args.map(({ text }) => text)).join(' ');
}

/** Equal for lines with the same meaning: servers may write another name of a directive than they read. */
function keyOf({ name, args, error }: ConfLine): string | undefined {
  if (error) return undefined;
  const values = args.map(({ text }) => text);
  return JSON.stringify([currentName(name), ...(name === 'user' ? userWords(values) : values)]);
}

/** Servers write the rules of a user in an order of their own, and add defaults. */
function userWords([name = '', ...rules]: readonly string[]): string[] {
  const told = rules.filter(
    (rule) => !['sanitize-payload', 'resetchannels', '-@all'].includes(rule),
  );
  return [name, ...told.sort()];
}

/** Without these directives a server would listen elsewhere, or let everybody in. */
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
function whyAlien(line: ConfLine, expected: Expected): string | undefined {
  if (line.error) return 'is not a line that a server can read';
  const name = currentName(line.name);
  const values = line.args.map(({ text }) => text);
  const words = [name, ...values];
  if (!/^[\t\r\x20-\x7e]*$/.test(line.text) || words.some((word) => /[^\x20-\x7e]/.test(word))) {
    return 'has characters that no server writes there';
  }
  const ofSentinel = name === 'sentinel' || name.startsWith('sentinel ');
  if (ofSentinel && expected.service === 'redis') return REASONS.owned;
  const rule = ofSentinel || expected.service === 'redis' ? RULES.get(name) : undefined;
  if (rule?.(values, expected)) return undefined;
  if (name === 'user' && !expected.locked && isOpen(values)) return undefined;
  const kind = classOf(name);
  if (kind === 'free' && !rule) return undefined;
  return kind === undefined ? 'is a directive that redis-lab does not know' : REASONS[kind];
}

const REASONS: Readonly<Record<DirectiveClass, string>> = {
  owned: 'is for redis-lab to say, and it says something else',
  path: 'names a file or folder, which the server would read or write',
  script: 'names a program, which the server would run',
  door: 'decides who gets in, or reaches out of the lab',
  free: 'has a value that no server writes there',
};

/** The line that a server writes for the only user of a lab without a password. */
function isOpen(values: readonly string[]): boolean {
  return userWords(values).join(' ') === 'default &* +@all nopass on ~*';
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

/** Whether the values are the address of a Redis server, or of a Sentinel, of the lab. */
const aServer: Rule = ([host, port, ...more], { lab }) =>
  more.length === 0 &&
  lab.nodes.some((node) => node.runsRedis && node.ip === host && String(node.redisPort) === port);
const aSentinel: Rule = ([host, port, id = '', ...more], { lab }) =>
  more.length === 0 &&
  /^[0-9a-f]{40}$/.test(id) &&
  lab.nodes.some(
    (node) => node.runsSentinel && node.ip === host && String(node.sentinelPort) === port,
  );

/** Values of directives that a server writes by itself, or that are harmless. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['replicaof', aServer],
  ['replica-priority', number],
  ['replica-read-only', yesOrNo],
  ['min-replicas-to-write', number],
  ['appendonly', yesOrNo],
  [
    'save',
    (values) => values.join('') === '' || (values.length % 2 === 0 && values.every(isNumber)),
  ],
  [
    'sentinel monitor',
    forMaster(
      ([host = '', port = '', quorum = '', ...more], expected) =>
        more.length === 0 && isNumber(quorum) && aServer([host, port], expected),
    ),
  ],
  ['sentinel down-after-milliseconds', forMaster(number)],
  ['sentinel failover-timeout', forMaster(number)],
  ['sentinel parallel-syncs', forMaster(number)],
  ['sentinel known-replica', forMaster(aServer)],
  ['sentinel known-sentinel', forMaster(aSentinel)],
  ['sentinel config-epoch', forMaster(number)],
  ['sentinel leader-epoch', forMaster(number)],
  ['sentinel current-epoch', number],
  ['sentinel master-reboot-down-after-period', forMaster(number)],
]);
