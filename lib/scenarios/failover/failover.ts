/** The master is broken; a replica takes over; the old master comes back. How it is broken tells a story. */
import type { NodeModel } from '../../model/model.js';
import { redisNodes } from '../../redis-view/endpoints.js';
import type { Scenario, ScenarioContext, Sections } from '../../verify/context.js';
import { agreedMaster } from '../../verify/health.js';
import { promotionBounds } from '../../verify/phases.js';
import { SentinelListener } from '../../verify/sentinel-listener.js';
import { claimWhole } from '../../verify/whole.js';
import { claimDemokey } from '../demokey.js';
import { followingClient } from '../following-client.js';
import { startClients } from '../history.js';
import { measure, storedRecords } from '../measure.js';
import { failoverClaims } from './claims.js';
import { clientWrites } from './client-writes.js';
import type { FailoverRun } from './failover-run.js';
import { recovery, restoreSentinels } from './recovery.js';
import { untilReplaced } from './rescue.js';
import type { Story } from './story.js';
import { takeover } from './takeover.js';

export function failoverBy(story: Story): Scenario {
  return {
    name: story.name,
    claims: (lab) => failoverClaims(lab, story),
    needs: { replicas: 1, ...story.needs },
    measures: true,
    run: (context, sections) => run(story, context, sections),
  };
}

async function run(story: Story, context: ScenarioContext, sections: Sections): Promise<void> {
  const { lab, recorder } = context;
  const seen = await claimWhole(context);
  const master = agreedMaster(lab, seen) as NodeModel;
  sections.master = master.name;
  const others = redisNodes(lab).filter((node) => node !== master);
  await claimDemokey(context, master, others);
  const failover: FailoverRun = {
    context,
    lab,
    sections,
    master,
    others,
    listener: await SentinelListener.listen(lab, recorder),
    writer: followingClient(context),
    clients: startClients(context, story.silent || story.planned ? [master] : []),
    silent: story.silent ?? false,
    planned: story.planned ?? false,
    probe: undefined,
    revival: undefined,
    late: undefined,
    fault: Number.POSITIVE_INFINITY,
    crashed: false,
    restorePeriods: undefined,
    lost: [],
    undo: [],
    bounds: promotionBounds(lab.redis.minReplicasToWrite),
  };
  try {
    await story.prepare?.(failover);
    await clientWrites(failover);
    await story.strike(failover);
    await recovery(failover, story, await takeover(failover, story));
  } finally {
    await leave(failover);
  }
}

/** However it went: nothing of ours goes on, and what was found is kept. */
async function leave(failover: FailoverRun): Promise<void> {
  const { writer, clients, late, probe, revival, listener, sections, master } = failover;
  listener.close();
  await untilReplaced(failover);
  await restoreSentinels(failover);
  for (const undo of failover.undo) await undo();
  await Promise.all([writer.stop(), clients.stop(), late?.stop(), probe?.stop(), revival?.stop()]);
  const holder = probe?.accepted?.node ?? master;
  if (!sections.ledger) {
    await listener.date(failover.context.logs);
    measure(failover, await storedRecords(holder, failover.context.keys).catch(() => undefined));
  }
}
