/** The master's node loses its power, and its Sentinel with it: the others agree without it. */
import { now } from '../clock.js';
import { askOnce } from '../redis-view/connection.js';
import { redisEndpoint } from '../redis-view/endpoints.js';
import { message } from '../report/messages.js';
import { Probe } from '../verify/probe.js';
import type { Claim } from '../verify/recorder.js';
import { failoverBy } from './failover/failover.js';
import { type FailoverRun, healed, onlyReplicas, SLACK_MS } from './failover/failover-run.js';
import { saveFirst } from './failover/rescue.js';
import type { Story } from './failover/story.js';

const GONE: Claim = { code: 'power-off.gone' };

/** How long an answer is waited for from one that is to give none, milliseconds. */
const SILENT_MS = 250;

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
  const { master, writer, context, sections } = failover;
  const { recorder, backend } = context;
  await onlyReplicas(failover, GONE);
  context.breaks();
  failover.crashed = true;
  const values = { kind: 'power-off', node: master.name };
  sections.fault = values;
  const asked = now();
  recorder.zero = asked;
  recorder.tell('scenario', 'fault', [message('event.fault', values)], asked);
  failover.probe = new Probe(failover.others, context.keys);
  await backend.inject('power-off', master.name);
  const off = now();
  await recorder.eventually(GONE, { withinMs: SLACK_MS }, async () => {
    const answer = await askOnce(redisEndpoint(master), ['PING'], { timeoutMs: SILENT_MS }).catch(
      () => undefined,
    );
    if (answer === undefined) return { holds: true, seen: { node: master.name } };
    return { holds: false, seen: [message('hang.answers', { node: master.name })] };
  });
  // It ended somewhere between the last write that it answered and the next.
  const last = writer.ledger.lastAcknowledgedBefore(off);
  failover.fault = Math.max(asked, last?.settledAt ?? asked);
  recorder.zero = failover.fault;
}
