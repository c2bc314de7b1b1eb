/** Stories in which the master stays the master: nobody takes its place, and nothing that it acknowledged is lost. */
import { now } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import type { Scenario, ScenarioContext, ScenarioNeeds, Sections } from '../verify/context.js';
import { agreedMaster } from '../verify/health.js';
import type { Claim } from '../verify/recorder.js';
import { SentinelListener } from '../verify/sentinel-listener.js';
import { claimWhole, wholeClaims } from '../verify/whole.js';
import type { Writer } from '../verify/writer.js';
import { balance } from './balance.js';
import { CLIENT_WRITES } from './failover/claims.js';
import { clientWrites } from './failover/client-writes.js';
import { masterIs } from './failover/failover-run.js';
import { followingClient } from './following-client.js';
import { COST, claimHistory, startClients } from './history.js';
import { claimWholeAgain } from './whole-again.js';

/** What makes one of them differ from another. */
export interface Calm {
  readonly name: string;
  readonly needs: ScenarioNeeds;
  /** What Sentinels may publish although nobody takes over. Default: no part of a failover. */
  readonly mayCome?: readonly string[];
  /** What is claimed of that which is done to the lab. */
  readonly struck: (lab: LabModel) => readonly Claim[];
  /** Does it, and claims {@link struck}. Gives the moment of `now()` from which it is watched that nobody takes over. */
  strike(run: CalmRun): Promise<number>;
  /** What is claimed once nobody has taken over. */
  readonly undone?: (lab: LabModel) => readonly Claim[];
  /** Heals the lab, and claims {@link undone}; that it is whole again is claimed after it. Default: nothing is left to heal. */
  undo?(run: CalmRun): Promise<void>;
}

export interface CalmRun {
  readonly context: ScenarioContext;
  readonly sections: Sections;
  readonly master: NodeModel;
  readonly writer: Writer;
  readonly listener: SentinelListener;
}

/** What Sentinels publish of a failover, in order. */
const FAILOVER = ['+odown', '+try-failover', '+elected-leader', '+switch-master'] as const;

const SAME_MASTER: Claim = { code: 'calm.same-master' };
const WHOLE_AGAIN: Claim = { code: 'calm.whole-again' };
const NOTHING_LOST: Claim = { code: 'calm.nothing-lost' };

export function noFailover(lab: LabModel, mayCome: readonly string[] = []): Claim {
  const events = FAILOVER.filter((type) => !mayCome.includes(type)).join(', ');
  return { code: 'calm.no-failover', values: { forMs: watchMs(lab), events } };
}

/** In which a failover that was begun late would have been over, milliseconds. */
export function watchMs({ sentinel: { downAfterMs, failoverTimeoutMs } }: LabModel): number {
  return downAfterMs + 2 * failoverTimeoutMs;
}

export function calmBy(story: Calm): Scenario {
  const { name, needs, struck, undone, mayCome } = story;
  return {
    name,
    claims: (lab) => [
      ...wholeClaims(lab),
      CLIENT_WRITES,
      ...struck(lab),
      noFailover(lab, mayCome),
      ...(undone?.(lab) ?? []),
      ...(story.undo ? [WHOLE_AGAIN] : []),
      SAME_MASTER,
      NOTHING_LOST,
      COST.nothing.claim,
    ],
    needs,
    measures: true,
    run: (context, sections) => run(story, context, sections),
  };
}

async function run(story: Calm, context: ScenarioContext, sections: Sections): Promise<void> {
  const { lab, recorder, keys } = context;
  const master = agreedMaster(lab, await claimWhole(context)) as NodeModel;
  sections.master = master.name;
  await keys.choose(master);
  const listener = await SentinelListener.listen(lab, recorder);
  const writer = followingClient(context);
  const clients = startClients(context);
  const calm: CalmRun = { context, sections, master, writer, listener };
  try {
    await clientWrites(calm);
    const since = await story.strike(calm);
    await nobodyTakesOver(calm, since, story.mayCome);
    if (story.undo) {
      await story.undo(calm);
      await claimWholeAgain(context, WHOLE_AGAIN);
    }
    await sameMaster(calm);
  } finally {
    listener.close();
    await Promise.all([writer.stop(), clients.stop()]);
  }
  await nothingLost(calm);
  await claimHistory(context, sections, COST.nothing, clients, master);
}

export async function nobodyTakesOver(
  { context: { lab, recorder }, listener }: Pick<CalmRun, 'context' | 'listener'>,
  since: number,
  mayCome: readonly string[] = [],
): Promise<void> {
  const events = FAILOVER.filter((type) => !mayCome.includes(type));
  const end = since + watchMs(lab);
  await recorder.eventually(
    noFailover(lab, mayCome),
    { withinMs: Number.POSITIVE_INFINITY },
    () => {
      const begun = events.some((type) => listener.first(type, recorder.zero));
      if (!begun) return { holds: now() >= end, seen: { ms: now() - since } };
      return { holds: false, final: true, seen: listener.said(recorder.zero) };
    },
  );
}

async function sameMaster({ context, master }: CalmRun): Promise<void> {
  const { lab, recorder, observer } = context;
  const found = agreedMaster(lab, await observer.look());
  const holds = found === master;
  recorder.found(SAME_MASTER, holds, holds ? { master: master.name } : [masterIs(found)]);
}

async function nothingLost({ context, sections, master, writer }: CalmRun): Promise<void> {
  const { sums, balances, told } = await balance(context, sections, writer, master);
  const holds = sums.lost === 0 && balances;
  context.recorder.found(NOTHING_LOST, holds, holds ? sums : told);
}
