/** What a Redis server says of itself. */
import { type Connection, NoAnswer, Refusal, type Reply } from './connection.js';
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
  /** How far it has come with loading its data; undefined: it has all of it. */
  readonly loading: Loading | undefined;
  /** Of a replica: whether it is taking all data from its master. */
  readonly syncing: boolean;
  /** How it refuses PING, by which Sentinel judges it: `MISCONF …`; undefined: it says PONG. */
  readonly refuses: string | undefined;
  /** Of a master that says PONG: how it refuses a write; undefined: it takes it. */
  readonly unwritable: string | undefined;
  /** What of its data could not be saved at the last try, in its own words: `rdb_last_bgsave_status:err`. */
  readonly unsaved: string | undefined;
}

/** Both are what the server itself estimates. */
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

/** What a server refused; undefined: nothing. */
async function refusalOf(answer: Promise<Reply>): Promise<string | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** A write of nothing, which is refused like any other, and changes nothing whatever is there. */
async function unwritable(connection: Connection): Promise<string | undefined> {
  try {
    return await refusalOf(connection.ask('SETRANGE', 'redis-lab:probe', 0, ''));
  } catch (error) {
    // Writes can be held back while all else is answered: CLIENT PAUSE.
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
