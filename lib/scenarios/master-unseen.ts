/**
 * What the Sentinels send to the master is lost; clients and replicas still reach it. A replica takes over all the same: the old
 * master stays one beside it until a Sentinel reaches it again, and what it acknowledges meanwhile is lost.
 */
import { now } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { message } from '../report/messages.js';
import { AGREEMENT_MS, detectionBounds } from '../verify/phases.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../verify/recorder.js';
import { dropsPackets } from './cut-off.js';
import { failoverBy } from './failover/failover.js';
import {
  breaksMaster,
  type FailoverRun,
  healed,
  lastOf,
  SLACK_MS,
} from './failover/failover-run.js';
import type { Story } from './failover/story.js';
import { BESIDE, claimBeside, stayWithOldMaster } from './late-writes.js';
import { LAG_LIMIT_MS, wantsReplicas } from './replicas-lost.js';

const UNSEEN: Claim = { code: 'master-unseen.unseen' };
const REACHED: Claim = { code: 'master-unseen.reached' };

/** Its replicas leave it one after the other, a second or two apart; the rest is as where they are lost. */
function left({ redis: { minReplicasToWrite: min } }: LabModel): Claim {
  return { code: 'master-unseen.left', values: { min } };
}

const story: Story = {
  name: 'master-unseen',
  needs: { sentinels: 2, faults: ['partition'] },
  silent: true,
  struck: () => [UNSEEN, REACHED],
  rejoined: { code: 'partition.rejoined' },
  promoted: (lab) => (lab.redis.minReplicasToWrite > 0 ? [left(lab)] : []),
  accounted: [BESIDE],
  strike,
  onPromoted,
  heal,
};

export const masterUnseen = failoverBy(story);

async function strike(failover: FailoverRun): Promise<void> {
  const { context, lab, master, bounds } = failover;
  const { recorder, backend } = context;
  stayWithOldMaster(failover);
  const asked = await breaksMaster(failover, 'partition', UNSEEN);
  await backend.inject('partition', master.name, { traffic: 'sentinel' });
  // One Sentinel may have lost it when another still saw it.
  const startMs = now() - asked;
  bounds.detection = detectionBounds(lab.sentinel.downAfterMs, startMs);
  bounds.agreement = [0, AGREEMENT_MS + startMs];
  await dropsPackets(failover, UNSEEN);
  await stillReached(failover, now());
  failover.fault = asked;
  recorder.zero = asked;
}

async function stillReached(
  { context, writer, master, others }: FailoverRun,
  since: number,
): Promise<void> {
  const { recorder, observer } = context;
  const within = { withinMs: SLACK_MS, everyMs: ASK_ALL_EVERY_MS };
  await recorder.eventually(REACHED, within, async () => {
    const { nodes } = await observer.look();
    const linked = others.filter((other) =>
      nodes.some(
        ({ node, redis }) => node === other && redis && 'view' in redis && redis.view.linkUp,
      ),
    );
    const first = writer.ledger.firstAcknowledgedAfter(since);
    const replicas = linked.map(({ name }) => name).join(', ');
    if (first?.node === master.name && linked.length === others.length) {
      return { holds: true, seen: { record: first.number, node: master.name, replicas } };
    }
    const links = message('master-unseen.links', { replicas: linked.length });
    return { holds: false, seen: [links, ...lastOf(writer.ledger.entries.at(-1))] };
  });
}

/** Its replicas follow the new master, and it takes no writes any more, if it wants replicas. */
async function onPromoted({ context, lab, late, fault }: FailoverRun): Promise<void> {
  if (lab.redis.minReplicasToWrite === 0 || !late) return;
  await context.recorder.eventually(left(lab), { withinMs: LAG_LIMIT_MS + SLACK_MS }, () => {
    const { entries } = late.ledger;
    const last = entries.at(-1);
    if (!last || !wantsReplicas(last)) return { holds: false, seen: lastOf(last) };
    const taken = entries.findLast(({ outcome }) => outcome === 'acknowledged');
    return { holds: true, seen: { ms: Math.max(0, (taken?.settledAt ?? fault) - fault) } };
  });
}

async function heal(failover: FailoverRun) {
  await healed(failover);
  return { account: (promoted: NodeModel) => claimBeside(failover, promoted) };
}
