/** Sentinels name different masters by the same configuration epoch: none of them learns from the others, and nothing is said about it. */
import { now } from '../../clock.js';
import { sentinelsOf } from '../../model/model.js';
import type { Claim } from '../../verify/recorder.js';
import { SLACK_MS } from '../failover/failover-run.js';
import { HEARD_MS, nextEpoch, tell, tellAll, views, viewTold } from './hello.js';
import { incidentOf, settle } from './incident.js';

const SPLIT: Claim = { code: 'redis-12271.split' };

export const redis12271 = incidentOf({
  name: 'redis-12271',
  link: 'https://github.com/redis/redis/issues/12271',
  needs: { replicas: 1, sentinels: 2 },
  steps: [SPLIT],
  async run(run) {
    const { context, lab, master, replicas, undo } = run;
    const [other] = replicas;
    const [first, ...rest] = sentinelsOf(lab);
    if (!other || !first) throw new Error('the lab has no replica, or no Sentinel');
    const epoch = await nextEpoch(lab);
    undo.push(() => tellAll(lab, master));
    await Promise.all([
      tell(lab, first, master, epoch),
      ...rest.map((node) => tell(lab, node, other, epoch)),
    ]);
    const split = async () => {
      const each = await views(lab);
      const named = new Set(each.map((view) => view.master));
      return { each, isSplit: named.size > 1 && each.every((view) => view.epoch === epoch) };
    };
    await context.recorder.eventually(SPLIT, { withinMs: 0 }, async () => {
      const { each, isSplit } = await split();
      const nodes = [...new Set(each.map((view) => view.master?.name ?? '?'))].join(', ');
      return { holds: isSplit, seen: isSplit ? { nodes, epoch } : each.map(viewTold) };
    });
    const since = now();
    await settle(run, HEARD_MS + SLACK_MS, async () => {
      const { each, isSplit } = await split();
      const seen = each.map(viewTold);
      if (isSplit) return now() - since >= HEARD_MS ? { outcome: 'reproduced', seen } : { seen };
      const agreed = each.every((view) => view.master === each[0]?.master);
      return agreed ? { outcome: 'fixed-here', seen } : { seen };
    });
  },
});
