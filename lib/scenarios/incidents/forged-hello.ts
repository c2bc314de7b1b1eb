/** Whoever may PUBLISH on a monitored server makes all Sentinels name a master of his choice, without a vote. Here it is a replica of the lab. */
import { now } from '../../clock.js';
import { sentinelsOf } from '../../model/model.js';
import { askOnce } from '../../redis-view/connection.js';
import { redisEndpoint } from '../../redis-view/endpoints.js';
import { message } from '../../report/messages.js';
import type { Claim } from '../../verify/recorder.js';
import { SLACK_MS } from '../failover/failover-run.js';
import { HEARD_MS, HELLO, helloOf, nextEpoch, tellAll, views, viewTold } from './hello.js';
import { incidentOf, settle } from './incident.js';

const PUBLISHED: Claim = { code: 'forged-hello.published', values: { channel: HELLO } };

export const forgedHello = incidentOf({
  name: 'forged-hello',
  link: 'https://github.com/redis/docs/pull/3607',
  needs: { replicas: 1, sentinels: 2 },
  steps: [PUBLISHED],
  async run(run) {
    const { context, lab, master, replicas, listener, undo } = run;
    const [chosen] = replicas;
    const [from, ...others] = sentinelsOf(lab);
    if (!chosen || !from) throw new Error('the lab has no replica, or no Sentinel');
    const hello = await helloOf(lab, from, chosen, await nextEpoch(lab));
    undo.push(() => tellAll(lab, master));
    const since = now();
    const heard = Number(await askOnce(redisEndpoint(master), ['PUBLISH', HELLO, hello]));
    const holds = heard > others.length;
    const seen = { node: chosen.name, count: heard };
    context.recorder.found(PUBLISHED, holds, holds ? seen : [message('incident.heard', seen)]);
    await settle(run, HEARD_MS + SLACK_MS, async () => {
      const each = await views(lab);
      const told = each.map(viewTold);
      // Nobody voted, and nobody was promoted.
      const voted = listener.first('+try-failover', since) !== undefined;
      if (each.every((view) => view.master === chosen) && !voted) {
        return { outcome: 'reproduced', seen: told };
      }
      const kept = each.every((view) => view.master === master);
      const over = now() - since >= HEARD_MS;
      return kept && over ? { outcome: 'fixed-here', seen: told } : { seen: told };
    });
  },
});
