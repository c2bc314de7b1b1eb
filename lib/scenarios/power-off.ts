/** The master's node loses its power, and its Sentinel with it: the others agree without it. */
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
import { saveFirst } from './failover/rescue.js';
import type { Story } from './failover/story.js';

const GONE: Claim = { code: 'power-off.gone' };

const story: Story = {
  name: 'power-off',
  // Without the master's own, two must be left to agree.
  needs: { sentinels: 3, faults: ['power-off'] },
  silent: true,
  takesSentinel: true,
  struck: () => [GONE],
  rejoined: { code: 'power-off.rejoined' },
  prepare: saveFirst,
  strike,
  async heal(failover) {
    await healed(failover);
    return undefined;
  },
};

export const powerOff = failoverBy(story);

async function strike(failover: FailoverRun): Promise<void> {
  const { master, writer, context } = failover;
  const { recorder, backend } = context;
  const asked = await breaksMaster(failover, 'power-off', GONE);
  failover.crashed = true;
  await backend.inject('power-off', master.name);
  const off = now();
  await recorder.eventually(GONE, { withinMs: SLACK_MS }, async () => {
    if (!(await answers(failover))) return { holds: true, seen: { node: master.name } };
    return { holds: false, seen: [message('hang.answers', { node: master.name })] };
  });
  // It ended somewhere between the last write that it answered and the next.
  beganAt(failover, asked, writer.ledger.lastAcknowledgedBefore(off));
}
