/**
 * The master's node is cut off from the others, with a client on its side and one on the other. The majority promotes a replica; what
 * the cut-off master acknowledges meanwhile is lost, and `min-replicas-to-write` limits how much that is.
 */
import { now } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { message } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { failoverBy } from './failover/failover.js';
import {
  beganAt,
  breaksMaster,
  type FailoverRun,
  healed,
  lastOf,
  onlyReplicas,
  SLACK_MS,
} from './failover/failover-run.js';
import type { Aftermath, Story } from './failover/story.js';
import { lateWrites, stayWithOldMaster } from './late-writes.js';
import { LAG_LIMIT_MS, wantsReplicas } from './replicas-lost.js';

const CUT_OFF: Claim = { code: 'partition.cut-off' };
const LATE_WRITES: Claim = { code: 'partition.late-writes' };

function limited(lab: LabModel): Claim {
  const { minReplicasToWrite: min } = lab.redis;
  return { code: 'partition.limited', values: { min, withinMs: LAG_LIMIT_MS } };
}

const story: Story = {
  name: 'partition',
  // Without the master's own, two must be left to agree.
  needs: { sentinels: 3, faults: ['partition'] },
  silent: true,
  takesSentinel: true,
  struck: () => [CUT_OFF],
  rejoined: { code: 'partition.rejoined' },
  promoted: (lab) => (lab.redis.minReplicasToWrite > 0 ? [limited(lab)] : []),
  accounted: [LATE_WRITES],
  strike,
  onPromoted,
  heal,
};

export const partition = failoverBy(story);

async function strike(failover: FailoverRun): Promise<void> {
  const { master, writer, clients, context } = failover;
  const { recorder, backend } = context;
  const node = master.name;
  await onlyReplicas(failover, CUT_OFF);
  stayWithOldMaster(failover);
  const asked = breaksMaster(failover, 'partition');
  await backend.inject('partition', node);
  // The clients are on the other side: this machine reaches both.
  for (const each of [writer, clients]) each.cutOff([node]);
  const cut = now();
  await recorder.eventually(CUT_OFF, { withinMs: SLACK_MS }, async () => {
    const { filtering = [] } = await backend.status();
    if (filtering.some((each) => each.node === node)) return { holds: true, seen: { node } };
    return { holds: false, seen: [message('partition.whole', { node })] };
  });
  beganAt(failover, asked, writer.ledger.lastAcknowledgedSentBefore(cut));
}

/** The master that is cut off takes no writes any more, if it wants replicas. */
async function onPromoted({ context, lab, late, fault }: FailoverRun): Promise<void> {
  if (lab.redis.minReplicasToWrite === 0 || !late) return;
  const { recorder } = context;
  await recorder.eventually(limited(lab), { withinMs: LAG_LIMIT_MS + SLACK_MS }, () => {
    const { entries } = late.ledger;
    const last = entries.findLast(({ outcome }) => outcome === 'acknowledged');
    const refused = entries.find(
      (each) => each.number > (last?.number ?? 0) && wantsReplicas(each),
    );
    if (!refused) return { holds: false, seen: lastOf(entries.at(-1)) };
    return { holds: true, seen: { ms: Math.max(0, (last?.settledAt ?? fault) - fault) } };
  });
}

async function heal(failover: FailoverRun): Promise<Aftermath> {
  const { context, writer, clients, fault } = failover;
  await healed(failover);
  for (const each of [writer, clients]) each.cutOff([]);
  return {
    async account(promoted: NodeModel) {
      const { values, flaws } = await lateWrites(failover, promoted, fault);
      const holds = flaws.length === 0;
      context.recorder.found(LATE_WRITES, holds, holds ? values : flaws);
    },
  };
}
