/** A dies, B leads and takes writes, B dies, and A comes back with old data: it is made master again. */
import { now } from '../../clock.js';
import { message } from '../../report/messages.js';
import type { Claim } from '../../verify/recorder.js';
import { SLACK_MS } from '../failover/failover-run.js';
import {
  holding,
  incidentOf,
  isSeen,
  namedIs,
  namedMaster,
  recordsOf,
  settle,
  startAgain,
  strike,
  WRITTEN,
  write,
} from './incident.js';

const ONE_LEFT: Claim = { code: 'redis-12570.one-left' };
const LEADS: Claim = { code: 'redis-12570.leads' };
const DOWN: Claim = { code: 'redis-12570.down' };
const BACK: Claim = { code: 'redis-12570.back' };

export const redis12570 = incidentOf({
  name: 'redis-12570',
  link: 'https://github.com/redis/redis/issues/12570',
  needs: { replicas: 1, sentinels: 1, faults: ['crash'], staysDown: true },
  steps: [ONE_LEFT, LEADS, WRITTEN, DOWN, BACK],
  async run(run) {
    const { context, lab, master, replicas, listener } = run;
    const { recorder, observer } = context;
    const { downAfterMs, failoverTimeoutMs } = lab.sentinel;
    const longest = downAfterMs + 2 * failoverTimeoutMs + SLACK_MS;
    const [heir, ...spare] = replicas;
    if (!heir) throw new Error('the lab has no replica');
    for (const node of spare) await strike(run, 'crash', node);
    await recorder.eventually(ONE_LEFT, { withinMs: downAfterMs + SLACK_MS }, async () => {
      const { nodes } = await observer.look();
      const up = spare.filter(({ ip, redisPort }) =>
        nodes.some(
          ({ sentinel }) =>
            sentinel &&
            'view' in sentinel &&
            !sentinel.view.replicas.some(
              ({ endpoint, flags }) =>
                endpoint.host === ip && endpoint.port === redisPort && flags.includes('s_down'),
            ),
        ),
      );
      const holds = up.length === 0;
      const waits = up.map(({ name: node }) => message('incident.not-down', { node }));
      return { holds, seen: holds ? { node: heir.name } : waits };
    });

    await strike(run, 'crash', master);
    await recorder.eventually(LEADS, { withinMs: longest }, async () => {
      const named = namedMaster(lab, await observer.look());
      const holds = named === heir;
      return { holds, seen: holds ? { from: master.name, to: heir.name } : [namedIs(named)] };
    });
    await write(run, heir, []);

    await strike(run, 'crash', heir);
    await recorder.eventually(DOWN, { withinMs: downAfterMs + SLACK_MS }, async () => {
      const { nodes } = await observer.look();
      const agreed = nodes.filter(
        ({ sentinel }) =>
          sentinel && 'view' in sentinel && sentinel.view.master.flags.includes('o_down'),
      );
      const holds = agreed.length > 0;
      const waits = [message('incident.not-down', { node: heir.name })];
      return { holds, seen: holds ? { node: heir.name } : waits };
    });

    await startAgain(run, master);
    await recorder.eventually(BACK, { withinMs: SLACK_MS }, async () => {
      const count = await recordsOf(run, master);
      const seen = [holding({ node: master.name, count })];
      if (count !== undefined && count > 0) return { holds: false, final: true, seen };
      const holds = count === 0 && (await isSeen(run, master));
      return { holds, seen: holds ? { node: master.name } : seen };
    });
    const since = now();
    await settle(run, longest + 2 * failoverTimeoutMs, async () => {
      const named = namedMaster(lab, await observer.look());
      const count = await recordsOf(run, master);
      const seen = [namedIs(named), holding({ node: master.name, count })];
      // Nobody promotes what is gone again.
      if (count !== 0) return { seen };
      if (named === master) return { outcome: 'reproduced', seen };
      // One that began before may not have known it yet.
      const tried = listener.first('+try-failover', since);
      const none = tried && listener.first('-failover-abort-no-good-slave', tried.at);
      return none ? { outcome: 'fixed-here', seen: listener.said(tried.at) } : { seen };
    });
  },
});
