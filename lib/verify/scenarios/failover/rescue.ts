/** Ending early without losing what the lab holds. */
import { now, sleep } from '../../../clock.js';
import { sentinelsOf } from '../../../model/model.js';
import { askOnce } from '../../../redis-view/connection.js';
import { askMaster } from '../../../redis-view/sentinel-view.js';
import { redisPlace, samePlace, sentinelPlace } from '../../places.js';
import { type Drill, SLACK_MS } from './drill.js';

const LOOK_EVERY_MS = 50;
const ANSWER_WITHIN_MS = 250;

/**
 * Waits until a replica has taken over from a master that was crashed, whatever it was that ended the scenario. Started
 * again before, the old master would come back with no more than is on its disk, and the replicas would follow
 * it in that. Where no replica takes over in time, there is nothing better than to start it.
 */
export async function untilReplaced(drill: Drill): Promise<void> {
  const { scene, lab, master, crashed } = drill;
  if (!crashed || !scene.keepsData) return;
  const end = now() + lab.sentinel.downAfterMs + 2 * SLACK_MS;
  while (now() < end) {
    if ((await runs(drill)) || (await isReplaced(drill))) return;
    await sleep(LOOK_EVERY_MS);
  }
  scene.story.notes.push(
    `No replica took over from ${master.name}: it was started again with what is on its disk.`,
  );
}

async function runs({ master }: Drill): Promise<boolean> {
  const ping = askOnce(redisPlace(master), ['PING'], { timeoutMs: ANSWER_WITHIN_MS });
  return ping.then(
    () => true,
    () => false,
  );
}

/** As every Sentinel that answers says: before all know it, one of them could still turn to the old master. */
async function isReplaced({ lab, master }: Drill): Promise<boolean> {
  const { masterName } = lab.sentinel;
  const said = await Promise.all(
    sentinelsOf(lab).map(async (node) =>
      askMaster(sentinelPlace(node), masterName, { timeoutMs: ANSWER_WITHIN_MS }).catch(
        () => undefined,
      ),
    ),
  );
  const named = said.filter((place) => place !== undefined);
  return named.length > 0 && named.every((place) => !samePlace(place, redisPlace(master)));
}
