/** From the fault to a client that writes again. */
import type { NodeModel } from '../../model/model.js';
import type { Look } from '../../verify/recorder.js';
import { agreed, CLIENT_GOES_ON, detected, LED, PROMOTED } from './claims.js';
import { type Drill, masterEvent, SLACK_MS, sinceFault } from './drill.js';

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
    const each = [...leaders].map(([epoch, nodes]) => ({ node: [...nodes].join(' and '), epoch }));
    const rivals = [...leaders.values()].some((nodes) => nodes.size > 1);
    if (!rivals) return { holds: true, seen: { each } };
    const seen = each.map(({ node, epoch }) => `${node} in epoch ${epoch}`).join(', ');
    return { holds: false, final: true, seen };
  });

  const promoted = await recorder.eventually(PROMOTED, { withinMs: 2 * SLACK_MS }, () =>
    accepted(drill),
  );
  await drill.revival?.stop();
  drill.figures.promotion = { from: drill.master.name, to: promoted.name };
  recorder.tell(
    'probe',
    'write accepted',
    `${promoted.name} takes writes`,
    drill.probe?.accepted?.at,
  );
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
  const early = back.at - drill.fault < downAfterMs;
  const why = early
    ? `, and a master that is back within down-after (${downAfterMs} ms) is not failed over`
    : '';
  return {
    holds: false,
    // Those who have seen it down may still replace it.
    final: early && !listener.first('+sdown', drill.fault, masterEvent(drill)),
    seen: `Redis on ${master.name} was back and took a write ${sinceFault(drill, back.at)}: something starts it again${why}; ${said}`,
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
    const name = epoch?.text ?? 'unknown';
    leaders.set(name, (leaders.get(name) ?? new Set()).add(node));
  }
  return leaders;
}

function accepted(drill: Drill): Look<NodeModel> {
  const found = drill.probe?.accepted;
  if (found && found.at < drill.fault) {
    const early = (drill.fault - found.at).toFixed(0);
    return {
      holds: false,
      final: true,
      seen: `${found.node.name} was a master that took writes ${early} ms before the fault`,
    };
  }
  if (found) {
    return {
      holds: true,
      seen: { node: found.node.name, ms: found.at - drill.fault },
      value: found.node,
    };
  }
  const none = drill.listener.first('-failover-abort-no-good-slave', drill.fault);
  return {
    holds: false,
    final: none !== undefined,
    seen: none
      ? 'no replica is fit to be promoted (-failover-abort-no-good-slave): look at priorities and links'
      : `no node took a write; ${drill.probe?.refused ?? drill.listener.said(drill.fault)}`,
  };
}

async function clientGoesOn(drill: Drill): Promise<void> {
  const { ledger } = drill.writer;
  await drill.context.recorder.eventually(CLIENT_GOES_ON, { withinMs: 3 * SLACK_MS }, () => {
    const first = ledger.firstAcknowledgedAfter(drill.fault);
    const last = ledger.entries.at(-1);
    if (!first) return { holds: false, seen: `the last attempt: ${last?.outcome} ${last?.reason}` };
    const ms = first.settledAt - drill.fault;
    return { holds: true, seen: { record: first.number, node: first.node ?? '', ms } };
  });
}
