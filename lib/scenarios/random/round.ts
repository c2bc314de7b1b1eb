/** Faults at random moments while clients write: whatever they are, these things hold once they are undone. */
import { faultNamed } from '../../backends/registry.js';
import { now, sleep } from '../../clock.js';
import { RedisLabError } from '../../errors.js';
import { endsAlone, settled } from '../../faults/check-options.js';
import { type Fault, serversOf } from '../../faults/fault.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { type Message, message, quoted } from '../../report/messages.js';
import type { RandomStep } from '../../report/types.generated.js';
import type { Scenario, ScenarioContext, Sections } from '../../verify/context.js';
import { agreedMaster } from '../../verify/health.js';
import type { Claim } from '../../verify/recorder.js';
import { SentinelListener } from '../../verify/sentinel-listener.js';
import { claimWhole, wholeClaims } from '../../verify/whole.js';
import type { Writer } from '../../verify/writer.js';
import { balance } from '../balance.js';
import { CLIENT_WRITES } from '../failover/claims.js';
import { clientWrites } from '../failover/client-writes.js';
import { healed } from '../failover/failover-run.js';
import { followingClient } from '../following-client.js';
import { COST, claimHistory, startClients } from '../history.js';
import { claimWholeAgain } from '../whole-again.js';

const INJECTED: Claim = { code: 'random.injected' };
const ONE_LEADER: Claim = { code: 'random.one-leader' };
const ACCOUNTED: Claim = { code: 'random.accounted' };
const LOST_WITH_CAUSE: Claim = { code: 'random.lost-with-cause' };

/** Sentinels that have stood still do nothing for so long (`SENTINEL_TILT_PERIOD`), milliseconds. */
const TILT_MS = 30_000;
/** For what is slower than Sentinel: servers that start, links that are made anew. Milliseconds. */
const REST_MS = 60_000;

/** A try that was given up is repeated after twice the failover timeout. */
function wholeAgain({ sentinel: { downAfterMs, failoverTimeoutMs } }: LabModel): Claim & {
  readonly withinMs: number;
} {
  const withinMs = 2 * (downAfterMs + 2 * failoverTimeoutMs) + TILT_MS + REST_MS;
  return { code: 'random.whole-again', values: { withinMs }, withinMs };
}

/** What a fault does to a server that would lose what it holds in memory. */
const ENDS = ['crash', 'restart', 'power-off', 'save-fails'];

export function roundBy(schedule: readonly RandomStep[]): Scenario {
  return {
    name: 'random',
    needs: { replicas: 1, faults: [...new Set(schedule.map(({ fault }) => fault))] },
    measures: true,
    claims: (lab) => [
      ...wholeClaims(lab),
      CLIENT_WRITES,
      INJECTED,
      wholeAgain(lab),
      ONE_LEADER,
      ACCOUNTED,
      LOST_WITH_CAUSE,
      COST.split.claim,
    ],
    run: (context, sections) => run(schedule, context, sections),
  };
}

async function run(
  schedule: readonly RandomStep[],
  context: ScenarioContext,
  sections: Sections,
): Promise<void> {
  const { lab, recorder, keys } = context;
  const master = agreedMaster(lab, await claimWhole(context)) as NodeModel;
  sections.master = master.name;
  await keys.choose(master);
  const listener = await SentinelListener.listen(lab, recorder);
  const writer = followingClient(context);
  const clients = startClients(context, [master]);
  try {
    await clientWrites({ context, master, writer });
    const since = now();
    recorder.zero = since;
    await inject(schedule, context, since);
    await healed({ context });
    const { withinMs, ...claim } = wholeAgain(lab);
    const holder = await claimWholeAgain(context, claim, { withinMs });
    if (holder !== master) sections.promotion = { from: master.name, to: holder.name };
    oneLeader(context, listener, since);
    await writer.stop();
    const lost = await account(context, sections, writer, holder);
    const tookOver = listener.first('+switch-master', since) !== undefined;
    const hasCause = tookOver || schedule.some(({ fault }) => ENDS.includes(fault));
    const holds = lost === 0 || hasCause;
    recorder.found(LOST_WITH_CAUSE, holds, holds ? { lost } : [message('random.lost', { lost })]);
    await claimHistory(context, sections, COST.split, clients, holder);
  } finally {
    listener.close();
    await Promise.all([writer.stop(), clients.stop()]);
  }
}

/** Each at its moment, beside the others. */
async function inject(
  schedule: readonly RandomStep[],
  context: ScenarioContext,
  since: number,
): Promise<void> {
  const { recorder } = context;
  context.breaks();
  const outcomes = await Promise.all(schedule.map((step) => injectOne(step, context, since)));
  const impossible = outcomes.filter((each) => each !== undefined);
  const holds = impossible.length < schedule.length;
  const count = schedule.length - impossible.length;
  recorder.found(INJECTED, holds, holds ? { count, of: schedule.length } : impossible, since);
}

/** Gives why it could not be injected: a node whose power is gone has no server that could crash. */
async function injectOne(
  { atMs, fault: kind, node: name, forMs, options }: RandomStep,
  { lab, backend, recorder }: ScenarioContext,
  since: number,
): Promise<Message | undefined> {
  const { signal } = recorder;
  const fault = faultNamed(kind, backend.name);
  await sleep(Math.max(0, since + atMs - now()), signal);
  recorder.tell('scenario', 'fault', [message('event.fault', { kind, node: name })]);
  try {
    await backend.inject(kind, name, settled(fault, [name], lab, options));
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof RedisLabError)) throw error;
    const why = message('random.impossible', { kind, node: name, said: error.message });
    recorder.tell('scenario', 'fault', [why]);
    return why;
  }
  await sleep(forMs, signal);
  if (endsAlone(fault)) await undo(fault, name, { lab, backend, recorder });
  return undefined;
}

/** What cannot be undone now, since the other fault is there, is undone at the end. */
async function undo(
  fault: Fault,
  name: string,
  { lab, backend, recorder }: Pick<ScenarioContext, 'lab' | 'backend' | 'recorder'>,
): Promise<void> {
  const node = lab.nodes.find((each) => each.name === name);
  if (!node) return;
  const { signal } = recorder;
  try {
    const only = serversOf(fault, node);
    for (const each of await backend.heal({ only, fault: fault.kind, signal })) {
      recorder.tell('scenario', 'healed', [each]);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof RedisLabError)) throw error;
    recorder.tell('scenario', 'healed', [quoted(error.message)]);
  }
}

function oneLeader({ recorder }: ScenarioContext, listener: SentinelListener, since: number): void {
  const rivals = [...listener.leaders(since)].filter(([, nodes]) => nodes.size > 1);
  const holds = rivals.length === 0;
  const told = rivals.flatMap(([epoch, nodes]) =>
    [...nodes].map((node) => message('failover.leader', { node, epoch })),
  );
  recorder.found(ONE_LEADER, holds, holds ? { count: listener.leaders(since).size } : told);
}

/** Compares the client's ledger with what the master has. Gives how many acknowledged writes are lost. */
async function account(
  context: ScenarioContext,
  sections: Sections,
  writer: Writer,
  master: NodeModel,
): Promise<number> {
  const since = now();
  const { sums, balances, told } = await balance(context, sections, writer, master);
  context.recorder.found(ACCOUNTED, balances, balances ? sums : told, since);
  return sums.lost;
}
