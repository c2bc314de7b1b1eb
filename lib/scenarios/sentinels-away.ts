/** Too few Sentinels are left when the master crashes: nobody is promoted until they are back. */
import { now } from '../clock.js';
import { type NodeModel, sentinelsOf } from '../model/model.js';
import { askOnce } from '../redis-view/connection.js';
import { sentinelEndpoint } from '../redis-view/endpoints.js';
import { message } from '../report/messages.js';
import type { ScenarioContext } from '../verify/context.js';
import { AGREEMENT_MS, detectionBounds } from '../verify/phases.js';
import type { Claim } from '../verify/recorder.js';
import { type FailoverRun, healed, SLACK_MS } from './failover/failover-run.js';
import { masterEvent } from './measure.js';

/** Those that stay: Sentinels beside the replicas before the one beside the master. */
export function staying(
  { lab, master }: Pick<FailoverRun, 'lab' | 'master'>,
  count: number,
): NodeModel[] {
  const all = sentinelsOf(lab);
  return [...all.filter((node) => node.name !== master.name), ...all]
    .filter((node, at, list) => list.indexOf(node) === at)
    .slice(0, count);
}

/** Ends the Sentinels of all but these nodes. */
export async function sendAway(
  { context, lab }: Pick<FailoverRun, 'context' | 'lab'>,
  left: readonly NodeModel[],
): Promise<NodeModel[]> {
  const { recorder, backend } = context;
  const away = sentinelsOf(lab).filter((node) => !left.includes(node));
  context.breaks();
  for (const { name: node } of away) {
    const values = { kind: 'sentinel-end', node };
    recorder.tell('scenario', 'fault', [message('event.fault', values)]);
    await backend.inject('sentinel-end', node);
  }
  return away;
}

/** Those of these nodes whose Sentinel still runs. */
export async function stillRunning(
  { backend }: FailoverRun['context'],
  away: readonly NodeModel[],
): Promise<NodeModel[]> {
  const { services } = await backend.status();
  return away.filter(({ name }) =>
    services.some(
      ({ node, service, state }) => node === name && service === 'sentinel' && state !== 'stopped',
    ),
  );
}

/** Watches until a moment that no node takes a write, and that none of these events comes. */
export async function nobodyPromoted(
  { context: { recorder }, listener, probe, fault }: FailoverRun,
  claim: Claim,
  events: readonly string[],
  end: number,
): Promise<void> {
  await recorder.eventually(claim, { withinMs: Number.POSITIVE_INFINITY }, () => {
    const took = probe?.accepted;
    if (took) {
      const seen = [message('failover.took', { node: took.node.name, ms: took.at - fault })];
      return { holds: false, final: true, seen };
    }
    const heard = events.some((type) => listener.first(type, fault));
    if (heard) return { holds: false, final: true, seen: listener.said(fault) };
    return { holds: now() >= end, seen: { ms: now() - fault } };
  });
}

/** Brings them back, and waits until they answer; from then on a failover is waited for. */
export async function bringBack(
  failover: FailoverRun,
  claim: Claim,
  away: readonly NodeModel[],
): Promise<void> {
  const { context, lab } = failover;
  const { recorder } = context;
  const asked = now();
  const only = away.map(({ name: node }) => ({ node, service: 'sentinel' }) as const);
  await healed(failover, { only });
  await recorder.eventually(claim, { withinMs: SLACK_MS }, async () => {
    const silent = await Promise.all(
      away.map(async (node) =>
        askOnce(sentinelEndpoint(node), ['PING']).then(
          () => [],
          () => [node.name],
        ),
      ),
    );
    const nodes = silent.flat();
    if (nodes.length > 0) {
      return { holds: false, seen: [message('sentinels.lost', { nodes: nodes.join(', ') })] };
    }
    return { holds: true, seen: { sentinels: away.map(({ name }) => name).join(', ') } };
  });
  // Time counts from the fault: those that stayed noticed it long ago, and nobody could agree with them until now.
  const noticed = failover.listener.first('+sdown', failover.fault, masterEvent(failover))?.at;
  const { downAfterMs } = lab.sentinel;
  const [least, most] = detectionBounds(downAfterMs, now() - asked);
  const alone = asked - (noticed ?? failover.fault);
  failover.bounds.agreement = [alone + least, alone + most + AGREEMENT_MS];
}

/** Those whose Sentinel still counts what others said of the master before, for up to five seconds: it would agree with them at once. */
export async function counting(
  { observer }: Pick<ScenarioContext, 'observer'>,
  all: readonly NodeModel[],
): Promise<NodeModel[]> {
  const { nodes } = await observer.look();
  return all.filter(({ name }) => {
    const sentinel = nodes.find(({ node }) => node.name === name)?.sentinel;
    if (!sentinel || !('view' in sentinel)) return true;
    return sentinel.view.sentinels.some(({ flags }) => flags.includes('master_down'));
  });
}
