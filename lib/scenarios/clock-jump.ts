/**
 * The clock of one Sentinel jumps, and the master crashes: the others do without it. Then the clocks of so many that the others
 * are no quorum: nobody takes over for as long as these act on nothing (TILT), and then somebody does.
 */
import { now, sleep } from '../clock.js';
import { type LabModel, type NodeModel, sentinelsOf } from '../model/model.js';
import {
  redisEndpoint,
  redisNodes,
  sameEndpoint,
  sentinelEndpoint,
} from '../redis-view/endpoints.js';
import { askMaster } from '../redis-view/sentinel-view.js';
import { message } from '../report/messages.js';
import { agreedMaster, flawsOf } from '../verify/health.js';
import { Probe } from '../verify/probe.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../verify/recorder.js';
import { CRASHED } from './failover/claims.js';
import { crash, sendCrash } from './failover/crash.js';
import { failoverBy } from './failover/failover.js';
import { type FailoverRun, healed, lastOf, masterIs, SLACK_MS } from './failover/failover-run.js';
import { hurrySentinels, restoreSentinels } from './failover/recovery.js';
import type { Story } from './failover/story.js';
import { masterEvent } from './measure.js';
import { claimCounted, secondClient } from './second-client.js';
import { nobodyPromoted, staying } from './sentinels-away.js';

/** How long a Sentinel does not act after its clock has jumped (`SENTINEL_TILT_PERIOD`), milliseconds. */
const TILT_MS = 30_000;
/** From the end of TILT: the others are asked each second, and who voted waits up to a second (sentinel.c). Milliseconds. */
const TAKEOVER_MS = 3000;

const ONE_TILTS: Claim = { code: 'clock-jump.one-tilts' };
const MANY_TILT: Claim = { code: 'clock-jump.many-tilt' };
const WRITES: Claim = { code: 'clock-jump.writes' };
const NOBODY: Claim = { code: 'clock-jump.nobody' };
const ONE_MASTER: Claim = { code: 'clock-jump.one-master' };
const COUNTED: Claim = { code: 'clock-jump.counted' };
const THEN_ONE: Claim = { code: 'clock-jump.then-one', values: { toMs: TAKEOVER_MS } };

function alone({ sentinel: { downAfterMs } }: LabModel): Claim {
  return { code: 'clock-jump.alone', values: { downAfterMs } };
}

const story: Story = {
  ...crash,
  name: 'clock-jump',
  // Without one, two must be left to agree.
  needs: { sentinels: 3, quorum: 2, faults: ['clock-jump', 'hang'] },
  struck: () => [ONE_TILTS, CRASHED],
  strike,
  again: (lab) => [WRITES, MANY_TILT, alone(lab), NOBODY, THEN_ONE, ONE_MASTER, COUNTED],
  onAgain,
};

export const clockJump = failoverBy(story);

async function strike(failover: FailoverRun): Promise<void> {
  await jump(failover, ONE_TILTS, staying(failover, 1));
  await sendCrash(failover);
}

/** Has their clocks jump, and claims that they, and no others, are in TILT. */
async function jump(
  { context, lab }: FailoverRun,
  claim: Claim,
  jumping: readonly NodeModel[],
): Promise<void> {
  const { recorder, backend, observer } = context;
  context.breaks();
  for (const { name: node } of jumping) {
    const fault = { kind: 'clock-jump', node };
    recorder.tell('scenario', 'fault', [message('event.fault', fault)]);
    await backend.inject('clock-jump', node);
  }
  const within = { withinMs: SLACK_MS, everyMs: ASK_ALL_EVERY_MS };
  await recorder.eventually(claim, within, async () => {
    const { nodes } = await observer.look();
    const named = (wanted: (node: NodeModel, tilt: boolean) => boolean) =>
      nodes
        .flatMap(({ node, sentinel }) =>
          node.runsSentinel && wanted(node, !!sentinel && 'view' in sentinel && sentinel.view.tilt)
            ? [node.name]
            : [],
        )
        .join(', ');
    const acts = named((node, tilt) => jumping.includes(node) && !tilt);
    const tilted = named((node, tilt) => !jumping.includes(node) && tilt);
    if (acts === '' && tilted === '') {
      const count = sentinelsOf(lab).length;
      return { holds: true, seen: { nodes: named((_node, tilt) => tilt), count } };
    }
    return {
      holds: false,
      seen: [
        ...(acts === '' ? [] : [message('sleep.acts', { nodes: acts })]),
        ...(tilted === '' ? [] : [message('clock-jump.tilted', { nodes: tilted })]),
      ],
    };
  });
}

/**
 * How long before the end of TILT the master is broken, milliseconds. A Sentinel promotes no replica whose link has been down for
 * longer than ten times down-after and the time for which it has seen the master down itself, which is none at the end of TILT
 * (sentinel.c, sentinelSelectSlave).
 */
function brokenForMs({ sentinel: { downAfterMs } }: LabModel): number {
  return Math.min(TILT_MS, 5 * downAfterMs);
}

async function onAgain(failover: FailoverRun, master: NodeModel): Promise<void> {
  const { context, lab, listener } = failover;
  const { recorder, backend, keys } = context;
  const { quorum, downAfterMs, failoverTimeoutMs } = lab.sentinel;
  // Those that ask more often would notice sooner.
  await restoreSentinels(failover);
  const writer = secondClient(failover);
  await recorder.eventually(WRITES, { withinMs: SLACK_MS }, () => {
    const last = writer.ledger.entries.at(-1);
    if (last?.outcome !== 'acknowledged') return { holds: false, seen: lastOf(last) };
    return { holds: true, seen: { record: last.number, node: last.node ?? '' } };
  });
  const left = quorum - 1;
  const others = redisNodes(lab).filter((node) => node !== master);
  const second: FailoverRun = { ...failover, master, others };
  const all = sentinelsOf(lab);
  const stay = staying({ lab, master }, left);
  // The first of them acts again so long after this at the earliest.
  const begun = now();
  await jump(
    second,
    MANY_TILT,
    all.filter((node) => !stay.includes(node)),
  );
  const over = begun + TILT_MS;
  await sleep(Math.max(0, over - brokenForMs(lab) - now()), recorder.signal);

  second.fault = now();
  const fault = { kind: 'hang', node: master.name };
  recorder.tell('scenario', 'fault', [message('event.fault', fault)]);
  await backend.inject('hang', master.name);
  second.probe = new Probe(others, keys);
  const { probe } = second;
  failover.undo.push(() => probe.stop());
  await recorder.eventually(alone(lab), { withinMs: downAfterMs + SLACK_MS }, () => {
    const event = listener.first('+sdown', second.fault, masterEvent(second));
    if (!event) return { holds: false, seen: listener.said(second.fault) };
    return { holds: true, seen: { node: event.node, ms: event.at - second.fault } };
  });
  await nobodyPromoted(second, NOBODY, ['+odown', '+try-failover', '+switch-master'], over);
  // A split vote is repeated after twice the failover timeout.
  const within = {
    withinMs: 2 * failoverTimeoutMs + 2 * SLACK_MS,
    everyMs: ASK_ALL_EVERY_MS,
  };
  const promoted = await recorder.eventually(THEN_ONE, within, async () => {
    const took = probe.accepted;
    // Before all know, one that is started again would go back to the master that it knew.
    const known = took && (await Promise.all(all.map((node) => names(lab, node, took.node))));
    if (!took || !known?.every(Boolean)) return { holds: false, seen: listener.said(over) };
    return { holds: true, seen: { node: took.node.name, ms: took.at - over }, value: took.node };
  });
  await healed(second);
  await hurrySentinels(failover);
  await oneMaster(second, promoted);
  await claimCounted(failover, COUNTED, writer, { master: promoted, mayLose: true });
}

/** Whether a Sentinel names a node as the master. */
async function names({ sentinel }: LabModel, asked: NodeModel, node: NodeModel): Promise<boolean> {
  const said = await askMaster(sentinelEndpoint(asked), sentinel.masterName).catch(() => undefined);
  return said !== undefined && sameEndpoint(said, redisEndpoint(node));
}

async function oneMaster({ context, lab }: FailoverRun, promoted: NodeModel): Promise<void> {
  const { recorder, observer } = context;
  const within = { withinMs: 3 * SLACK_MS, everyMs: ASK_ALL_EVERY_MS };
  await recorder.eventually(ONE_MASTER, within, async () => {
    const seen = await observer.look();
    const flaws = flawsOf(lab, seen);
    const master = agreedMaster(lab, seen);
    const holds = flaws.length === 0 && master === promoted;
    if (holds) return { holds, seen: { master: promoted.name } };
    return { holds, seen: flaws.length > 0 ? flaws : [masterIs(master)] };
  });
}
