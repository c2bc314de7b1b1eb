/** Having a server write to its disk all that it holds. */
import type { Backend } from '../backends/backend.js';
import { now, sleep } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { type Connection, NoAnswer, Refusal, withConnection } from '../redis-view/connection.js';
import { redisEndpoint, redisNodes } from '../redis-view/endpoints.js';
import { type Fields, infoFields } from '../redis-view/fields.js';
import { refusalOf } from '../redis-view/redis-view.js';
import { withCauses } from './causes.js';
import { type Flaw, flaw } from './health.js';
import { waysOut } from './ways-out.js';

const LOOK_EVERY_MS = 50;
const SAVED_WITHIN_MS = 120_000;

/**
 * Saves, once a save that is under way has ended. Gives what INFO says of it afterwards.
 * @throws RedisLabError (5) when it does not end in time; Refusal, NoAnswer, the signal's reason
 */
export async function save(
  connection: Connection,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Fields> {
  await untilSaved(connection, name, signal);
  await connection.ask('BGSAVE');
  return untilSaved(connection, name, signal);
}

async function untilSaved(
  connection: Connection,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Fields> {
  const end = now() + SAVED_WITHIN_MS;
  for (;;) {
    const fields = infoFields(await connection.ask('INFO', 'persistence'));
    if (fields['rdb_bgsave_in_progress'] !== '1') return fields;
    if (now() >= end) {
      throw new RedisLabError(
        `Redis on ${name} did not finish saving its data within ${SAVED_WITHIN_MS / 1000} s.`,
        { exitCode: EXIT.deadline, code: 'server.unsaved' },
      );
    }
    await sleep(LOOK_EVERY_MS, signal);
  }
}

/**
 * Makes sure that what a lab holds is on disk before its servers are ended: one that cannot save is killed in the end, with
 * all that it has not saved. Only masters matter, of whom replicas take all again; one that says nothing is not waited for.
 * @throws RedisLabError (4) where a master cannot save what it holds, with the reason; (5) where it does not end to save; the signal's
 * reason
 */
export async function saveBeforeEnd(
  lab: LabModel,
  backend: Pick<Backend, 'logs'>,
  signal?: AbortSignal,
): Promise<void> {
  if (lab.redis.persistence === 'none') return;
  for (const node of redisNodes(lab)) {
    const failed = await unsaved(lab, node, signal).catch((error: unknown) => {
      if (error instanceof Refusal || error instanceof NoAnswer) return undefined;
      throw error;
    });
    if (!failed) continue;
    const [told = failed] = await withCauses([failed], backend);
    throw new RedisLabError(
      [
        `Nothing was stopped, since the data would be lost. ${told.text}`,
        ...waysOut([told]),
        'Then: redis-lab stop',
        'To end the lab and lose its data: redis-lab down',
      ].join('\n'),
      { exitCode: EXIT.program, code: 'server.unsaved' },
    );
  }
}

/** What a master that holds something could not save; undefined: all is on its disk. */
async function unsaved(
  lab: LabModel,
  node: NodeModel,
  signal: AbortSignal | undefined,
): Promise<Flaw | undefined> {
  return withConnection(redisEndpoint(node), async (connection) => {
    const fields = infoFields(await connection.ask('INFO'));
    const holds = Object.keys(fields).some((key) => /^db\d+$/.test(key));
    if (fields['role'] !== 'master' || !holds) return undefined;
    const isAof = lab.redis.persistence === 'aof';
    if (!isAof && fields['rdb_changes_since_last_save'] === '0') return undefined;
    const name = isAof ? 'aof_last_write_status' : 'rdb_last_bgsave_status';
    const last = isAof ? fields : await save(connection, node.name, signal);
    if (last[name] === 'ok') return undefined;
    const status = `${name}:${last[name]}`;
    const said = (await refusalOf(connection.ask('PING'))) ?? status;
    return flaw('servers.redis-unsaved', { node: node.name, said, status });
  });
}
