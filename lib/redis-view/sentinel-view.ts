/** The master, the replicas and the other Sentinels, as one Sentinel sees them. */
import { askOnce, type Connection, type ConnectionOptions, Refusal } from './connection.js';
import type { Endpoint } from './endpoints.js';
import { type Fields, infoFields, manyPairs, pairs } from './fields.js';

/** One server, as a Sentinel sees it. */
export interface Watched {
  readonly endpoint: Endpoint;
  /** `slave`, `s_down`, `disconnected`, … */
  readonly flags: readonly string[];
  /** Whether every PING has been answered; false before the first answer. */
  readonly answered: boolean;
  /** Of a server: known from its first INFO, empty before. Of a Sentinel: known from the start. */
  readonly runId: string;
}

export interface SentinelView {
  readonly master: Watched;
  readonly replicas: readonly Watched[];
  readonly sentinels: readonly Watched[];
  readonly quorum: number;
  readonly downAfterMs: number;
  readonly failoverTimeoutMs: number;
  readonly parallelSyncs: number;
  /** Its answer to CKQUORUM. */
  readonly ckquorum: { readonly ok: boolean; readonly text: string };
  readonly tilt: boolean;
  readonly configEpoch: number;
}

export async function sentinelView(
  connection: Connection,
  masterName: string,
): Promise<SentinelView> {
  const [master, replicas, sentinels, ckquorum, info] = await Promise.all([
    connection.ask('SENTINEL', 'MASTER', masterName),
    connection.ask('SENTINEL', 'REPLICAS', masterName),
    connection.ask('SENTINEL', 'SENTINELS', masterName),
    connection.ask('SENTINEL', 'CKQUORUM', masterName).then(
      (text) => ({ ok: true, text: String(text) }),
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        return { ok: false, text: error.message };
      },
    ),
    connection.ask('INFO', 'sentinel'),
  ]);
  const fields = pairs(master);
  return {
    master: watched(fields),
    replicas: manyPairs(replicas).map(watched),
    sentinels: manyPairs(sentinels).map(watched),
    quorum: Number(fields['quorum']),
    downAfterMs: Number(fields['down-after-milliseconds']),
    failoverTimeoutMs: Number(fields['failover-timeout']),
    parallelSyncs: Number(fields['parallel-syncs']),
    ckquorum,
    tilt: infoFields(info)['sentinel_tilt'] !== '0',
    configEpoch: Number(fields['config-epoch']),
  };
}

/** The address of the master that a Sentinel gives to clients; undefined if it knows none of that name. */
export async function askMaster(
  endpoint: Endpoint,
  masterName: string,
  options: ConnectionOptions = {},
): Promise<Endpoint | undefined> {
  const question = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName] as const;
  const reply = await askOnce(endpoint, question, options);
  if (!Array.isArray(reply)) return undefined;
  return { host: String(reply[0]), port: Number(reply[1]) };
}

function watched(fields: Fields): Watched {
  return {
    endpoint: { host: fields['ip'] ?? '', port: Number(fields['port']) },
    flags: (fields['flags'] ?? '').split(','),
    // The time for which it has waited for an answer; 0 once it has it.
    answered: fields['last-ping-sent'] === '0',
    runId: fields['runid'] ?? '',
  };
}
