/** Crashing a master, and ending early, without losing what the lab holds. */
import { now, sleep } from '../../clock.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { sentinelsOf } from '../../model/model.js';
import { askOnce, withConnection } from '../../redis-view/connection.js';
import { redisEndpoint, sameEndpoint, sentinelEndpoint } from '../../redis-view/endpoints.js';
import { askMaster } from '../../redis-view/sentinel-view.js';
import { message } from '../../report/messages.js';
import { save } from '../../verify/save.js';
import { type FailoverRun, SLACK_MS } from './failover-run.js';

const LOOK_EVERY_MS = 50;
const ANSWER_WITHIN_MS = 250;

/**
 * Has the master save its data, unless an AOF has them already: if no replica can take over, that is what it comes back
 * with.
 * @throws RedisLabError (4, 5) where it cannot: then it must not be crashed
 */
export async function saveFirst({ context, lab, master }: FailoverRun): Promise<void> {
  if (!context.keepsData || lab.redis.persistence === 'aof') return;
  const { signal } = context.recorder;
  await withConnection(redisEndpoint(master), async (connection) => {
    const { rdb_last_bgsave_status: status } = await save(connection, master.name, signal);
    if (status === 'ok') return;
    throw new RedisLabError(
      `Redis on ${master.name} cannot save its data (BGSAVE: ${status}), and a crash would cost what the lab holds. Its log says why: redis-lab logs ${master.name}`,
      { exitCode: EXIT.program, code: 'server.unsaved' },
    );
  });
}

/**
 * Waits until a replica has taken over from the crashed master, however the scenario ended. Started again earlier, the old
 * master would come back with only what is on its disk, and the replicas would copy that. If no replica takes over in time,
 * it comes back with what {@link saveFirst} saved.
 */
export async function untilReplaced(failover: FailoverRun): Promise<void> {
  const { context, lab, master, crashed } = failover;
  if (!crashed || !context.keepsData) return;
  const end = now() + lab.sentinel.downAfterMs + SLACK_MS;
  while (now() < end) {
    if ((await runs(failover)) || (await isReplaced(failover))) return;
    await sleep(LOOK_EVERY_MS);
  }
  context.recorder.notes.push(message('note.no-takeover', { node: master.name }));
}

async function runs({ master }: FailoverRun): Promise<boolean> {
  const ping = askOnce(redisEndpoint(master), ['PING'], { timeoutMs: ANSWER_WITHIN_MS });
  return ping.then(
    () => true,
    () => false,
  );
}

/** As every Sentinel that answers says: before all know it, one of them could still turn to the old master. */
async function isReplaced({ lab, master }: FailoverRun): Promise<boolean> {
  const { masterName } = lab.sentinel;
  const said = await Promise.all(
    sentinelsOf(lab).map(async (node) =>
      askMaster(sentinelEndpoint(node), masterName, { timeoutMs: ANSWER_WITHIN_MS }).catch(
        () => undefined,
      ),
    ),
  );
  const named = said.filter((endpoint) => endpoint !== undefined);
  return (
    named.length > 0 && named.every((endpoint) => !sameEndpoint(endpoint, redisEndpoint(master)))
  );
}
