/** The master is back, empty, before anybody takes it for down; nobody fails over, and its replicas copy that it has nothing. */

import { withConnection } from '../../redis-view/connection.js';
import { redisEndpoint } from '../../redis-view/endpoints.js';
import { flawsOf } from '../../verify/health.js';
import type { Claim } from '../../verify/recorder.js';
import { SLACK_MS } from '../failover/failover-run.js';
import {
  holding,
  incidentOf,
  namedIs,
  namedMaster,
  RECORDS,
  recordsOf,
  setDownAfter,
  settle,
  strike,
  WRITTEN,
  write,
} from './incident.js';

/** As it was reported: the restart must be over before, also on a machine that is slow. */
const DOWN_AFTER_MS = 20_000;

const REBORN: Claim = { code: 'kubeblocks-10753.reborn', values: { downAfterMs: DOWN_AFTER_MS } };

export const kubeblocks10753 = incidentOf({
  name: 'kubeblocks-10753',
  link: 'https://github.com/apecloud/kubeblocks/issues/10753',
  needs: { replicas: 1, sentinels: 1, faults: ['restart'] },
  steps: [WRITTEN, REBORN],
  async run(run) {
    const { context, lab, master, replicas, listener } = run;
    const { recorder, observer } = context;
    await setDownAfter(run, DOWN_AFTER_MS);
    // What is written from now on is in memory alone, as if the volume were lost with the server; the restart sets it back.
    const before = await withConnection(redisEndpoint(master), async (connection) => {
      await connection.ask('CONFIG', 'SET', 'appendonly', 'no');
      await connection.ask('CONFIG', 'SET', 'save', '');
      return runIdIn(await connection.ask('INFO', 'server'));
    });
    await write(run, master, replicas);
    const since = recorder.began;
    await strike(run, 'restart', master);
    await recorder.eventually(REBORN, { withinMs: DOWN_AFTER_MS }, async () => {
      const runId = await withConnection(redisEndpoint(master), async (connection) =>
        runIdIn(await connection.ask('INFO', 'server')),
      ).catch(() => before);
      const count = await recordsOf(run, master);
      const sdown = listener.first('+sdown', since);
      const seen = [holding({ node: master.name, count }), ...(sdown ? listener.said(since) : [])];
      if (sdown || (runId !== before && count !== undefined && count > 0)) {
        return { holds: false, final: true, seen };
      }
      const holds = runId !== before && count === 0;
      return { holds, seen: holds ? { node: master.name } : seen };
    });
    await settle(run, DOWN_AFTER_MS + SLACK_MS, async () => {
      const seen = await observer.look();
      const named = namedMaster(lab, seen);
      const nodes = [master, ...replicas];
      const counts = await Promise.all(nodes.map((node) => recordsOf(run, node)));
      const each = nodes.map(({ name: node }, i) => holding({ node, count: counts[i] }));
      const evidence = [namedIs(named), ...each];
      if (counts.every((count) => count === 0) && named === master) {
        return { outcome: 'reproduced', seen: evidence };
      }
      const whole = flawsOf(lab, seen).every(({ aspect }) => aspect === 'settings');
      const kept = counts.every((count) => count === RECORDS);
      return whole && kept ? { outcome: 'fixed-here', seen: evidence } : { seen: evidence };
    });
  },
});

function runIdIn(info: unknown): string {
  return /^run_id:(\w+)/m.exec(String(info))?.[1] ?? '';
}
