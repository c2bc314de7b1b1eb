/** From the fault to a client that writes again. */
import type { NodeModel } from '../../model/model.js';
import { message, quoted } from '../../report/messages.js';
import type { Look } from '../../verify/recorder.js';
import { agreed, CLIENT_GOES_ON, detected, LED, PROMOTED } from './claims.js';
import { type Drill, lastOf, masterEvent, SLACK_MS } from './drill.js';

/** Gives the promoted node. */
export async function takeover(drill: Drill): Promise<NodeModel> {
  const { lab, listener } = drill;
  const { recorder } = drill.context;
  const { downAfterMs, failoverTimeoutMs } = lab.sentinel;

  const heard = (type: string) => () => {
    const event = listener.first(type, drill.fault, masterEvent(drill));
    if (!event) return unheard(drill);
    const votes = /#quorum (\S+)/.exec(event.text)?.[1] ?? '';
    return { holds: true, seen: { node: event.node, ms: event.at - drill.fault, votes } };
  };
  const within = { withinMs: downAfterMs + SLACK_MS };
  await recorder.eventually(detected(lab), within, heard('+sdown'));
  await recorder.eventually(agreed(lab), { withinMs: SLACK_MS }, heard('+odown'));

  // A split vote is repeated after twice the failover timeout.
  await recorder.eventually(LED, { withinMs: 2 * failoverTimeoutMs + SLACK_MS }, () => {
    const leaders = leadersOf(drill);
    if (leaders.size === 0) return unheard(drill);
    const each = [...leaders].flatMap(([epoch, nodes]) =>
      [...nodes].map((node) => ({ node, epoch })),
    );
    const rivals = [...leaders.values()].some((nodes) => nodes.size > 1);
    if (!rivals) return { holds: true, seen: { each } };
    const seen = each.map((leader) => message('failover.leader', leader));
    return { holds: false, final: true, seen };
  });

  const promoted = await recorder.eventually(PROMOTED, { withinMs: 2 * SLACK_MS }, () =>
    accepted(drill),
  );
  await drill.revival?.stop();
  drill.figures.promotion = { from: drill.master.name, to: promoted.name };
  const writable = message('event.writable', { node: promoted.name });
  recorder.tell('probe', 'write accepted', [writable], drill.probe?.accepted?.at);
  await clientGoesOn(drill);
  return promoted;
}

/** What was expected of the Sentinels was not heard yet; told with the cause, if there is one to see. */
function unheard(drill: Drill): Look<never> {
  const { listener, master, revival } = drill;
  const said = listener.said(drill.fault);
  const back = revival?.accepted;
  if (!back) return { holds: false, seen: said };
  const { downAfterMs } = drill.lab.sentinel;
  const ms = back.at - drill.fault;
  const early = ms < downAfterMs;
  const told = message(early ? 'failover.back-early' : 'failover.back', {
    node: master.name,
    ms,
    downAfterMs,
  });
  return {
    holds: false,
    // Those who have seen it down may still replace it.
    final: early && !listener.first('+sdown', drill.fault, masterEvent(drill)),
    seen: [told, ...said],
  };
}

/** Sentinels elected since the fault, by epoch. */
function leadersOf({ listener, fault }: Drill): Map<string, Set<string>> {
  const leaders = new Map<string, Set<string>>();
  for (const { type, node, at } of listener.events) {
    if (type !== '+elected-leader' || at < fault) continue;
    const epoch = listener.events.findLast(
      (each) => each.type === '+new-epoch' && each.node === node && each.at <= at,
    );
    const name = epoch?.text ?? '?';
    leaders.set(name, (leaders.get(name) ?? new Set()).add(node));
  }
  return leaders;
}

function accepted(drill: Drill): Look<NodeModel> {
  const found = drill.probe?.accepted;
  if (found && found.at < drill.fault) {
    const ms = drill.fault - found.at;
    const seen = [message('failover.too-early', { node: found.node.name, ms })];
    return { holds: false, final: true, seen };
  }
  if (found) {
    return {
      holds: true,
      seen: { node: found.node.name, ms: found.at - drill.fault },
      value: found.node,
    };
  }
  const none = drill.listener.first('-failover-abort-no-good-slave', drill.fault);
  if (none) return { holds: false, final: true, seen: [message('failover.no-good-replica')] };
  const refused = drill.probe?.refused;
  const said = refused === undefined ? drill.listener.said(drill.fault) : [quoted(refused)];
  return { holds: false, seen: [message('failover.no-write'), ...said] };
}

async function clientGoesOn(drill: Drill): Promise<void> {
  const { ledger } = drill.writer;
  await drill.context.recorder.eventually(CLIENT_GOES_ON, { withinMs: 3 * SLACK_MS }, () => {
    const first = ledger.firstAcknowledgedAfter(drill.fault);
    if (!first) return { holds: false, seen: lastOf(ledger.entries.at(-1)) };
    const ms = first.settledAt - drill.fault;
    return { holds: true, seen: { record: first.number, node: first.node ?? '', ms } };
  });
}
