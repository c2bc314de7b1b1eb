/** The status of a lab as a table for people, in 80 columns for a lab of the course's size. */
import { clean, count, item, table } from './layout.js';
import type { LabStatus, NodeStatus, RedisStatus, SentinelStatus } from './status.js';
import { PLAIN, type Style } from './style.js';

const NONE = '–';

/**
 * Lines joined by newlines, none at the end.
 * @param up The command line that brings the lab up.
 */
export function statusReport(status: LabStatus, style: Style = PLAIN, up = 'redis-lab up'): string {
  const { lab, backend, state, server, ready, master, quorum, nodes, problems, notes } = status;
  const name = `Lab ${clean(lab)} (${clean(backend)})`;
  if (state === 'absent') return `${name}: not here. To bring it up: ${up}`;
  if (state === 'stopped') return `${name}: stopped, its data is kept. To start it: ${up}`;
  if (state === 'idle') {
    return `${name}: its nodes run, none of its services does. To mend it: ${up}`;
  }
  const runs = server ? `${clean(server.engine)} ${clean(server.version)}` : 'no server';
  const verdict = ready
    ? style.good('ready')
    : style.bad(state === 'running' ? 'not ready' : state);
  const who = master === null ? 'no master that all agree on' : `master is ${clean(master)}`;
  const [titles = '', ...rows] = table(COLUMNS, nodes.map(rowOf));
  return [
    `${name}, ${runs}: ${verdict}`,
    `${who}, quorum ${quorum}`,
    '',
    style.faint(titles),
    ...rows.map((row, i) => (nodes[i] && isBroken(nodes[i]) ? style.bad(row) : row)),
    ...(problems.length > 0 ? [''] : []),
    ...problems.flatMap((problem) => item('✗ ', clean(problem)).map(style.bad)),
    ...(notes.length > 0 ? [''] : []),
    ...notes.flatMap((note) => item('Note: ', clean(note))),
  ].join('\n');
}

function isBroken({ redis, sentinel }: NodeStatus): boolean {
  return [redis, sentinel].some((server) => server && server.state !== 'running');
}

const COLUMNS = [
  { title: 'node' },
  { title: 'address' },
  { title: 'role' },
  { title: 'follows' },
  { title: 'lag', align: 'right' as const },
  { title: 'offset', align: 'right' as const },
  { title: 'sentinel' },
  { title: 'quorum' },
];

function rowOf({ node, address, redis, sentinel }: NodeStatus): string[] {
  const port = redis?.port ?? sentinel?.port;
  return [
    clean(node),
    `${clean(address)}${port === undefined ? '' : `:${port}`}`,
    redis ? roleOf(redis) : NONE,
    redis ? followsOf(redis) : NONE,
    redis?.role === 'replica' && (redis.lagSeconds ?? -1) >= 0 ? `${redis.lagSeconds} s` : NONE,
    String(redis?.offset ?? NONE),
    sentinel ? viewOf(sentinel) : NONE,
    sentinel?.quorumOk == null ? NONE : sentinel.quorumOk ? 'ok' : 'no',
  ];
}

function roleOf({ state, role }: RedisStatus): string {
  return state === 'running' ? (role ?? 'silent') : state;
}

function followsOf({ role, follows, link, replicas }: RedisStatus): string {
  if (role === 'master') return replicas === null ? NONE : count(replicas, 'replica');
  if (role === null) return NONE;
  return `${clean(follows ?? 'nobody')}, ${link ?? 'down'}`;
}

/** Whom it takes for the master, and whether it holds that one for down. */
function viewOf({ state, master, flags, tilt }: SentinelStatus): string {
  if (state !== 'running') return state;
  const words = (flags ?? '').split(',');
  const doubt = ['o_down', 's_down'].find((flag) => words.includes(flag));
  return [clean(master ?? 'silent'), ...(doubt ? [doubt] : []), ...(tilt ? ['TILT'] : [])].join(
    ' ',
  );
}
