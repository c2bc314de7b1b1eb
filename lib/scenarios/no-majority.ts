/**
 * The quorum is one, and one Sentinel is left when the master hangs: it alone takes the master for down, and is never elected,
 * since that needs a majority. Nobody is promoted.
 */
import { now } from '../clock.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { askOnce } from '../redis-view/connection.js';
import { sentinelEndpoint } from '../redis-view/endpoints.js';
import { message } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { type CalmRun, calmBy } from './calm.js';
import { healed, SLACK_MS } from './failover/failover-run.js';
import { masterEvent } from './measure.js';
import { sendAway, staying, stillRunning } from './sentinels-away.js';

/** The longest that a Sentinel waits for votes (`SENTINEL_ELECTION_TIMEOUT`), milliseconds; failover-timeout where that is shorter. */
const ELECTION_MS = 10_000;

const LEFT: Claim = { code: 'no-majority.left' };
const TRIES: Claim = { code: 'no-majority.tries' };

function electionMs({ sentinel: { failoverTimeoutMs } }: LabModel): number {
  return Math.min(ELECTION_MS, failoverTimeoutMs);
}

function notElected(lab: LabModel): Claim {
  const votes = Math.floor(sentinelsOf(lab).length / 2) + 1;
  return { code: 'no-majority.not-elected', values: { votes, forMs: electionMs(lab) } };
}

export const noMajority = calmBy({
  name: 'no-majority',
  needs: { replicas: 1, sentinels: 2, faults: ['hang', 'sentinel-end'] },
  // It tries again and again.
  mayCome: ['+odown', '+try-failover'],
  struck: (lab) => [LEFT, TRIES, notElected(lab)],
  strike,
  undo: healed,
});

async function strike({ context, sections, master, listener }: CalmRun): Promise<number> {
  const { lab, recorder, backend } = context;
  const { quorum, downAfterMs, failoverTimeoutMs, masterName } = lab.sentinel;
  const [left] = staying({ lab, master }, 1);
  if (!left) throw new Error('the lab has no Sentinel');
  context.breaks();
  const away = await sendAway({ context, lab }, [left]);
  await setQuorum(1);
  try {
    await recorder.eventually(LEFT, { withinMs: SLACK_MS }, async () => {
      const runs = await stillRunning(context, away);
      const { nodes } = await context.observer.look();
      const sentinel = nodes.find(({ node }) => node.name === left.name)?.sentinel;
      const seen = sentinel && 'view' in sentinel ? sentinel.view.quorum : undefined;
      if (runs.length === 0 && seen === 1) return { holds: true, seen: { node: left.name } };
      return {
        holds: false,
        seen: [
          ...runs.map(({ name: node }) => message('quorum-lost.runs', { node })),
          message('no-majority.quorum', { node: left.name, quorum: seen ?? '?' }),
        ],
      };
    });
    const since = now();
    recorder.zero = since;
    const values = { kind: 'hang', node: master.name };
    sections.fault = values;
    recorder.tell('scenario', 'fault', [message('event.fault', values)], since);
    await backend.inject('hang', master.name);
    const about = masterEvent({ lab, master });
    // One that has voted a short while ago waits for twice the failover timeout before it tries.
    const longest = downAfterMs + 2 * failoverTimeoutMs + SLACK_MS;
    for (const [claim, type, withinMs] of [
      [TRIES, '+try-failover', longest],
      [notElected(lab), '-failover-abort-not-elected', electionMs(lab) + SLACK_MS],
    ] as const) {
      await recorder.eventually(claim, { withinMs }, () => {
        const event = listener.first(type, since, about);
        if (!event) return { holds: false, seen: listener.said(since) };
        return { holds: true, seen: { node: event.node, ms: event.at - since } };
      });
    }
    return now();
  } finally {
    await setQuorum(quorum);
  }

  async function setQuorum(value: number): Promise<void> {
    const words = ['SENTINEL', 'SET', masterName, 'quorum', String(value)] as const;
    await askOnce(sentinelEndpoint(left as NonNullable<typeof left>), words);
  }
}
