/** The master crashes; a replica takes over; the old master comes back. */
import type { NodeModel } from '../../model/model.js';
import { redisNodes } from '../../redis-view/endpoints.js';
import { message } from '../../report/messages.js';
import type { Scenario } from '../../verify/context.js';
import { agreedMaster } from '../../verify/health.js';
import { SentinelListener } from '../../verify/sentinel-listener.js';
import { claimWhole } from '../../verify/whole.js';
import { Writer } from '../../verify/writer.js';
import { claimDemokey } from '../demokey.js';
import { measure, storedRecords } from '../measure.js';
import { CLIENT_WRITES, failoverClaims } from './claims.js';
import { crash } from './crash.js';
import { type FailoverRun, lastOf, SLACK_MS } from './failover-run.js';
import { recovery, restoreSentinels } from './recovery.js';
import { saveFirst, untilReplaced } from './rescue.js';
import { takeover } from './takeover.js';

export const failover: Scenario = {
  name: 'failover',
  claims: failoverClaims,
  needs: { replicas: 1 },
  measures: true,
  async run(context, sections) {
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
      writer: new Writer(lab, {
        key: context.keys.ledger,
        database: context.keys.database,
        ledger: context.newLedger(),
        onChange: (event, detail, at) => recorder.tell('client', event, detail, at),
      }),
      probe: undefined,
      revival: undefined,
      fault: Number.POSITIVE_INFINITY,
      crashed: false,
      restorePeriods: undefined,
    };
    try {
      await clientWrites(failover);
      await crash(failover);
      await recovery(failover, await takeover(failover));
    } finally {
      await leave(failover);
    }
  },
};

/**
 * Sentinel connects to a server at most once per ping period (1 s), so one that is lost right after it was found
 * is noticed late: the lab is left alone for a little more than that before it is broken.
 */
const UNDISTURBED_MS = 1100;

async function clientWrites(failover: FailoverRun): Promise<void> {
  const { context, master, writer } = failover;
  await saveFirst(failover);
  writer.start();
  await context.recorder.eventually(CLIENT_WRITES, { withinMs: SLACK_MS }, () => {
    const accepted = writer.ledger.entries.filter((each) => each.outcome === 'acknowledged');
    const last = writer.ledger.entries.at(-1);
    const spanMs = (accepted.at(-1)?.settledAt ?? 0) - (accepted[0]?.settledAt ?? 0);
    if (spanMs >= UNDISTURBED_MS && last?.outcome === 'acknowledged' && last.node === master.name) {
      return { holds: true, seen: { count: accepted.length, ms: spanMs, node: master.name } };
    }
    return {
      holds: false,
      seen: [message('client.wrote', { count: accepted.length, ms: spanMs }), ...lastOf(last)],
    };
  });
}

/** However it went: nothing of ours goes on, and what was found is kept. */
async function leave(failover: FailoverRun): Promise<void> {
  const { writer, probe, revival, listener, sections, master } = failover;
  listener.close();
  await untilReplaced(failover);
  await restoreSentinels(failover);
  await Promise.all([writer.stop(), probe?.stop(), revival?.stop()]);
  const holder = probe?.accepted?.node ?? master;
  if (!sections.ledger) {
    measure(failover, await storedRecords(holder, failover.context.keys).catch(() => undefined));
  }
}
