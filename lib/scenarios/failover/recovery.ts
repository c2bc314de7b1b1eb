/** From a client that writes again to a lab that is whole. */
import { now } from '../../clock.js';
import { type NodeModel, sentinelsOf } from '../../model/model.js';
import {
  nameOf,
  redisEndpoint,
  sameEndpoint,
  sentinelEndpoint,
} from '../../redis-view/endpoints.js';
import { hurry } from '../../redis-view/sentinel-periods.js';
import { askMaster } from '../../redis-view/sentinel-view.js';
import { type Message, message } from '../../report/messages.js';
import { agreedMaster } from '../../verify/health.js';
import type { Observation } from '../../verify/observe.js';
import { DEMOKEY } from '../../verify/own-keys.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../../verify/recorder.js';
import { VALUE } from '../demokey.js';
import { claimHistory } from '../history.js';
import { measure, storedRecords } from '../measure.js';
import { claimOffsets } from '../replication.js';
import { claimWholeAgain } from '../whole-again.js';
import {
  ACCOUNTED,
  ALL_AGREE,
  CAUGHT_UP,
  costOf,
  KEY_KEPT,
  REPOINTED,
  WHOLE_AGAIN,
} from './claims.js';
import { type FailoverRun, SLACK_MS } from './failover-run.js';
import type { Story } from './story.js';
import { clientGoesOn } from './takeover.js';

export async function recovery(
  failover: FailoverRun,
  story: Story,
  promoted: NodeModel,
): Promise<void> {
  const { context, lab } = failover;
  const { lost, master } = failover;
  const rest = failover.others.filter((node) => node !== promoted && !lost.includes(node));
  // Sentinels that are hurried make a replica of the promoted node again, as long as the old master is well.
  if (!story.planned) await hurrySentinels(failover, story);
  await allAgree(failover, story, promoted);
  await following(failover, REPOINTED, rest, promoted);
  await keyKept(failover, [promoted, ...rest]);

  await context.clients.writeTo(promoted);
  const aftermath = await story.heal(failover);
  const back = [master, ...lost];
  // One that was started again follows the master of before, until it is put right after the failover timeout.
  const moreMs = lost.length > 0 ? lab.sentinel.failoverTimeoutMs : 0;
  await following(failover, story.rejoined, back, promoted, moreMs);
  if (story.planned) await clientGoesOn(failover);
  await failover.writer.stop();
  await claimOffsets(context, CAUGHT_UP, promoted, back);
  await account(failover, promoted);
  await aftermath?.account(promoted);
  await claimHistory(context, failover.sections, costOf(story), failover.clients, promoted);
  await claimWholeAgain(context, WHOLE_AGAIN, { master: promoted });
  await story.onAgain?.(failover, promoted);
}

function within(withinMs: number) {
  return { withinMs, everyMs: ASK_ALL_EVERY_MS };
}

/**
 * One that comes back with what it knew before must keep its pace: after four publish periods it would make a replica of the new
 * master, before it has heard from the others who that is.
 */
export async function hurrySentinels(
  failover: FailoverRun,
  story?: Pick<Story, 'takesSentinel'>,
): Promise<void> {
  const { recorder, rejoin } = failover.context;
  if (rejoin === 'natural') return;
  try {
    failover.restorePeriods = await hurry(presentSentinels(failover, story).map(sentinelEndpoint));
  } catch (error) {
    recorder.notes.push(message('note.natural', { said: (error as Error).message }));
    return;
  }
  recorder.tell('scenario', 'hurried', [message('event.hurried')]);
  if (recorder.notes.some(({ code }) => code === 'note.hurried')) return;
  recorder.notes.push(message('note.hurried'));
}

export async function restoreSentinels(failover: FailoverRun): Promise<void> {
  const restore = failover.restorePeriods;
  failover.restorePeriods = undefined;
  try {
    await restore?.();
  } catch (error) {
    const said = (error as Error).message;
    failover.context.recorder.notes.push(message('note.periods', { said }));
  }
}

/** Without the one that is gone with the master, or cut off. */
function presentSentinels(
  { lab, master }: FailoverRun,
  { takesSentinel = false }: Pick<Story, 'takesSentinel'> = {},
): NodeModel[] {
  return sentinelsOf(lab).filter(({ name }) => !takesSentinel || name !== master.name);
}

/** Asked as clients ask: the leader answers with the promoted node before its own tables are in order. */
async function allAgree(failover: FailoverRun, story: Story, promoted: NodeModel): Promise<void> {
  const { lab } = failover;
  const rest = failover.others.filter((node) => node !== promoted);
  const { masterName } = lab.sentinel;
  const asked = presentSentinels(failover, story);
  await failover.context.recorder.eventually(ALL_AGREE, within(2 * SLACK_MS), async () => {
    const answers = await Promise.all(
      asked.map(async (node) => {
        const said = await askMaster(sentinelEndpoint(node), masterName).catch(() => undefined);
        const right = said !== undefined && sameEndpoint(said, redisEndpoint(promoted));
        return { right, node: node.name, master: said ? nameOf(lab, said) : '' };
      }),
    );
    const each = answers.map(({ node, master }) => ({ node, master }));
    if (answers.every(({ right }) => right)) return { holds: true, seen: { each } };
    const [said] = each;
    const other = rest.find(({ name }) => name === said?.master);
    if (other && each.every(({ master }) => master === other.name)) return again(promoted, other);
    return {
      holds: false,
      seen: each.map(({ node, master }) =>
        master === ''
          ? message('failover.names-none', { node })
          : message('failover.names', { node, master }),
      ),
    };
  });
}

/** A new master was replaced in its turn: nothing that is waited for comes any more. */
function again({ name: node }: NodeModel, { name: master }: NodeModel) {
  return { holds: false, final: true, seen: [message('failover.again', { node, master })] };
}

async function following(
  failover: FailoverRun,
  claim: Claim,
  nodes: readonly NodeModel[],
  master: NodeModel,
  moreMs = 0,
): Promise<void> {
  const { recorder, observer } = failover.context;
  await recorder.eventually(claim, within(4 * SLACK_MS + moreMs), async () => {
    const seen = await observer.look();
    const answers = nodes.map((node) => follows(failover, seen, node, master));
    if (answers.every(({ right }) => right)) {
      const each = nodes.map(({ name }) => ({ node: name, master: master.name }));
      return { holds: true, seen: { each } };
    }
    const agreed = agreedMaster(failover.lab, seen);
    if (agreed && agreed !== master) return again(master, agreed);
    return { holds: false, seen: answers.map(({ told }) => told) };
  });
}

function follows(
  { lab }: FailoverRun,
  { nodes }: Observation,
  node: NodeModel,
  master: NodeModel,
): { right: boolean; told: Message } {
  const { name } = node;
  const redis = nodes.find((each) => each.node === node)?.redis;
  if (!redis || 'silent' in redis) {
    const said = redis?.silent ?? '';
    return { right: false, told: message('failover.silent', { node: name, said }) };
  }
  const { role, follows: followed, linkUp } = redis.view;
  if (role === 'master')
    return { right: false, told: message('failover.is-master', { node: name }) };
  if (!followed) return { right: false, told: message('failover.follows-none', { node: name }) };
  const code = linkUp ? 'failover.follows' : 'failover.follows-down';
  const told = message(code, { node: name, master: nameOf(lab, followed) });
  return { right: linkUp && sameEndpoint(followed, redisEndpoint(master)), told };
}

async function keyKept({ context }: FailoverRun, nodes: readonly NodeModel[]): Promise<void> {
  const since = now();
  const answers = await Promise.all(
    nodes.map(async (node) => {
      const value = await context.keys
        .ask(node, ['GET', DEMOKEY])
        .catch((error: Error) => error.message);
      return { right: value === VALUE, node: node.name, value };
    }),
  );
  const all = answers.every(({ right }) => right);
  const each = answers.map(({ node, value }) => ({ node, value: JSON.stringify(value) }));
  const told = answers.map(({ node, value }) =>
    value === null
      ? message('demokey.none', { node })
      : message('demokey.shown', { node, said: JSON.stringify(value) }),
  );
  context.recorder.found(KEY_KEPT, all, all ? { each } : told, since);
}

/** Compares the client's ledger with what the new master has. */
async function account(failover: FailoverRun, promoted: NodeModel): Promise<void> {
  const since = now();
  const { ledger, attempted } = failover.writer;
  const stored = await storedRecords(promoted, failover.context.keys);
  await failover.listener.date(failover.context.logs);
  measure(failover, stored);
  const faults = ledger.faults(attempted, stored);
  const { acknowledged = 0, lost = 0, refused = 0, unknown = 0 } = failover.sections.ledger ?? {};
  const sums = { attempted, acknowledged, lost, refused, unknown };
  const holds = faults.length === 0;
  const failed = [message('ledger.sums', sums), ...faults];
  failover.context.recorder.found(ACCOUNTED, holds, holds ? sums : failed, since);
}
