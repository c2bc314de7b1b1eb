/**
 * With a down-after below a second, Sentinels take a master that was just promoted for down although it answers, and fail over once more. A Sentinel tries a server that
 * it lost once a second, also when that has just become another one (sentinelReconnectInstance, sentinel.c), and the votes about the old master still count
 * (sentinelCheckObjectivelyDown).
 */
import { now, repeat, sleep } from '../../clock.js';
import type { NodeModel } from '../../model/model.js';
import { askOnce } from '../../redis-view/connection.js';
import { nodeAt, redisEndpoint } from '../../redis-view/endpoints.js';
import { message } from '../../report/messages.js';
import { waitReady } from '../../verify/ready.js';
import type { Claim } from '../../verify/recorder.js';
import { SLACK_MS } from '../failover/failover-run.js';
import {
  agreedDown,
  DOWN,
  type Evidence,
  type IncidentRun,
  incidentOf,
  namedIs,
  namedMaster,
  READY_MS,
  setDownAfter,
  settle,
  startAgain,
  strike,
} from './incident.js';

const PROMOTED: Claim = { code: 'redis-8607.promoted' };

/**
 * In turn, milliseconds. Which of them shows it depends on how long the failover takes: the next try must come later than down-after after it. With a failover that
 * takes 1.3 s besides the detection, this is so between about 0.81 and 0.93 s.
 */
const DOWN_AFTERS_MS = [870, 900, 830, 780, 720, 940, 650, 560] as const;

/** Between two tries, and a little more. */
const TRIES_MS = 1200;
/** Between two questions to the new master, and how long it may take to answer, milliseconds. */
const ASKED_EVERY_MS = 50;
const ANSWERS_WITHIN_MS = 400;

export const redis8607 = incidentOf({
  name: 'redis-8607',
  link: 'https://github.com/redis/redis/issues/8607',
  needs: { replicas: 2, sentinels: 3, faults: ['crash'], staysDown: true },
  steps: [DOWN, PROMOTED],
  async run(run) {
    const { context, lab, master, listener } = run;
    const { recorder } = context;
    let since = now();
    let setBack = await setDownAfter(run, DOWN_AFTERS_MS[0]);
    await strike(run, 'crash', master);
    await agreedDown(run, master, since);
    let promoted: NodeModel | undefined;
    await recorder.eventually(PROMOTED, { withinMs: SLACK_MS }, () => {
      promoted = successorOf(run, master, since);
      return {
        holds: promoted !== undefined,
        seen: promoted ? { node: promoted.name } : listener.said(since),
      };
    });
    let old = master;
    let round = 0;
    let calm = 0;
    const longest = DOWN_AFTERS_MS.length * (READY_MS + 2 * SLACK_MS);
    await settle(run, longest, async () => {
      if (round > 0) {
        // With another one the lab is not as described, and is never ready.
        await setBack();
        await startAgain(run, old);
        await waitReady(lab, {
          deadlineMs: READY_MS,
          signal: recorder.signal,
          backend: context.backend,
        });
        const named = namedMaster(lab, await context.observer.look());
        if (!named) return { seen: [namedIs(named)] };
        old = named;
        since = now();
        setBack = await setDownAfter(run, DOWN_AFTERS_MS[round] ?? DOWN_AFTERS_MS[0]);
        await strike(run, 'crash', old);
        promoted = await untilPromoted(run, old, since);
      }
      round += 1;
      const evidence = promoted && (await watched(run, promoted, since));
      if (evidence?.outcome || !evidence) return evidence ?? { seen: listener.said(since) };
      if (evidence.isCalm) calm += 1;
      const isFixed = calm === DOWN_AFTERS_MS.length;
      return { seen: evidence.seen, ...(isFixed ? { outcome: 'fixed-here' as const } : {}) };
    });
  },
});

/** The node that a Sentinel has named in place of another one. */
function successorOf({ lab, listener }: IncidentRun, old: NodeModel, since: number) {
  const { masterName } = lab.sentinel;
  const told = listener.first('+switch-master', since, `${masterName} ${old.ip} ${old.redisPort} `);
  const [host = '', port] = (told?.text ?? '').split(' ').slice(3);
  return told && nodeAt(lab, { host, port: Number(port) });
}

async function untilPromoted(run: IncidentRun, old: NodeModel, since: number) {
  const { recorder } = run.context;
  const end = now() + run.lab.sentinel.failoverTimeoutMs + SLACK_MS;
  for (;;) {
    const promoted = successorOf(run, old, since);
    if (promoted || now() >= end) return promoted;
    await sleep(ASKED_EVERY_MS, recorder.signal);
  }
}

/** Whether the Sentinels agree that a master which answers all the time is down. */
async function watched(
  { lab, listener, context: { recorder } }: IncidentRun,
  promoted: NodeModel,
  since: number,
): Promise<Evidence & { readonly isCalm: boolean }> {
  const { masterName } = lab.sentinel;
  const about = `master ${masterName} ${promoted.ip} ${promoted.redisPort} `;
  const agreed = () => listener.first('+odown', since, about);
  const begun = now();
  let [asked, silent] = [0, 0];
  await repeat(
    ASKED_EVERY_MS,
    () =>
      recorder.signal?.aborted ||
      agreed() !== undefined ||
      now() - begun > DOWN_AFTERS_MS[0] + 2 * TRIES_MS,
    async () => {
      asked += 1;
      const words = { timeoutMs: ANSWERS_WITHIN_MS };
      await askOnce(redisEndpoint(promoted), ['PING'], words).catch(() => {
        silent += 1;
      });
    },
  );
  recorder.signal?.throwIfAborted();
  const seen = [
    message('redis-8607.answered', { node: promoted.name, asked, silent }),
    ...listener.said(since),
  ];
  // One that was silent may have been down.
  if (agreed()) return { seen, isCalm: false, ...(silent === 0 ? { outcome: 'reproduced' } : {}) };
  return { seen, isCalm: true };
}
