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
import { seenInEnglish } from '../../report/claims.js';
import { agreedMaster, flawsOf } from '../../verify/health.js';
import type { Observation } from '../../verify/observe.js';
import { DEMOKEY, type OwnKeys, openIn } from '../../verify/own-keys.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../../verify/recorder.js';
import { VALUE } from '../demokey.js';
import { claimOffsets } from '../replication.js';
import {
  ACCOUNTED,
  ALL_AGREE,
  CAUGHT_UP,
  KEY_KEPT,
  REJOINED,
  REPOINTED,
  WHOLE_AGAIN,
} from './claims.js';
import { type Drill, SLACK_MS } from './drill.js';
import { measure } from './figures.js';

export async function recovery(drill: Drill, promoted: NodeModel): Promise<void> {
  const { context, lab } = drill;
  const rest = drill.others.filter((node) => node !== promoted);
  await hurrySentinels(drill);
  await allAgree(drill, promoted);
  await following(drill, REPOINTED, rest, promoted);
  await keyKept(drill, [promoted, ...rest]);

  for (const text of await context.backend.heal({ signal: context.recorder.signal })) {
    context.recorder.tell('scenario', 'healed', text);
  }
  await following(drill, REJOINED, [drill.master], promoted);
  await drill.writer.stop();
  await claimOffsets(context, CAUGHT_UP, promoted, [drill.master]);
  await account(drill, promoted);
  await context.recorder.eventually(WHOLE_AGAIN, within(3 * SLACK_MS), async () => {
    const seen = await context.observer.look();
    const flaws = flawsOf(lab, seen);
    const master = agreedMaster(lab, seen);
    if (flaws.length === 0 && master === promoted) {
      return { holds: true, seen: { master: promoted.name } };
    }
    return {
      holds: false,
      // They do not come right by waiting.
      final: flaws.length > 0 && flaws.every(({ aspect }) => aspect === 'settings'),
      seen: flaws.map(({ text }) => text).join('; ') || `${master?.name} is master`,
    };
  });
}

function within(withinMs: number) {
  return { withinMs, everyMs: ASK_ALL_EVERY_MS };
}

async function hurrySentinels(drill: Drill): Promise<void> {
  const { recorder, rejoin } = drill.context;
  if (rejoin === 'natural') return;
  try {
    drill.restorePeriods = await hurry(sentinelsOf(drill.lab).map(sentinelEndpoint));
  } catch (error) {
    recorder.notes.push(
      `The old master came back at Sentinel's own pace: it cannot be hurried here (SENTINEL DEBUG: ${(error as Error).message}).`,
    );
    return;
  }
  recorder.tell('scenario', 'hurried', 'SENTINEL DEBUG: info, ping and publish period 100 ms');
  recorder.notes.push(
    'Once the client wrote again, the Sentinels were made to look and tell every 100 ms (SENTINEL DEBUG info-period, ping-period, publish-period): the old master came back sooner than by itself. Outage and writable are not touched by it.',
  );
}

export async function restoreSentinels(drill: Drill): Promise<void> {
  const restore = drill.restorePeriods;
  drill.restorePeriods = undefined;
  try {
    await restore?.();
  } catch (error) {
    drill.context.recorder.notes.push(
      `Sentinel's periods could not be put back (${(error as Error).message}): redis-lab up --fresh begins anew.`,
    );
  }
}

/** Asked as clients ask: the leader answers with the promoted node before its own tables are in order. */
async function allAgree(drill: Drill, promoted: NodeModel): Promise<void> {
  const { lab } = drill;
  const { masterName } = lab.sentinel;
  await drill.context.recorder.eventually(ALL_AGREE, within(2 * SLACK_MS), async () => {
    const answers = await Promise.all(
      sentinelsOf(lab).map(async (node) => {
        const said = await askMaster(sentinelEndpoint(node), masterName).catch(() => undefined);
        const right = said !== undefined && sameEndpoint(said, redisEndpoint(promoted));
        return { right, node: node.name, master: said ? nameOf(lab, said) : 'nothing' };
      }),
    );
    const each = answers.map(({ node, master }) => ({ node, master }));
    if (answers.every(({ right }) => right)) return { holds: true, seen: { each } };
    return {
      holds: false,
      seen: each.map(({ node, master }) => `${node} says ${master}`).join(', '),
    };
  });
}

async function following(
  drill: Drill,
  claim: Claim,
  nodes: readonly NodeModel[],
  master: NodeModel,
): Promise<void> {
  const { recorder, observer } = drill.context;
  await recorder.eventually(claim, within(3 * SLACK_MS), async () => {
    const seen = await observer.look();
    const answers = nodes.map((node) => follows(drill, seen, node, master));
    if (answers.every(({ right }) => right)) {
      const each = nodes.map(({ name }) => ({ node: name, master: master.name }));
      return { holds: true, seen: { each } };
    }
    return { holds: false, seen: answers.map(({ text }) => text).join(', ') };
  });
}

function follows(
  { lab }: Drill,
  { nodes }: Observation,
  node: NodeModel,
  master: NodeModel,
): { right: boolean; text: string } {
  const redis = nodes.find((each) => each.node === node)?.redis;
  if (!redis || 'silent' in redis) {
    return { right: false, text: `${node.name} does not answer: ${redis?.silent}` };
  }
  const { role, follows: followed, linkUp } = redis.view;
  if (role === 'master') return { right: false, text: `${node.name} takes itself for a master` };
  const right = linkUp && followed !== undefined && sameEndpoint(followed, redisEndpoint(master));
  const whom = followed ? nameOf(lab, followed) : 'nobody';
  return { right, text: `${node.name} follows ${whom}, link ${linkUp ? 'up' : 'down'}` };
}

async function keyKept({ context }: Drill, nodes: readonly NodeModel[]): Promise<void> {
  const since = now();
  const answers = await Promise.all(
    nodes.map(async (node) => {
      const value = await context.keys
        .ask(node, ['GET', DEMOKEY])
        .catch((error: Error) => error.message);
      const text = value === null ? 'nothing' : JSON.stringify(value);
      return { right: value === VALUE, node: node.name, value: text };
    }),
  );
  const all = answers.every(({ right }) => right);
  const each = answers.map(({ node, value }) => ({ node, value }));
  const texts = each.map(({ node, value }) => `${node}: ${value}`).join(', ');
  context.recorder.found(KEY_KEPT, all, all ? { each } : texts, since);
}

/** Compares the books of the client with what the new master has. */
async function account(drill: Drill, promoted: NodeModel): Promise<void> {
  const since = now();
  const { ledger, attempted } = drill.writer;
  const stored = await storedRecords(promoted, drill.context.keys);
  measure(drill, stored);
  const faults = ledger.faults(attempted, stored);
  const { acknowledged = 0, lost = 0, refused = 0, unknown = 0 } = drill.figures.ledger ?? {};
  const sums = { attempted, acknowledged, lost, refused, unknown };
  const holds = faults.length === 0;
  const failed = () => [seenInEnglish(ACCOUNTED.code, sums), ...faults].join('; ');
  drill.context.recorder.found(ACCOUNTED, holds, holds ? sums : failed(), since);
}

/** Numbers of the records that a node has. */
export async function storedRecords(
  node: NodeModel,
  { database, ledger }: Pick<OwnKeys, 'database' | 'ledger'>,
): Promise<ReadonlySet<number>> {
  const connection = await openIn(database, redisEndpoint(node), { timeoutMs: SLACK_MS });
  try {
    const numbers = await connection.ask('HKEYS', ledger);
    return new Set(Array.isArray(numbers) ? numbers.map(Number) : []);
  } finally {
    connection.close();
  }
}
