/**
 * The master hangs for longer than down-after, and goes on: it still takes itself for the master, and what it acknowledges
 * until a Sentinel makes a replica of it is lost.
 */
import { now } from '../clock.js';
import { askOnce } from '../redis-view/connection.js';
import { redisEndpoint } from '../redis-view/endpoints.js';
import { message } from '../report/messages.js';
import { Probe } from '../verify/probe.js';
import type { Claim } from '../verify/recorder.js';
import { failoverBy } from './failover/failover.js';
import { type FailoverRun, healed, onlyReplicas, SLACK_MS } from './failover/failover-run.js';
import type { Aftermath, Story } from './failover/story.js';
import { lateWrites, stayWithOldMaster } from './late-writes.js';

const HANGS: Claim = { code: 'hang.hangs' };
const LATE_WRITES: Claim = { code: 'hang.late-writes' };

/** How long an answer is waited for from one that is to give none, milliseconds. */
const SILENT_MS = 250;

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
  const { master, writer, context, sections } = failover;
  const { recorder, backend } = context;
  await onlyReplicas(failover, HANGS);
  context.breaks();
  const node = master.name;
  sections.fault = { kind: 'hang', node };
  const asked = now();
  recorder.zero = asked;
  recorder.tell('scenario', 'fault', [message('event.fault', { kind: 'hang', node })], asked);
  failover.probe = new Probe(failover.others, context.keys);
  await backend.inject('hang', node);
  // It stopped somewhere between the last write that it answered and the next.
  const stopped = now();
  await recorder.eventually(HANGS, { withinMs: SLACK_MS }, async () => {
    const state = (await backend.status()).services.find(
      (each) => each.node === node && each.service === 'redis',
    )?.state;
    const answer = await askOnce(redisEndpoint(master), ['PING'], { timeoutMs: SILENT_MS }).catch(
      () => undefined,
    );
    if (state === 'hung' && answer === undefined) return { holds: true, seen: { node } };
    const said = answer === undefined ? [] : [message('hang.answers', { node })];
    return { holds: false, seen: [message('hang.state', { node, state: state ?? '?' }), ...said] };
  });
  const last = writer.ledger.lastAcknowledgedBefore(stopped);
  failover.fault = Math.max(asked, last?.settledAt ?? asked);
  recorder.zero = failover.fault;
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
