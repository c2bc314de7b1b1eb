import type { HealOptions } from '../../backends/backend.js';
import { now } from '../../clock.js';
import type { NodeModel } from '../../model/model.js';
import { askOnce } from '../../redis-view/connection.js';
import { redisEndpoint } from '../../redis-view/endpoints.js';
import { type Message, message } from '../../report/messages.js';
import type { ScenarioContext } from '../../verify/context.js';
import type { Entry } from '../../verify/ledger.js';
import { isMaster } from '../../verify/own-keys.js';
import type { Bounds } from '../../verify/phases.js';
import { Probe } from '../../verify/probe.js';
import type { Claim } from '../../verify/recorder.js';
import type { Workload } from '../../verify/workload.js';
import type { Writer } from '../../verify/writer.js';
import type { Outage } from '../measure.js';

/** One failover under way. */
export interface FailoverRun extends Outage {
  readonly context: ScenarioContext;
  /** The other nodes with a Redis server. */
  readonly others: readonly NodeModel[];
  bounds: Bounds;
  probe: Probe | undefined;
  /** Asks the old master, once it is gone. */
  revival: Probe | undefined;
  /** Clients whose history is judged. */
  readonly clients: Workload;
  /** A client that stays with the old master, however it goes. */
  late: Writer | undefined;
  /** When nothing passed any more between a node that was cut off and the others, by `now()`. What was written before may have reached them. */
  cutAt?: number;
  /**
   * Moment of `now()`: the last that the old master answered, or when the fault was asked for, whichever is
   * later. Infinite as long as it runs.
   */
  fault: number;
  /** Whether a crash was asked for: what the master had in memory only is gone. */
  crashed: boolean;
  /** Puts Sentinel's periods back. */
  restorePeriods: (() => Promise<void>) | undefined;
  /** Replicas that are broken besides, until the lab is healed. */
  readonly lost: NodeModel[];
  /** Sets back what the story set at run time; each is called once more at the end, and never throws. */
  readonly undo: (() => Promise<void>)[];
}

/** Beyond what Sentinel's constants give, for a machine that is busy; milliseconds. */
export const SLACK_MS = 10_000;

/** What became of the last write that the client tried. */
export function lastOf(last: Entry | undefined): Message[] {
  if (!last) return [message('client.idle')];
  const { outcome, node, reason } = last;
  return [
    message(`client.${outcome}`),
    ...(node === undefined ? [] : [message('client.last-by', { node })]),
    ...(reason ? [reason] : []),
  ];
}

/** A node that is a master already could not be told from one that is promoted by the failover. */
export async function onlyReplicas(
  { others, lost, context }: Pick<FailoverRun, 'others' | 'lost' | 'context'>,
  broken: Claim,
): Promise<void> {
  const left = others.filter((node) => !lost.includes(node));
  const masters = await Promise.all(
    left.map(async (node) => {
      const role = await context.keys.ask(node, ['ROLE']);
      return isMaster(role) ? [node.name] : [];
    }),
  );
  const names = masters.flat();
  if (names.length === 0) return;
  const seen = [message('crash.unsent', { nodes: names.join(', ') })];
  context.recorder.found(broken, false, seen);
}

/**
 * Tells that the master is about to be broken, and watches who takes writes from now on. Gives this moment of `now()`. The claim that it is
 * broken fails where another node is a master already.
 */
export async function breaksMaster(
  failover: FailoverRun,
  kind: string,
  broken: Claim,
): Promise<number> {
  const { context, sections, master, others } = failover;
  await onlyReplicas(failover, broken);
  const { recorder, keys } = context;
  context.breaks();
  const fault = { kind, node: master.name };
  sections.fault = fault;
  const asked = now();
  recorder.zero = asked;
  recorder.tell('scenario', 'fault', [message('event.fault', fault)], asked);
  failover.probe = new Probe(others, keys);
  return asked;
}

/** The fault began with the last write that the master answered, or when it was asked for, whichever is later. */
export function beganAt(failover: FailoverRun, asked: number, last: Entry | undefined): void {
  failover.fault = Math.max(asked, last?.settledAt ?? asked);
  failover.context.recorder.zero = failover.fault;
}

/** How long an answer is waited for from one that is to give none, milliseconds. */
const SILENT_MS = 250;

/** Whether the master answers PING. */
export async function answers({ master }: Pick<FailoverRun, 'master'>): Promise<boolean> {
  return askOnce(redisEndpoint(master), ['PING'], { timeoutMs: SILENT_MS }).then(
    () => true,
    () => false,
  );
}

/** Mends all that is broken, or what is asked for, and tells what was. */
export async function healed(
  { context }: Pick<FailoverRun, 'context'>,
  options: Pick<HealOptions, 'only' | 'restart'> = {},
): Promise<void> {
  const { backend, recorder } = context;
  for (const mended of await backend.heal({ ...options, signal: recorder.signal })) {
    recorder.tell('scenario', 'healed', [mended]);
  }
}

export function masterIs(master: NodeModel | undefined): Message {
  return master
    ? message('failover.master-is', { node: master.name })
    : message('failover.no-master');
}
