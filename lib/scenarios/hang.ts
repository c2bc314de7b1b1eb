/**
 * The master hangs for longer than down-after, and goes on: it still takes itself for the master, and what it acknowledges
 * until a Sentinel makes a replica of it is lost.
 */
import { now } from '../clock.js';
import { message } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { failoverBy } from './failover/failover.js';
import {
  answers,
  beganAt,
  breaksMaster,
  type FailoverRun,
  healed,
  SLACK_MS,
} from './failover/failover-run.js';
import type { Aftermath, Story } from './failover/story.js';
import { lateWrites, stayWithOldMaster } from './late-writes.js';

const HANGS: Claim = { code: 'hang.hangs' };
const LATE_WRITES: Claim = { code: 'hang.late-writes' };

const story: Story = {
  name: 'hang',
  needs: { faults: ['hang'] },
  silent: true,
  struck: () => [HANGS],
  rejoined: { code: 'hang.rejoined' },
  accounted: [LATE_WRITES],
  strike,
  heal,
};

export const hang = failoverBy(story);

async function strike(failover: FailoverRun): Promise<void> {
  const { master, writer, context } = failover;
  const { recorder, backend } = context;
  const node = master.name;
  const asked = await breaksMaster(failover, 'hang', HANGS);
  await backend.inject('hang', node);
  // It stopped somewhere between the last write that it answered and the next.
  const stopped = now();
  await recorder.eventually(HANGS, { withinMs: SLACK_MS }, async () => {
    const state = (await backend.status()).services.find(
      (each) => each.node === node && each.service === 'redis',
    )?.state;
    const answered = await answers(failover);
    if (state === 'hung' && !answered) return { holds: true, seen: { node } };
    const said = answered ? [message('hang.answers', { node })] : [];
    return { holds: false, seen: [message('hang.state', { node, state: state ?? '?' }), ...said] };
  });
  beganAt(failover, asked, writer.ledger.lastAcknowledgedBefore(stopped));
}

/** A client with the old master's address writes there from before it wakes until it is a replica. */
async function heal(failover: FailoverRun): Promise<Aftermath> {
  stayWithOldMaster(failover);
  await healed(failover);
  return {
    async account(promoted) {
      const { values, flaws } = await lateWrites(failover, promoted);
      const holds = flaws.length === 0;
      failover.context.recorder.found(LATE_WRITES, holds, holds ? values : flaws);
    },
  };
}
