/** A replica that was away comes back while the master is gone: however little it has, it is promoted if its priority is better. */
import { sentinelsOf } from '../../model/model.js';
import { askOnce } from '../../redis-view/connection.js';
import { nodeAt, redisEndpoint, sentinelEndpoint } from '../../redis-view/endpoints.js';
import { manyPairs } from '../../redis-view/fields.js';
import { hurry } from '../../redis-view/sentinel-periods.js';
import { message } from '../../report/messages.js';
import type { Claim } from '../../verify/recorder.js';
import { SLACK_MS } from '../failover/failover-run.js';
import {
  holding,
  type IncidentRun,
  incidentOf,
  isSeen,
  namedIs,
  namedMaster,
  RECORDS,
  recordsOf,
  setDownAfter,
  settle,
  startAgain,
  strike,
  WRITTEN,
  write,
} from './incident.js';

/** Long enough for the steps on any machine: nobody takes the master for down before. Milliseconds. */
const DOWN_AFTER_MS = 120_000;
/** Between two INFO of a Sentinel, and a little more, where it cannot be hurried; milliseconds. */
const INFO_MS = 15_000;
/** Worse than that of the replica that is stale. */
const WORSE = 200;

const AWAY: Claim = { code: 'redis-12574.away', values: { priority: WORSE } };
const BACK: Claim = { code: 'redis-12574.back' };
const ELIGIBLE: Claim = { code: 'redis-12574.eligible' };

export const redis12574 = incidentOf({
  name: 'redis-12574',
  link: 'https://github.com/redis/redis/issues/12574',
  needs: { replicas: 2, sentinels: 1, faults: ['crash'], staysDown: true },
  steps: [AWAY, WRITTEN, BACK, ELIGIBLE],
  async run(run) {
    const { context, lab, master, replicas } = run;
    const { recorder, observer } = context;
    const { downAfterMs, failoverTimeoutMs } = lab.sentinel;
    const [stale, ...others] = replicas;
    if (!stale) throw new Error('the lab has no replica');
    const setBack = await setDownAfter(run, DOWN_AFTER_MS);
    const endpoints = sentinelsOf(lab).map(sentinelEndpoint);
    const restore = await hurry(endpoints).catch(() => async () => undefined);
    run.undo.push(restore);
    for (const node of others) {
      const [, priority = '100'] = await priorityOf(node);
      run.undo.push(() => setPriority(node, priority));
      await setPriority(node, String(WORSE));
    }
    await strike(run, 'crash', stale);
    await recorder.eventually(AWAY, { withinMs: INFO_MS + SLACK_MS }, async () => {
      const gone = (await recordsOf(run, stale)) === undefined;
      const known = await Promise.all(others.map((node) => knownAs(run, node, String(WORSE))));
      const holds = gone && known.every(Boolean);
      const waits = [
        ...(gone ? [] : [message('incident.not-down', { node: stale.name })]),
        ...others.flatMap(({ name: node }, i) =>
          known[i] ? [] : [message('redis-12574.unknown', { node, priority: WORSE })],
        ),
      ];
      return { holds, seen: holds ? { node: stale.name } : waits };
    });
    await write(run, master, others);

    await strike(run, 'crash', master);
    await startAgain(run, stale);
    await recorder.eventually(BACK, { withinMs: SLACK_MS }, async () => {
      const count = await recordsOf(run, stale);
      const holds = count === 0;
      const seen = [holding({ node: stale.name, count })];
      if (count !== undefined && count > 0) return { holds, final: true, seen };
      return { holds, seen: holds ? { node: stale.name } : seen };
    });
    await recorder.eventually(ELIGIBLE, { withinMs: INFO_MS + SLACK_MS }, async () => {
      const seen = await Promise.all(replicas.map((node) => isSeen(run, node)));
      const nodes = replicas.map(({ name }) => name).join(', ');
      const holds = seen.every(Boolean);
      const waits = replicas.filter((_, i) => !seen[i]);
      const told = waits.map(({ name: node }) => message('incident.unseen', { node }));
      return { holds, seen: holds ? { nodes } : told };
    });
    await restore();
    // From now on the master is down for them.
    await setBack();
    await settle(run, downAfterMs + 2 * failoverTimeoutMs + SLACK_MS, async () => {
      const named = namedMaster(lab, await observer.look());
      const count = named && (await recordsOf(run, named));
      const seen = [namedIs(named), ...(named ? [holding({ node: named.name, count })] : [])];
      if (named === stale && count === 0) return { outcome: 'reproduced', seen };
      const better = named !== undefined && others.includes(named) && count === RECORDS;
      // Nobody promotes what is gone again.
      if ((await recordsOf(run, stale)) === undefined) return { seen };
      return better ? { outcome: 'fixed-here', seen } : { seen };
    });
  },
});

type Node = IncidentRun['master'];

async function priorityOf(node: Node): Promise<readonly string[]> {
  const words = ['CONFIG', 'GET', 'replica-priority'] as const;
  const answer = await askOnce(redisEndpoint(node), words);
  return Array.isArray(answer) ? answer.map(String) : [];
}

async function setPriority(node: Node, priority: string): Promise<void> {
  await askOnce(redisEndpoint(node), ['CONFIG', 'SET', 'replica-priority', priority]);
}

/** Whether every Sentinel knows the priority of a replica: INFO tells it. */
async function knownAs({ lab }: IncidentRun, node: Node, priority: string): Promise<boolean> {
  const each = await Promise.all(
    sentinelsOf(lab).map(async (sentinel) => {
      const words = ['SENTINEL', 'REPLICAS', lab.sentinel.masterName] as const;
      const replicas = manyPairs(await askOnce(sentinelEndpoint(sentinel), words));
      const seen = replicas.find(
        ({ ip = '', port }) => nodeAt(lab, { host: ip, port: Number(port) }) === node,
      );
      return seen?.['slave-priority'] === priority;
    }),
  );
  return each.every(Boolean);
}
