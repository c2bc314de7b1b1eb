/** The Sentinel that was elected to lead the failover dies: another one is elected in a later epoch, and finishes it. */
import { type NodeModel, sentinelsOf } from '../model/model.js';
import { askOnce } from '../redis-view/connection.js';
import { sentinelEndpoint } from '../redis-view/endpoints.js';
import { quoted } from '../report/messages.js';
import { reelectionBounds } from '../verify/phases.js';
import type { Claim } from '../verify/recorder.js';
import { CRASHED } from './failover/claims.js';
import { crash, sendCrash } from './failover/crash.js';
import { failoverBy } from './failover/failover.js';
import { type FailoverRun, healed, SLACK_MS } from './failover/failover-run.js';
import type { Story } from './failover/story.js';

const ARMED: Claim = { code: 'leader-dies.armed' };
const DIED: Claim = { code: 'leader-dies.died' };

const story: Story = {
  ...crash,
  name: 'leader-dies',
  // Two must be left, and be a majority.
  needs: { sentinels: 3 },
  struck: () => [ARMED, CRASHED],
  agreed: [DIED],
  strike,
  onAgreed,
  onPromoted,
};

export const leaderDies = failoverBy(story);

/** `SIMULATE-FAILURE` without a failure, or with `help`, takes back what was asked for before. */
async function simulate(node: NodeModel, failure: 'crash-after-election' | 'help'): Promise<void> {
  await askOnce(sentinelEndpoint(node), ['SENTINEL', 'SIMULATE-FAILURE', failure]);
}

async function strike(failover: FailoverRun): Promise<void> {
  const { context, lab, undo } = failover;
  const sentinels = sentinelsOf(lab);
  context.breaks();
  undo.push(async () => {
    await Promise.all(sentinels.map(async (node) => simulate(node, 'help').catch(() => undefined)));
  });
  const refused = await Promise.all(
    sentinels.map(async (node) =>
      simulate(node, 'crash-after-election').then(
        () => [],
        (error: Error) => [quoted(`${node.name}: ${error.message}`)],
      ),
    ),
  );
  const seen = refused.flat();
  const armed = { sentinels: sentinels.map(({ name }) => name).join(', ') };
  context.recorder.found(ARMED, seen.length === 0, seen.length === 0 ? armed : seen);
  await sendCrash(failover);
}

/** Its `+elected-leader` is not heard: it ends before it has sent it. */
async function onAgreed(failover: FailoverRun): Promise<void> {
  const { context, lab, listener, fault } = failover;
  const { recorder } = context;
  const { downAfterMs, failoverTimeoutMs } = lab.sentinel;
  failover.bounds.election = reelectionBounds(downAfterMs, failoverTimeoutMs);
  // One that has voted a short while ago waits for twice the failover timeout before it tries.
  const within = { withinMs: 2 * failoverTimeoutMs + SLACK_MS };
  const dead = await recorder.eventually(DIED, within, () => {
    const loss = listener.losses.find(({ at }) => at >= fault);
    if (loss) return { holds: true, seen: { node: loss.node, ms: loss.at - fault }, value: loss };
    return { holds: false, seen: listener.said(fault) };
  });
  // Or the next one would die as well.
  for (const node of sentinelsOf(lab)) if (node.name !== dead.node) await simulate(node, 'help');
}

/** The one that died is told of the new master by the others. */
async function onPromoted(failover: FailoverRun): Promise<void> {
  const { listener, fault } = failover;
  const node = listener.losses.find(({ at }) => at >= fault)?.node;
  if (node !== undefined) await healed(failover, { only: [{ node, service: 'sentinel' }] });
}
