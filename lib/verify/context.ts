import type { Backend, FaultKind } from '../backends/backend.js';
import type { LabModel } from '../model/model.js';
import type { LedgerResult, Phase } from '../report/result.js';
import type { Flaw } from './health.js';
import type { Ledger } from './ledger.js';
import type { Observer } from './observe.js';
import type { OwnKeys } from './own-keys.js';
import type { Claim, Recorder } from './recorder.js';

/** What a scenario has to work with. */
export interface ScenarioContext {
  /** The lab as it runs. */
  readonly lab: LabModel;
  readonly backend: Backend;
  readonly recorder: Recorder;
  readonly observer: Observer;
  readonly rejoin: 'hurried' | 'natural';
  /** The books of the client that writes during a fault; tests put a careless one here. */
  readonly newLedger: () => Ledger;
  /** Where it writes. They are removed when it is over. */
  readonly keys: OwnKeys;
  /** What was wrong when the lab was found, if nothing was done about it; empty otherwise. */
  readonly found: readonly Flaw[];
  /** Whether the lab holds data that somebody wants to keep. */
  readonly keepsData: boolean;
  /** To be called before anything is broken: that is mended then, however the scenario ends. */
  readonly breaks: () => void;
}

/** Figures that a scenario found beside its claims. */
export interface Figures {
  outageMs: number | null;
  writableMs: number | null;
  phases: readonly Phase[];
  ledger: LedgerResult | null;
  fault: { readonly kind: FaultKind; readonly node: string } | null;
  promotion: { readonly from: string; readonly to: string } | null;
}

export interface Scenario {
  readonly name: string;
  /** Everything that it will claim of this lab, in order. */
  readonly claims: (lab: LabModel) => readonly Claim[];
  /** A reason why it makes no sense on this lab; undefined if it does. */
  readonly unfit: (lab: LabModel) => string | undefined;
  /** Fills in the figures as it finds them, so that they are there as well if a claim fails. */
  readonly run: (context: ScenarioContext, figures: Figures) => Promise<void>;
}
