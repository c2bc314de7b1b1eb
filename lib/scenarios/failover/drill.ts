import type { LabModel, NodeModel } from '../../model/model.js';
import { type Message, message } from '../../report/messages.js';
import type { Figures, ScenarioContext } from '../../verify/context.js';
import type { Entry } from '../../verify/ledger.js';
import type { Probe } from '../../verify/probe.js';
import type { SentinelListener } from '../../verify/sentinel-listener.js';
import type { Writer } from '../../verify/writer.js';

/** One failover under way. */
export interface Drill {
  readonly context: ScenarioContext;
  readonly lab: LabModel;
  readonly figures: Figures;
  /** The master before the fault. */
  readonly master: NodeModel;
  /** The other nodes with a Redis server. */
  readonly others: readonly NodeModel[];
  readonly listener: SentinelListener;
  readonly writer: Writer;
  /** Asks the others whether they take a write, from the fault on. */
  probe: Probe | undefined;
  /** Asks the old master, once it is gone. */
  revival: Probe | undefined;
  /**
   * Moment of `now()`: the last that the old master answered, or when the fault was asked for, whichever is
   * later. Infinite as long as it runs.
   */
  fault: number;
  /** Whether the crash was asked for. */
  crashed: boolean;
  /** Puts Sentinel's periods back. */
  restorePeriods: (() => Promise<void>) | undefined;
}

/** Beyond what Sentinel's constants give, for a machine that is busy; milliseconds. */
export const SLACK_MS = 10_000;

/** How Sentinel's events name the master that was. */
export function masterEvent({ lab, master }: Drill): string {
  return `master ${lab.sentinel.masterName} ${master.ip} ${master.redisPort}`;
}

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
