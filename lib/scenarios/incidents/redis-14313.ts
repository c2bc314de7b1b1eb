/**
 * The addresses of a group's replicas were given to another group, and its Sentinels still know them: they promote a server that has the
 * other group's data, because nobody compares replication ids.
 */
import { now } from '../../clock.js';
import { message } from '../../report/messages.js';
import type { Claim } from '../../verify/recorder.js';
import { SLACK_MS } from '../failover/failover-run.js';
import {
  agreedDown,
  DOWN,
  holding,
  incidentOf,
  isMaster,
  isSeen,
  namedIs,
  namedMaster,
  recordsOf,
  settle,
  strike,
  WRITTEN,
  write,
} from './incident.js';

const REASSIGNED: Claim = { code: 'redis-14313.reassigned' };

/** What the other group has where the first has its records. */
const THEIRS = 1;

export const redis14313 = incidentOf({
  name: 'redis-14313',
  link: 'https://github.com/redis/redis/issues/14313',
  needs: { replicas: 2, sentinels: 1, faults: ['crash'], staysDown: true },
  steps: [WRITTEN, REASSIGNED, DOWN],
  async run(run) {
    const { context, lab, master, replicas, listener, undo } = run;
    const { recorder, observer, keys } = context;
    const { downAfterMs, failoverTimeoutMs } = lab.sentinel;
    const [head, ...others] = replicas;
    if (!head) throw new Error('the lab has no replica');
    await write(run, master, replicas);

    // Sentinel makes a master a replica again after eight seconds: all of this must be over by then, and the step shows that it was.
    const setMin = (value: number) =>
      keys.ask(head, ['CONFIG', 'SET', 'min-replicas-to-write', value]);
    undo.push(() => setMin(lab.redis.minReplicasToWrite));
    await setMin(0);
    await keys.ask(head, ['REPLICAOF', 'NO', 'ONE']);
    const { ip, redisPort } = head;
    await Promise.all(others.map((node) => keys.ask(node, ['REPLICAOF', ip, redisPort])));
    await keys.ask(head, ['DEL', keys.ledger]);
    await keys.ask(head, ['HSET', keys.ledger, 'theirs', 1]);
    await recorder.eventually(REASSIGNED, { withinMs: SLACK_MS }, async () => {
      const counts = await Promise.all(replicas.map((node) => recordsOf(run, node)));
      const seen = await Promise.all(replicas.map((node) => isSeen(run, node)));
      const waits = replicas.flatMap(({ name: node }, i) => [
        ...(counts[i] === THEIRS ? [] : [holding({ node, count: counts[i] })]),
        ...(seen[i] ? [] : [message('incident.unseen', { node })]),
      ]);
      const nodes = others.map(({ name }) => name).join(', ');
      return {
        holds: waits.length === 0,
        seen: waits.length === 0 ? { head: head.name, nodes } : waits,
      };
    });

    const since = now();
    await strike(run, 'crash', master);
    await agreedDown(run, master, since);
    await settle(run, downAfterMs + 4 * failoverTimeoutMs + SLACK_MS, async () => {
      const named = namedMaster(lab, await observer.look());
      const count = named && (await recordsOf(run, named));
      const seen = [namedIs(named), ...(named ? [holding({ node: named.name, count })] : [])];
      if (named && replicas.includes(named) && count === THEIRS) {
        return (await isMaster(named)) ? { outcome: 'reproduced', seen } : { seen };
      }
      // Nobody promotes what is gone again; and at the first try they may be passed over for another reason.
      const counts = await Promise.all(replicas.map((node) => recordsOf(run, node)));
      const none = listener.events.filter(
        ({ type, at }) => type === '-failover-abort-no-good-slave' && at >= since,
      );
      const refused = none.length >= 2 && counts.every((each) => each === THEIRS);
      return named === master && refused
        ? { outcome: 'fixed-here', seen: listener.said(since) }
        : { seen };
    });
  },
});
