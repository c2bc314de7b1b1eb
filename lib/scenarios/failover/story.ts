/** What makes one failover differ from another: what is done to the master, and how it comes back. */
import type { LabModel, NodeModel } from '../../model/model.js';
import type { ScenarioNeeds } from '../../verify/context.js';
import type { Claim } from '../../verify/recorder.js';
import type { FailoverRun } from './failover-run.js';

export interface Story {
  readonly name: string;
  readonly needs: ScenarioNeeds;
  /** Whether the master keeps its connections and answers nobody. Default: it has ended. */
  readonly silent?: boolean;
  /** Whether nothing is broken, and a Sentinel is asked to fail over: the master goes on. Default: it is broken. */
  readonly planned?: boolean;
  /** Whether the master's Sentinel is gone with it, or cut off: it is not asked until the lab was healed. Default: it stays. */
  readonly takesSentinel?: boolean;
  /** What is claimed of that which is done to the lab. */
  readonly struck: (lab: LabModel) => readonly Claim[];
  /** What is claimed once the Sentinels have agreed that the master is down, before one of them is elected. */
  readonly agreed?: readonly Claim[];
  /** That the old master is a replica, once the lab was healed. */
  readonly rejoined: Claim;
  /** What is claimed besides, once every write is accounted for. */
  readonly accounted?: readonly Claim[];
  /** Before the client writes. */
  prepare?(failover: FailoverRun): Promise<void>;
  /** Breaks the master, claims {@link struck}, and says from when a failover is waited for: `failover.fault`. */
  strike(failover: FailoverRun): Promise<void>;
  /** Claims {@link agreed}. */
  onAgreed?(failover: FailoverRun): Promise<void>;
  /** What is claimed once a replica was promoted and the client writes to it. */
  readonly promoted?: (lab: LabModel) => readonly Claim[];
  /** Claims {@link promoted}. */
  onPromoted?(failover: FailoverRun): Promise<void>;
  /** Heals the lab. Gives what claims {@link accounted}. */
  heal(failover: FailoverRun): Promise<Aftermath | undefined>;
  /** What is claimed of something else that is done to the lab, once it is whole again. */
  readonly again?: (lab: LabModel) => readonly Claim[];
  /** Does it to the new master, and claims {@link again}. */
  onAgain?(failover: FailoverRun, master: NodeModel): Promise<void>;
}

/** What goes on after the lab was healed. */
export interface Aftermath {
  /** Claims what came of it, on the node that was promoted. */
  account(promoted: NodeModel): Promise<void>;
}
