/** From the fault to a client that writes again. */
import type { NodeModel } from '../../model/model.js';
import { message, quoted } from '../../report/messages.js';
import type { Look } from '../../verify/recorder.js';
import { masterEvent } from '../measure.js';
import { agreed, CLIENT_GOES_ON, detected, LED, PROMOTED } from './claims.js';
import { type FailoverRun, lastOf, SLACK_MS } from './failover-run.js';
import type { Story } from './story.js';

/** Gives the promoted node. */
export async function takeover(failover: FailoverRun, story: Story): Promise<NodeModel> {
  const { lab, listener } = failover;
  const { recorder } = failover.context;
  const { downAfterMs, failoverTimeoutMs } = lab.sentinel;

  const heard = (type: string) => () => {
    const event = listener.first(type, failover.fault, masterEvent(failover));
    if (!event) return unheard(failover);
    const votes = /#quorum (\S+)/.exec(event.text)?.[1] ?? '';
    return { holds: true, seen: { node: event.node, ms: event.at - failover.fault, votes } };
  };
  const within = { withinMs: downAfterMs + SLACK_MS };
  if (!story.planned) {
    await recorder.eventually(detected(lab), within, heard('+sdown'));
    await recorder.eventually(agreed(lab), { withinMs: SLACK_MS }, heard('+odown'));
  }

  await story.onAgreed?.(failover);

  // A split vote is repeated after twice the failover timeout.
  await recorder.eventually(LED, { withinMs: 2 * failoverTimeoutMs + SLACK_MS }, () => {
    const leaders = listener.leaders(failover.fault);
    if (leaders.size === 0) return unheard(failover);
    const each = [...leaders].flatMap(([epoch, nodes]) =>
      [...nodes].map((node) => ({ node, epoch })),
    );
    const rivals = [...leaders.values()].some((nodes) => nodes.size > 1);
    if (!rivals) return { holds: true, seen: { each } };
    const seen = each.map((leader) => message('failover.leader', leader));
    return { holds: false, final: true, seen };
  });

  const promoted = await recorder.eventually(PROMOTED, { withinMs: 2 * SLACK_MS }, () =>
    accepted(failover),
  );
  await failover.revival?.stop();
  failover.sections.promotion = { from: failover.master.name, to: promoted.name };
  const writable = message('event.writable', { node: promoted.name });
  recorder.tell('probe', 'write accepted', [writable], failover.probe?.accepted?.at);
  if (!story.planned) await clientGoesOn(failover);
  await story.onPromoted?.(failover);
  return promoted;
}

/** The Sentinels have not published what is expected; with the cause, if one can be seen. */
function unheard(failover: FailoverRun): Look<never> {
  const { listener, master, revival } = failover;
  const said = listener.said(failover.fault);
  const back = revival?.accepted;
  if (!back) return { holds: false, seen: said };
  const { downAfterMs } = failover.lab.sentinel;
  const ms = back.at - failover.fault;
  const early = ms < downAfterMs;
  const told = message(early ? 'failover.back-early' : 'failover.back', {
    node: master.name,
    ms,
    downAfterMs,
  });
  return {
    holds: false,
    // A Sentinel that has seen it down may still replace it.
    final: early && !listener.first('+sdown', failover.fault, masterEvent(failover)),
    seen: [told, ...said],
  };
}

function accepted(failover: FailoverRun): Look<NodeModel> {
  const found = failover.probe?.accepted;
  if (found && found.at < failover.fault) {
    const ms = failover.fault - found.at;
    const seen = [message('failover.too-early', { node: found.node.name, ms })];
    return { holds: false, final: true, seen };
  }
  if (found) {
    return {
      holds: true,
      seen: { node: found.node.name, ms: found.at - failover.fault },
      value: found.node,
    };
  }
  const none = failover.listener.first('-failover-abort-no-good-slave', failover.fault);
  if (none) return { holds: false, final: true, seen: [message('failover.no-good-replica')] };
  const refused = failover.probe?.refused;
  const said = refused === undefined ? failover.listener.said(failover.fault) : [quoted(refused)];
  return { holds: false, seen: [message('failover.no-write'), ...said] };
}

/** By another node than the old master, where that goes on. */
export async function clientGoesOn(failover: FailoverRun): Promise<void> {
  const { ledger } = failover.writer;
  const [, most] = failover.bounds.rediscovery ?? [0, 0];
  const within = { withinMs: Math.max(3 * SLACK_MS, most + SLACK_MS) };
  await failover.context.recorder.eventually(CLIENT_GOES_ON, within, () => {
    const but = failover.planned ? failover.master.name : undefined;
    const first = ledger.firstAcknowledgedAfter(failover.fault, but);
    if (!first) return { holds: false, seen: lastOf(ledger.entries.at(-1)) };
    const ms = first.settledAt - failover.fault;
    return { holds: true, seen: { record: first.number, node: first.node ?? '', ms } };
  });
}
