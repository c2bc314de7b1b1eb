/** DEBUG SEGFAULT, sent as the course sends it. */
import { now } from '../../clock.js';
import { run } from '../../command/run.js';
import { Connection } from '../../redis-view/connection.js';
import { redisEndpoint } from '../../redis-view/endpoints.js';
import { message } from '../../report/messages.js';
import { Probe } from '../../verify/probe.js';
import { CRASHED } from './claims.js';
import { type FailoverRun, healed, onlyReplicas } from './failover-run.js';
import { saveFirst } from './rescue.js';
import type { Story } from './story.js';

/** The crash report alone was seen to take three seconds. */
const WITHIN_MS = 15_000;
/** Between two questions to the crashed server: an early return is reported, not measured. Milliseconds. */
const REVIVAL_EVERY_MS = 100;

export const crash: Story = {
  name: 'failover',
  needs: {},
  struck: () => [CRASHED],
  rejoined: { code: 'failover.rejoined' },
  prepare: saveFirst,
  strike: sendCrash,
  async heal(failover) {
    await healed(failover);
    return undefined;
  },
};

/** Crashes the master, and claims that it is gone. */
export async function sendCrash(failover: FailoverRun): Promise<void> {
  const { master, writer } = failover;
  const { recorder, backend } = failover.context;
  await onlyReplicas(failover, CRASHED);
  const watch = await Connection.open(redisEndpoint(master), { timeoutMs: WITHIN_MS });
  let closedAt: number | undefined;
  void watch.closed.then(() => {
    closedAt = now();
  });
  const call = await backend.invocation(master.name, ['redis-cli', 'DEBUG', 'SEGFAULT']);

  failover.context.breaks();
  failover.crashed = true;
  failover.sections.fault = { kind: 'crash', node: master.name };
  const asked = now();
  recorder.zero = asked;
  const node = master.name;
  recorder.tell('scenario', 'fault', [message('event.crash', { node })], asked);
  failover.probe = new Probe(failover.others, failover.context.keys);
  let answer: string | undefined;
  const command = run(call, { deadlineMs: WITHIN_MS, signal: recorder.signal }).then(
    ({ stdout, stderr }) => {
      answer = `${stdout}${stderr}`.trim();
    },
    (error: Error) => {
      answer = error.message;
    },
  );
  try {
    await recorder.eventually(CRASHED, { withinMs: WITHIN_MS }, () => {
      if (closedAt !== undefined) {
        // By then, every write that was sent before has its entry.
        if (writer.lastBegan > closedAt) return { holds: true, seen: { ms: closedAt - asked } };
        return { holds: false, seen: [message('client.quiet')] };
      }
      const said = answer === undefined ? [] : [message('crash.answer', { said: answer })];
      const refused = /\b(?:ERR|NOPERM|NOAUTH)\b/.test(answer ?? '');
      return { holds: false, final: refused, seen: [message('crash.runs', { node }), ...said] };
    });
  } finally {
    watch.close();
    await command;
  }
  const gone = closedAt ?? now();
  // The server stopped serving somewhere between the last write that it answered and the next.
  const last = writer.ledger.lastAcknowledgedSentBefore(gone);
  failover.fault = Math.max(asked, last?.settledAt ?? asked);
  recorder.zero = failover.fault;
  recorder.tell('scenario', 'server gone', [message('event.closed', { node })], gone);
  failover.revival = new Probe([master], failover.context.keys, REVIVAL_EVERY_MS);
}
