import type { LabModel } from '../model/model.js';
import { askOnce } from '../redis-view/connection.js';
import { redisEndpoint, redisNodes } from '../redis-view/endpoints.js';
import { infoFields } from '../redis-view/fields.js';

/**
 * Keys in all databases of the Redis server that has most of them; null where nobody can tell: none answers, or those
 * that do hold nothing and there are others.
 */
export async function keysOf(lab: LabModel): Promise<number | null> {
  const counts = await Promise.all(
    redisNodes(lab).map(async (node) => {
      const reply = await askOnce(redisEndpoint(node), ['INFO', 'keyspace']).catch(() => null);
      return reply === null ? [] : [keysIn(String(reply))];
    }),
  );
  const most = Math.max(0, ...counts.flat());
  return most === 0 && counts.some((each) => each.length === 0) ? null : most;
}

/** `db0:keys=3,expires=0,avg_ttl=0` */
function keysIn(keyspace: string): number {
  const counts = Object.entries(infoFields(keyspace))
    .filter(([name]) => /^db\d+$/.test(name))
    .map(([, value]) => Number(/^keys=(\d+)/.exec(value)?.[1] ?? 0));
  return counts.reduce((sum, each) => sum + each, 0);
}
