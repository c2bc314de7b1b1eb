/** The state of a Redis server, as it reports it. */
import { type Connection, NoAnswer, Refusal, type Reply } from './connection.js';
import type { Endpoint } from './endpoints.js';
import { type Fields, infoFields } from './fields.js';

export interface RedisView {
  readonly role: 'master' | 'replica';
  /** Of a replica: its master. */
  readonly follows: Endpoint | undefined;
  /** Of a replica: whether its link is up and no sync is under way. */
  readonly linkUp: boolean;
  /** Of a replica: seconds since it heard from its master; -1 while the link is down. */
  readonly lagSeconds: number | undefined;
  /** Of a replica: whether it refuses writes; true of a master. */
  readonly readOnly: boolean;
  /** Of a replica: `replica-priority`; a lower one is preferred for promotion, 0 excludes it. */
  readonly priority: number | undefined;
  /** Replication offset, bytes. */
  readonly offset: number;
  /** Of a master: replicas that are online. */
  readonly replicas: readonly Endpoint[];
  readonly version: string;
  readonly runId: string;
  /** Progress of loading its data from disk; undefined: it is not loading. */
  readonly loading: Loading | undefined;
  /** Of a replica: whether a full sync is under way. */
  readonly syncing: boolean;
  /** Its error to PING, by which Sentinel judges it: `MISCONF …`; undefined: it answers PONG. */
  readonly refuses: string | undefined;
  /** Of a master that answers PONG: its error to a write; undefined: it takes writes. */
  readonly unwritable: string | undefined;
  /** The last save that failed, as INFO has it: `rdb_last_bgsave_status:err`; undefined: none. */
  readonly unsaved: string | undefined;
}

/** As the server estimates. */
export interface Loading {
  readonly percent: number;
  /** Seconds until it is done. */
  readonly etaSeconds: number;
}

export async function redisView(connection: Connection): Promise<RedisView> {
  const [pong, ...infos] = await Promise.all([
    refusalOf(connection.ask('PING')),
    connection.ask('INFO', 'replication'),
    connection.ask('INFO', 'server'),
    connection.ask('INFO', 'persistence'),
  ]);
  const [replication, server, persistence] = infos.map(infoFields) as [Fields, Fields, Fields];
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
    loading: persistence['loading'] === '1' ? loadingIn(persistence) : undefined,
    syncing: replica && replication['master_sync_in_progress'] === '1',
    refuses: pong,
    unwritable: replica || pong !== undefined ? undefined : await unwritable(connection),
    unsaved: SAVES.flatMap((name) => (persistence[name] === 'err' ? [`${name}:err`] : []))[0],
  };
}

const SAVES = ['aof_last_write_status', 'rdb_last_bgsave_status'] as const;

/** The error that a server answered with; undefined if it answered otherwise. */
export async function refusalOf(answer: Promise<Reply>): Promise<string | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** Writes zero bytes: that is refused like any write, and changes nothing. */
async function unwritable(connection: Connection): Promise<string | undefined> {
  try {
    return await refusalOf(connection.ask('SETRANGE', 'redis-lab:probe', 0, ''));
  } catch (error) {
    // CLIENT PAUSE holds back writes while other commands are answered.
    if (error instanceof NoAnswer) return error.message;
    throw error;
  }
}

function loadingIn({ loading_loaded_perc: percent, loading_eta_seconds: eta }: Fields): Loading {
  return { percent: Math.floor(Number(percent ?? 0)), etaSeconds: Number(eta ?? 0) };
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
