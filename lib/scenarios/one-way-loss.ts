/**
 * What is sent to the master is lost, and what it sends arrives. As long as one Sentinel alone has no answer, it takes the master for
 * down and nobody follows it; once it is so for all other nodes, a replica takes over.
 */
import { now, sleep } from '../clock.js';
import { type LabModel, sentinelsOf } from '../model/model.js';
import { message } from '../report/messages.js';
import type { Claim } from '../verify/recorder.js';
import { nobodyTakesOver, noFailover } from './calm.js';
import { cutOffBy, filtered, LOOK_EVERY_MS } from './cut-off.js';
import { type FailoverRun, SLACK_MS } from './failover/failover-run.js';
import { masterEvent } from './measure.js';
import { counting } from './sentinels-away.js';

function oneAlone({ sentinel: { downAfterMs } }: LabModel): Claim {
  return { code: 'one-way-loss.one-alone', values: { downAfterMs } };
}

export const oneWayLoss = cutOffBy({
  name: 'one-way-loss',
  needs: { sentinels: 3, quorum: 2, faults: ['partition'] },
  options: { oneWay: 'in' },
  cutOff: { code: 'one-way-loss.lost' },
  first: (lab) => [oneAlone(lab), noFailover(lab)],
  before: oneIsBlind,
});

/** Only the Sentinel of one other node has no answer. */
async function oneIsBlind(failover: FailoverRun): Promise<void> {
  const { context, lab, master, listener } = failover;
  const { recorder, backend } = context;
  const node = master.name;
  const blind = lab.nodes.find(({ name, runsSentinel }) => runsSentinel && name !== node);
  if (!blind) throw new Error('the lab has another Sentinel');
  const from = blind.name;
  const forgotten = now() + SLACK_MS;
  while (now() < forgotten && (await counting(context, sentinelsOf(lab))).length > 0) {
    await sleep(LOOK_EVERY_MS, recorder.signal);
  }
  context.breaks();
  const asked = now();
  recorder.zero = asked;
  recorder.tell('scenario', 'fault', [message('event.one-way', { node, from })], asked);
  await backend.inject('partition', node, { from: [from], oneWay: 'in' });
  const lossy = now();
  const within = { withinMs: lab.sentinel.downAfterMs + SLACK_MS, everyMs: LOOK_EVERY_MS };
  await recorder.eventually(oneAlone(lab), within, async () => {
    const down = listener.first('+sdown', asked, masterEvent(failover));
    const { packets } = await filtered(backend, 'partition', node);
    if (down?.node === from && packets > 0) {
      return { holds: true, seen: { node: from, ms: Math.max(0, down.at - lossy), packets } };
    }
    const said = down ? [message('one-way-loss.other', { node: down.node })] : [];
    const seen = [message('one-way-loss.packets', { packets }), ...said];
    return { holds: false, final: down !== undefined && down.node !== from, seen };
  });
  await nobodyTakesOver(failover, now());
}
