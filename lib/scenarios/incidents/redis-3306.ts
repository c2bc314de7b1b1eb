/** The master is cut off together with one Sentinel: the majority beside the replicas tries to fail over, and never does. */
import { now } from '../../clock.js';
import { sentinelsOf } from '../../model/model.js';
import type { Claim } from '../../verify/recorder.js';
import { dropsPackets } from '../cut-off.js';
import { SLACK_MS } from '../failover/failover-run.js';
import { views, viewTold } from './hello.js';
import { agreedDown, DOWN, incidentOf, isMaster, settle, strike } from './incident.js';

const CUT_OFF: Claim = { code: 'redis-3306.cut-off' };

export const redis3306 = incidentOf({
  name: 'redis-3306',
  link: 'https://github.com/redis/redis/issues/3306',
  needs: { replicas: 2, sentinels: 3, faults: ['partition'] },
  steps: [CUT_OFF, DOWN],
  async run(run) {
    const { context, lab, master, listener } = run;
    const { downAfterMs, failoverTimeoutMs } = lab.sentinel;
    const majority = sentinelsOf(lab).filter((node) => node !== master);
    const since = now();
    await strike(run, 'partition', master);
    await dropsPackets({ context, master }, CUT_OFF);
    await agreedDown(run, master, since);
    // Who is not elected tries again after twice the failover timeout.
    const longest = downAfterMs + 2 * failoverTimeoutMs + SLACK_MS;
    await settle(run, longest + SLACK_MS, async () => {
      const each = await views(lab, majority);
      const seen = [...each.map(viewTold), ...listener.said(since)];
      const named = each[0]?.master;
      if (!named || each.some((view) => view.master !== named)) return { seen };
      if (named !== master) {
        return (await isMaster(named)) ? { outcome: 'fixed-here', seen } : { seen };
      }
      const aborted = listener.events.some(
        ({ type, at }) => type.startsWith('-failover-abort-') && at >= since,
      );
      // It must be cut off to the end.
      const over = now() - since >= longest && each.every(({ isDown }) => isDown);
      return aborted && over ? { outcome: 'reproduced', seen } : { seen };
    });
  },
});
