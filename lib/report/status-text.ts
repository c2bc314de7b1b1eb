/** The status of a lab as a table for people: in 80 columns, a lab of the course's size has a line for each node. */
import { say } from '../render/texts.js';
import { eachIn } from './claims.js';
import { clean, eachLine, item, table } from './layout.js';
import { textOf } from './messages.js';
import { counted, type Speech, speechIn, wordIn } from './speech.js';
import { PLAIN, type Style, same } from './style.js';
import type {
  ClientStatus,
  LabStatus,
  NodeStatus,
  RedisStatus,
  SentinelStatus,
} from './types.generated.js';

const NONE = '–';

/**
 * Lines joined by newlines, none at the end.
 * @param up The command line that brings the lab up.
 * @param lang Default: English.
 */
export function statusReport(
  status: LabStatus,
  style: Style = PLAIN,
  up = 'redis-lab up',
  lang?: string,
): string {
  const speech = speechIn(lang);
  const t = speech.t.status;
  const { backend, state, server, ready, master, quorum, nodes, clients = [] } = status;
  const lab = say(t.lab, { lab: clean(status.lab), backend: clean(backend) });
  const runs = server ? `${clean(server.engine)} ${clean(server.version)}` : t.noServer;
  const word = ready ? t.ready : t[state];
  const told = status.sameDescription ? word : say(t.other, { verdict: word });
  const head = `${lab}, ${runs}:`;
  const { width = Number.POSITIVE_INFINITY } = style;
  const verdict = (ready ? style.good : style.bad)(told);
  const machines = [
    ...nodes.map((node) => ({ cells: rowOf(node, speech), paint: paintOf(node, style) })),
    ...clients.map((client) => ({
      cells: clientRow(client, t),
      paint: isOff(client) ? style.bad : same,
    })),
  ];
  const [titles = '', ...rows] = table(
    COLUMNS.map(({ name, ...column }) => ({ ...column, title: t.columns[name] })),
    machines.map(({ cells }) => cells),
    style.width,
  );
  const each = (texts: readonly string[], codes: LabStatus['noteCodes'], lead: string) =>
    eachIn(speech, texts, codes).flatMap((parts) => item(lead, clean(textOf(parts)), style.width));
  const problems = each(status.problems, status.problemCodes, '✗ ');
  const notes = each(status.notes, status.noteCodes, speech.t.note);
  if (state === 'absent' || state === 'stopped' || state === 'idle') {
    return [say(t[state], { lab, up }), ...(status.sameDescription ? [] : notes)].join('\n');
  }
  return [
    `${head}${head.length + 1 + told.length > width ? '\n  ' : ' '}${verdict}`,
    master === null
      ? say(t.noMaster, { quorum })
      : say(t.master, { master: clean(master), quorum }),
    '',
    eachLine(titles, style.faint),
    ...rows.map((row, i) => eachLine(row, machines[i]?.paint ?? same)),
    ...(problems.length > 0 ? ['', ...problems.map(style.bad)] : []),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

/** What is broken stands out, and else the master. */
function paintOf(node: NodeStatus, { bad, strong }: Style): (line: string) => string {
  if (isBroken(node)) return bad;
  return node.redis?.role === 'master' ? strong : same;
}

function isBroken({ redis, sentinel }: NodeStatus): boolean {
  return [redis, sentinel].some((server) => server && server.state !== 'running');
}

function isOff({ state }: ClientStatus): boolean {
  return state !== 'running';
}

const COLUMNS = [
  { name: 'node' },
  { name: 'address' },
  { name: 'role' },
  { name: 'follows' },
  { name: 'lag', align: 'right' },
  { name: 'offset', align: 'right' },
  { name: 'sentinel' },
  { name: 'quorum' },
] as const;

function rowOf({ node, address, redis, sentinel }: NodeStatus, speech: Speech): string[] {
  const port = redis?.port ?? sentinel?.port;
  const { ok, no } = speech.t.status;
  return [
    clean(node),
    `${clean(address)}${port === undefined ? '' : `:${port}`}`,
    redis ? roleOf(redis, speech) : NONE,
    redis ? followsOf(redis, speech) : NONE,
    redis?.role === 'replica' && (redis.lagSeconds ?? -1) >= 0 ? `${redis.lagSeconds} s` : NONE,
    String(redis?.offset ?? NONE),
    sentinel ? viewOf(sentinel, speech) : NONE,
    sentinel?.quorumOk == null ? NONE : sentinel.quorumOk ? ok : no,
  ];
}

function clientRow(client: ClientStatus, t: Speech['t']['status']): string[] {
  const role = isOff(client) ? t.states.stopped : t.client;
  const told = [clean(client.client), clean(client.address), role];
  return COLUMNS.map((_, index) => told[index] ?? NONE);
}

function roleOf({ state, role }: RedisStatus, { t }: Speech): string {
  return (state === 'running' ? role : null) ?? wordOf(state, t);
}

/** A server that runs has more to say, or is silent. */
function wordOf(state: RedisStatus['state'], t: Speech['t']): string {
  return wordIn(t.status.states, state === 'running' ? 'silent' : state);
}

function followsOf({ role, follows, link, replicas }: RedisStatus, { t }: Speech): string {
  if (role === 'master') return replicas === null ? NONE : counted(t.count.replicas, replicas);
  if (role === null) return NONE;
  return `${clean(follows ?? t.status.nobody)}, ${t.status.links[link ?? 'down']}`;
}

/** Whom it takes for the master, and whether it holds that one for down. */
function viewOf({ state, master, flags, tilt }: SentinelStatus, { t }: Speech): string {
  if (state !== 'running') return wordOf(state, t);
  const words = (flags ?? '').split(',');
  const doubt = ['o_down', 's_down'].find((flag) => words.includes(flag));
  return [
    clean(master ?? t.status.states.silent),
    ...(doubt ? [doubt] : []),
    ...(tilt ? ['TILT'] : []),
  ].join(' ');
}
