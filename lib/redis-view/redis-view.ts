/** What a Redis server says of itself. */
import type { Connection } from './connection.js';
import type { Endpoint } from './endpoints.js';
import { type Fields, infoFields } from './fields.js';

export interface RedisView {
  readonly role: 'master' | 'replica';
  /** Of a replica: what it follows. */
  readonly follows: Endpoint | undefined;
  /** Of a replica: whether its link is up and no sync is under way. */
  readonly linkUp: boolean;
  /** Of a replica: seconds since it heard from its master; -1 while the link is down. */
  readonly lagSeconds: number | undefined;
  /** Of a replica: whether it refuses writes; true of a master. */
  readonly readOnly: boolean;
  /** Of a replica: the lower, the sooner it is promoted; 0: never. */
  readonly priority: number | undefined;
  /** Bytes of the replication stream that it has seen (replica) or sent (master). */
  readonly offset: number;
  /** Of a master: replicas in touch. */
  readonly replicas: readonly Endpoint[];
  readonly version: string;
  readonly runId: string;
  readonly loading: boolean;
}

export async function redisView(connection: Connection): Promise<RedisView> {
  const [replication, server, persistence] = (
    await Promise.all([
      connection.ask('INFO', 'replication'),
      connection.ask('INFO', 'server'),
      connection.ask('INFO', 'persistence'),
    ])
  ).map(infoFields) as [Fields, Fields, Fields];
  const replica = replication['role'] === 'slave';
  return {
    role: replica ? 'replica' : 'master',
    follows: replica
      ? {
          host: replication['master_host'] ?? '',
          port: Number(replication['master_port']),
        }
      : undefined,
    linkUp:
      replica &&
      replication['master_link_status'] === 'up' &&
      replication['master_sync_in_progress'] !== '1',
    lagSeconds: replica ? Number(replication['master_last_io_seconds_ago'] ?? -1) : undefined,
    readOnly: !replica || replication['slave_read_only'] !== '0',
    priority: replica ? priorityIn(replication) : undefined,
    offset: Number(
      (replica ? replication['slave_repl_offset'] : undefined) ??
        replication['master_repl_offset'] ??
        0,
    ),
    replicas: replica ? [] : replicasIn(replication),
    version: server['valkey_version'] ?? server['redis_version'] ?? '',
    runId: server['run_id'] ?? '',
    loading: persistence['loading'] === '1',
  };
}

function priorityIn({ slave_priority: priority }: Fields): number | undefined {
  return priority === undefined ? undefined : Number(priority);
}

/** `slave0:ip=127.0.0.1,port=6379,state=online,offset=14,lag=0` */
function replicasIn(replication: Fields): Endpoint[] {
  return Object.entries(replication)
    .filter(([key]) => /^slave\d+$/.test(key))
    .map(([, value]) => Object.fromEntries(value.split(',').map((each) => each.split('=', 2))))
    .filter(({ state }) => state === 'online')
    .map(({ ip, port }) => ({ host: String(ip), port: Number(port) }));
}
