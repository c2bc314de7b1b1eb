/** What makes one failover differ from another: what is done to the master, and how it comes back. */
import type { NodeModel } from '../../model/model.js';
import type { ScenarioNeeds } from '../../verify/context.js';
import type { Claim } from '../../verify/recorder.js';
import type { FailoverRun } from './failover-run.js';

export interface Story {
  readonly name: string;
  readonly needs: ScenarioNeeds;
  /** Whether the master keeps its connections and answers nobody. Default: it has ended. */
  readonly silent?: boolean;
  /** That the master is broken. */
  readonly broken: Claim;
  /** That the old master is a replica, once the lab was healed. */
  readonly rejoined: Claim;
  /** What is claimed besides, once every write is accounted for. */
  readonly accounted?: readonly Claim[];
  /** Before the client writes. */
  prepare?(failover: FailoverRun): Promise<void>;
  /** Breaks the master, claims {@link broken}, and says when that was: `failover.fault`. */
  strike(failover: FailoverRun): Promise<void>;
  /** Heals the lab. Gives what claims {@link accounted}. */
  heal(failover: FailoverRun): Promise<Aftermath | undefined>;
}

/** What goes on after the lab was healed. */
export interface Aftermath {
  /** Claims what came of it, on the node that was promoted. */
  account(promoted: NodeModel): Promise<void>;
  /** However it went: nothing of it goes on. */
  stop(): Promise<void>;
}
