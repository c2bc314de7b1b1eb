/**
 * The master's node is cut off from the others, with a client on its side and one on the other. The majority promotes a replica; what
 * the cut-off master acknowledges meanwhile is lost, and `min-replicas-to-write` limits how much that is.
 */
import { now } from '../clock.js';
import type { FaultOptions } from '../faults/options.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { message } from '../report/messages.js';
import type { Scenario, ScenarioNeeds } from '../verify/context.js';
import { detectionBounds } from '../verify/phases.js';
import type { Claim } from '../verify/recorder.js';
import { failoverBy } from './failover/failover.js';
import {
  beganAt,
  breaksMaster,
  type FailoverRun,
  healed,
  lastOf,
  SLACK_MS,
} from './failover/failover-run.js';
import { BESIDE, claimBeside, lateWrites, stayWithOldMaster } from './late-writes.js';
import { LAG_LIMIT_MS, wantsReplicas } from './replicas-lost.js';

/** What makes one of these stories differ from another. */
export interface CutOff {
  readonly name: string;
  readonly needs?: ScenarioNeeds;
  /** What is lost between the nodes, where something may still pass. Default: everything. */
  readonly options?: FaultOptions;
  /** That the master is cut off. */
  readonly cutOff: Claim;
  /** What is claimed of that which is done to the lab before. */
  readonly first?: (lab: LabModel) => readonly Claim[];
  /** Does it, and claims {@link first}. */
  before?(failover: FailoverRun): Promise<void>;
  /** What is claimed of the replica that was promoted. */
  readonly chosen?: Claim;
  /** Claims {@link chosen}. */
  onChosen?(failover: FailoverRun): Promise<void>;
}

const LATE_WRITES: Claim = { code: 'partition.late-writes' };

function limited(lab: LabModel): Claim {
  const { minReplicasToWrite: min } = lab.redis;
  return { code: 'partition.limited', values: { min, withinMs: LAG_LIMIT_MS } };
}

export function cutOffBy(story: CutOff): Scenario {
  const { name, needs, cutOff, first, chosen, options } = story;
  return failoverBy({
    name,
    // Without the master's own, two must be left to agree.
    needs: { sentinels: 3, faults: ['partition'], ...needs },
    silent: true,
    takesSentinel: true,
    struck: (lab) => [...(first?.(lab) ?? []), cutOff],
    rejoined: { code: 'partition.rejoined' },
    promoted: (lab) => [
      ...(chosen ? [chosen] : []),
      ...(lab.redis.minReplicasToWrite > 0 ? [limited(lab)] : []),
    ],
    accounted: [options ? BESIDE : LATE_WRITES],
    strike: (failover) => strike(failover, story),
    async onPromoted(failover) {
      await story.onChosen?.(failover);
      await takesNoWrites(failover);
    },
    heal: (failover) => heal(failover, story),
  });
}

async function strike(failover: FailoverRun, story: CutOff): Promise<void> {
  const { master, writer, clients, context } = failover;
  const node = master.name;
  await story.before?.(failover);
  stayWithOldMaster(failover);
  const asked = await breaksMaster(failover, 'partition', story.cutOff);
  await context.backend.inject('partition', node, story.options);
  // The clients are on the other side: this machine reaches both.
  for (const each of [writer, clients]) each.cutOff([node]);
  const cut = now();
  failover.cutAt = cut;
  await dropsPackets(failover, story.cutOff);
  beganAt(failover, asked, writer.ledger.lastAcknowledgedSentBefore(cut));
  // What this machine's clients write arrives until the last rule is there; between the nodes, the first one may have cut already.
  const { bounds, lab } = failover;
  const [least, most] = bounds.detection ?? detectionBounds(lab.sentinel.downAfterMs, 0);
  bounds.detection = [least - (cut - asked), most];
}

/** Waits until the packet filter has dropped something: that it has rules shows little. */
export async function dropsPackets(
  {
    context: { recorder, backend },
    master: { name: node },
  }: Pick<FailoverRun, 'context' | 'master'>,
  claim: Claim,
): Promise<void> {
  await recorder.eventually(claim, { withinMs: SLACK_MS, everyMs: LOOK_EVERY_MS }, async () => {
    const { packets } = await filtered(backend, 'partition', node);
    if (packets > 0) return { holds: true, seen: { node, packets } };
    return { holds: false, seen: [message('partition.whole', { node })] };
  });
}

/** Between two looks at the rules of every node, milliseconds. */
export const LOOK_EVERY_MS = 200;

/** How many packets have met a fault of a node. */
export async function filtered(
  backend: FailoverRun['context']['backend'],
  fault: string,
  node: string,
): Promise<{ readonly packets: number }> {
  const { filtering = [] } = await backend.status();
  return filtering.find((each) => each.fault === fault && each.node === node) ?? { packets: 0 };
}

/** The master that is cut off takes no writes any more, if it wants replicas. */
async function takesNoWrites({ context, lab, late, fault }: FailoverRun): Promise<void> {
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

async function heal(failover: FailoverRun, { options }: CutOff) {
  const { context, writer, clients, cutAt } = failover;
  await healed(failover);
  for (const each of [writer, clients]) each.cutOff([]);
  return {
    async account(promoted: NodeModel) {
      if (options) return claimBeside(failover, promoted);
      const { values, flaws } = await lateWrites(failover, promoted, cutAt);
      const holds = flaws.length === 0;
      context.recorder.found(LATE_WRITES, holds, holds ? values : flaws);
    },
  };
}
