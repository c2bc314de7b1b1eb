/** Fewer Sentinels are left than the quorum asks for, and the master crashes: nobody is promoted until they are back. */
import type { LabModel } from '../model/model.js';
import { askOnce, Refusal } from '../redis-view/connection.js';
import { sentinelEndpoint } from '../redis-view/endpoints.js';
import { message, quoted } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { watchMs } from './calm.js';
import { CRASHED } from './failover/claims.js';
import { crash, sendCrash } from './failover/crash.js';
import { failoverBy } from './failover/failover.js';
import { type FailoverRun, SLACK_MS } from './failover/failover-run.js';
import type { Story } from './failover/story.js';
import { masterEvent } from './measure.js';
import {
  bringBack,
  counting,
  nobodyPromoted,
  sendAway,
  staying,
  stillRunning,
} from './sentinels-away.js';

/** How long a Sentinel counts what another one said of the master (5 × SENTINEL_ASK_PERIOD), milliseconds. */
const STALE_MS = 5000;

const ENDED: Claim = { code: 'quorum-lost.ended' };
const RETURNED: Claim = { code: 'quorum-lost.returned' };

function noQuorum({ sentinel: { quorum } }: LabModel): Claim {
  return { code: 'quorum-lost.no-quorum', values: { quorum } };
}

function alone({ sentinel: { downAfterMs } }: LabModel): Claim {
  return { code: 'quorum-lost.alone', values: { downAfterMs } };
}

/**
 * A Sentinel promotes no replica whose link has been down for longer than ten times down-after and the time for which it has seen the
 * master down itself (sentinel.c, sentinelSelectSlave). One that comes back sees it down for no time: after nine times down-after
 * it could not promote any. Milliseconds.
 */
function awayMs(lab: LabModel): number {
  return Math.min(watchMs(lab), 6 * lab.sentinel.downAfterMs);
}

function nobody(lab: LabModel): Claim {
  return { code: 'quorum-lost.nobody', values: { forMs: awayMs(lab) } };
}

const story: Story = {
  ...crash,
  name: 'quorum-lost',
  needs: { sentinels: 2, quorum: 2, faults: ['sentinel-end'] },
  struck: (lab) => [ENDED, CRASHED, alone(lab), noQuorum(lab), nobody(lab), RETURNED],
  strike,
};

export const quorumLost = failoverBy(story);

async function strike(failover: FailoverRun): Promise<void> {
  const { context, lab, listener } = failover;
  const { recorder } = context;
  const { quorum, downAfterMs, masterName } = lab.sentinel;
  const left = staying(failover, quorum - 1);
  const away = await sendAway(failover, left);
  const named = (nodes: typeof left) => nodes.map(({ name }) => name).join(', ');
  // For five seconds a Sentinel counts what others said of a master before, be they gone, or the master another one by now.
  await recorder.eventually(ENDED, { withinMs: STALE_MS + SLACK_MS }, async () => {
    const runs = await stillRunning(context, away);
    const count = await counting(context, left);
    const holds = runs.length === 0 && count.length === 0;
    if (holds) return { holds, seen: { ended: named(away), left: named(left) } };
    return {
      holds,
      seen: [
        ...runs.map(({ name: node }) => message('quorum-lost.runs', { node })),
        ...count.map(({ name: node }) => message('quorum-lost.stale', { node })),
      ],
    };
  });
  await sendCrash(failover);

  await recorder.eventually(alone(lab), { withinMs: downAfterMs + SLACK_MS }, () => {
    const event = listener.first('+sdown', failover.fault, masterEvent(failover));
    if (!event) return { holds: false, seen: listener.said(failover.fault) };
    return { holds: true, seen: { node: event.node, ms: event.at - failover.fault } };
  });
  await recorder.eventually(noQuorum(lab), { withinMs: downAfterMs + SLACK_MS }, async () => {
    const said = await Promise.all(
      left.map(async (node) =>
        askOnce(sentinelEndpoint(node), ['SENTINEL', 'CKQUORUM', masterName]).then(
          (text) => ({ no: false, node: node.name, said: String(text) }),
          (error: Error) => ({
            no: error instanceof Refusal && error.message.startsWith('NOQUORUM'),
            node: node.name,
            said: error.message,
          }),
        ),
      ),
    );
    const each = said.map(({ node, said }) => ({ node, said }));
    if (said.every(({ no }) => no)) return { holds: true, seen: { each } };
    return { holds: false, seen: said.map((one) => quoted(`${one.node}: ${one.said}`)) };
  });
  const events = ['+odown', '+try-failover', '+switch-master'];
  await nobodyPromoted(failover, nobody(lab), events, failover.fault + awayMs(lab));
  await bringBack(failover, RETURNED, away);
}
