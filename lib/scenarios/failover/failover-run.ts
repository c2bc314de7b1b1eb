import type { NodeModel } from '../../model/model.js';
import { type Message, message } from '../../report/messages.js';
import type { ScenarioContext } from '../../verify/context.js';
import type { Entry } from '../../verify/ledger.js';
import type { Probe } from '../../verify/probe.js';
import type { Outage } from '../measure.js';

/** One failover under way. */
export interface FailoverRun extends Outage {
  readonly context: ScenarioContext;
  /** The other nodes with a Redis server. */
  readonly others: readonly NodeModel[];
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
