/**
 * The master's link is slow, and nobody takes its place as long as answers come in time. Then one replica is further away than the
 * others, and the master is cut off: what was under way to that replica is lost, and another one is chosen.
 */
import { now } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { message } from '../report/messages.js';
import { AGREEMENT_MS, detectionBounds } from '../verify/phases.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../verify/recorder.js';
import { nobodyTakesOver, noFailover } from './calm.js';
import { cutOffBy, filtered } from './cut-off.js';
import { type FailoverRun, SLACK_MS } from './failover/failover-run.js';

/** Of the delay, so much is jitter. */
const JITTER = 0.2;

/** One alone may be late because the machine is busy: the quickest of so many tells of the link. */
const ANSWERS = 5;

/** Each of two Sentinels looks at its clock ten times a second, milliseconds. */
const BOTH_TICKS_MS = 200;

interface Line {
  readonly delayMs: number;
  readonly jitterMs: number;
}

/** A slow line, over which an answer comes long before down-after is over. */
function slowLine({ sentinel: { downAfterMs } }: LabModel): Line {
  const delayMs = Math.max(1, Math.min(200, Math.round(downAfterMs / 20)));
  return { delayMs, jitterMs: Math.floor(delayMs * JITTER) };
}

/** A line that is slower, and on which a Sentinel still has its answer before it connects anew, after half of down-after. */
function slowerLine({ sentinel: { downAfterMs } }: LabModel): Line {
  return { delayMs: Math.max(1, Math.round(downAfterMs / 3)), jitterMs: 0 };
}

/** What a question takes at least, there and back. */
function leastMs({ delayMs, jitterMs }: Line): number {
  return 2 * (delayMs - jitterMs);
}

function slowed(lab: LabModel): Claim {
  const line = slowLine(lab);
  return { code: 'slow-link.slow', values: { ...line, minMs: leastMs(line) } };
}

function behind(lab: LabModel): Claim {
  return { code: 'slow-link.behind', values: { delayMs: slowerLine(lab).delayMs } };
}

const BEST: Claim = { code: 'slow-link.best-offset' };

/** The replica that is further away than the others. */
const far = new WeakMap<FailoverRun, NodeModel>();

export const slowLink = cutOffBy({
  name: 'slow-link',
  needs: { replicas: 2, sentinels: 3, quorum: 2, faults: ['slow', 'partition'] },
  cutOff: { code: 'partition.cut-off' },
  first: (lab) => [slowed(lab), noFailover(lab), behind(lab)],
  async before(failover) {
    await slow(failover);
    await nobodyTakesOver(failover, now());
    await oneBehind(failover);
  },
  chosen: BEST,
  async onChosen(failover) {
    const node = failover.probe?.accepted?.node.name ?? '';
    const replica = far.get(failover)?.name ?? '';
    const holds = node !== replica;
    const seen = holds ? { node, replica } : [message('failover.master-is', { node })];
    failover.context.recorder.found(BEST, holds, seen);
  },
});

async function slow({ context, lab, master }: FailoverRun): Promise<void> {
  const { recorder, backend, keys } = context;
  const node = master.name;
  const line = slowLine(lab);
  context.breaks();
  const asked = now();
  recorder.zero = asked;
  recorder.tell('scenario', 'fault', [message('event.fault', { kind: 'slow', node })], asked);
  await backend.inject('slow', node, line);
  await recorder.eventually(slowed(lab), { withinMs: SLACK_MS }, async () => {
    const { packets } = await filtered(backend, 'slow', node);
    const connection = await keys.open(master, { timeoutMs: SLACK_MS });
    try {
      const each: number[] = [];
      let replicas = 1;
      while (each.length < ANSWERS && replicas > 0) {
        await connection.ask('SET', keys.probe, node);
        const since = now();
        replicas = Number(await connection.ask('WAIT', 1, SLACK_MS));
        each.push(now() - since);
      }
      const ms = Math.min(...each);
      const holds = replicas > 0 && ms >= leastMs(line) && packets > 0;
      return {
        holds,
        seen: holds ? { ms, packets } : [message('slow-link.took', { ms, packets })],
      };
    } finally {
      connection.close();
    }
  });
}

/** The one that would be chosen if all had the same offset gets everything late. */
async function oneBehind(failover: FailoverRun): Promise<void> {
  const { context, lab, master, bounds } = failover;
  const { recorder, backend, observer } = context;
  const replica = await favourite(failover);
  far.set(failover, replica);
  // Its own Sentinel has the last answer so much earlier than the others; they must have seen it as well.
  const { delayMs } = slowerLine(lab);
  const { downAfterMs } = lab.sentinel;
  const [, latest] = detectionBounds(downAfterMs, 0);
  bounds.detection = [downAfterMs - delayMs, latest];
  bounds.agreement = [0, AGREEMENT_MS + delayMs + BOTH_TICKS_MS];
  const { name: node } = replica;
  await backend.inject('slow', master.name, { ...slowerLine(lab), from: [node], oneWay: 'out' });
  recorder.tell('scenario', 'fault', [message('event.behind', { node })]);
  const within = { withinMs: SLACK_MS, everyMs: ASK_ALL_EVERY_MS };
  await recorder.eventually(behind(lab), within, async () => {
    const { nodes } = await observer.look();
    const offsets = new Map(
      nodes.flatMap(({ node, redis }) =>
        redis && 'view' in redis ? [[node.name, redis.view.offset] as const] : [],
      ),
    );
    const own = offsets.get(node) ?? 0;
    const rest = failover.others.flatMap(({ name }) => (name === node ? [] : [offsets.get(name)]));
    const bytes = Math.min(...rest.map((each = 0) => each)) - own;
    if (bytes > 0) return { holds: true, seen: { node, bytes } };
    return { holds: false, seen: [message('slow-link.even', { node })] };
  });
}

/** Of the replicas with the best priority, the one with the lowest run id; where there is one of these alone, another. */
async function favourite({ others, context }: FailoverRun): Promise<NodeModel> {
  const ranked = await Promise.all(
    others.map(async (node) => {
      const info = String(await context.keys.ask(node, ['INFO', 'server']));
      return { node, id: /^run_id:(\w+)/m.exec(info)?.[1] ?? '' };
    }),
  );
  ranked.sort((a, b) => a.node.priority - b.node.priority || (a.id < b.id ? -1 : 1));
  const [first, second] = ranked;
  const last = ranked.at(-1);
  const chosen = first?.node.priority === second?.node.priority ? first : last;
  if (!chosen) throw new Error('the lab has replicas');
  return chosen.node;
}
