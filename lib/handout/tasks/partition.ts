import type { Block } from '../block.js';
import { COUNTED, type Commands } from '../commands.js';

/** The master is cut off while a client on its side goes on writing: what it acknowledges is counted, and what is left of it. */
export function partition(known: Commands): Block[] {
  const { redis } = known.lab;
  const set = (id: string, replicas: number) =>
    redis.minReplicasToWrite > 0 ? [known.lenient(id, replicas)] : [];
  return onFilters([
    known.who('partition'),
    ...set('partition.lenient', 0),
    ...cutOff(known, 'partition', `^${known.receipt + COUNTED}$`),
    ...set('partition.off', redis.minReplicasToWrite),
    known.whole('partition.whole'),
  ]);
}

/** The same with a master that wants a replica in touch. */
export function partitionSafe(known: Commands): Block[] {
  return onFilters([
    known.who('partition-safe'),
    known.lenient('partition-safe.on', 1),
    ...cutOff(known, 'partition-safe', '^NOREPLICAS ').map((block) => ({
      ...block,
      again: /\.(?:count|new)$/.test(block.id) ? ('other' as const) : ('same' as const),
    })),
    known.lenient('partition-safe.off', known.lab.redis.minReplicasToWrite),
    known.whole('partition-safe.whole'),
  ]);
}

function onFilters(blocks: readonly Block[]): Block[] {
  return blocks.map((block) => ({ ...block, filter: true }));
}

/** @param last what the last write says */
function cutOff(known: Commands, task: string, last: string): Block[] {
  const { receipt, apart } = known;
  if (!apart) return [];
  const counter = (node: string) => known.redis(node, 'get', 'counter');
  const first = { looks: `^${receipt}$`, withinSeconds: 10 };
  return [
    known.both(`${task}.set`, known.redis('A', 'set', 'counter', String(receipt)), {
      looks: '^OK$',
      // One that has just got another replica refuses until that has reported.
      withinSeconds: 10,
    }),
    known.both(`${task}.before`, counter('B'), first),
    ...filtered(known, `${task}.cut`, ['redis-lab', 'fault', 'partition', 'A'], '-I', ['2']),
    known.both(
      `${task}.count`,
      known.redis('A', '-r', String(COUNTED), '-i', '1', 'incr', 'counter'),
      { looks: `^${receipt + 1}$[\\s\\S]*${last}` },
    ),
    known.both(`${task}.inside`, known.masterAddress(apart.inside), { looks: '^{A}$' }),
    known.moved(`${task}.outside`, apart.outside, { names: 'new', waits: true }),
    known.both(`${task}.new`, counter('N'), { looks: first.looks }),
    ...filtered(known, `${task}.heal`, ['redis-lab', 'heal'], '-D', []),
    known.follows(`${task}.role`),
    known.both(`${task}.old`, counter('A'), first),
  ];
}

/** Rules of A's packet filter, before those of its firewall: what is not its own, and of the lab's network, is dropped. */
function filtered(
  { lab }: Commands,
  id: string,
  redisLab: readonly string[],
  how: string,
  place: readonly string[],
): Block[] {
  const network = lab.network.cidr;
  const rules = {
    in: ['INPUT', '-i', 'lo', '-j', 'ACCEPT'],
    out: ['OUTPUT', '-o', 'lo', '-j', 'ACCEPT'],
    others: ['INPUT', ...place, '-s', network, '-j', 'DROP'],
    to: ['OUTPUT', ...place, '-d', network, '-j', 'DROP'],
  };
  return Object.entries(rules).map(([rule, words], i) => ({
    id: i === 0 ? id : `${id}.${rule}`,
    redisLab: i === 0 ? redisLab : null,
    plain: { node: 'A', argv: ['iptables', how, ...words], root: true },
    looks: '',
    breaks: true,
  }));
}
