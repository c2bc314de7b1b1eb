/** What a verification found: plain data, the same as text, JSON, JUnit XML or a page. */
import type { Coded, MessageValues } from './messages.js';

/** Of a claim, a scenario, a run. */
export type Verdict = 'passed' | 'failed' | 'skipped';

/** What `verify --json` prints. */
export interface VerifyResult {
  /** Version of this format: 2 is what is written, 1 what older versions wrote. What a reader does not know it leaves out. */
  readonly format: 1 | 2;
  readonly lab: ResultLab;
  readonly backend: string;
  /** `failed` if any scenario of any run failed; `skipped` if all were. */
  readonly verdict: Verdict;
  /** When it began, ISO 8601, UTC. */
  readonly startedAt: string;
  /** How long all of it took, milliseconds. */
  readonly ms: number;
  /** How the lab was found. Absent from older results. */
  readonly found?: FoundLab;
  /** With repeats: those of the first run that failed, else of the last. */
  readonly scenarios: readonly ScenarioResult[];
  /** Every run, in order; only with repeats. */
  readonly runs?: readonly RunResult[];
  /** Only with repeats; one for each scenario. */
  readonly summary?: readonly ScenarioSummary[];
}

/** A lab before anything was done to it. */
export interface FoundLab {
  /** `absent` and `stopped` labs are brought up first; of a `partial` one something does not run or stands still. */
  readonly state: 'absent' | 'stopped' | 'idle' | 'partial' | 'running';
  /** Whether nothing was wrong with it; null where nothing of it ran. */
  readonly whole: boolean | null;
  readonly problems: readonly FoundProblem[];
  /** What was done about it, as sentences: only where that was asked for. */
  readonly mended: readonly string[];
  /** Of {@link mended}, in its order. Absent from older results. */
  readonly mendedCodes?: readonly Coded[];
}

/** Something that was wrong with a lab before anything was done to it. */
export interface FoundProblem {
  readonly about: 'servers' | 'settings' | 'members' | 'master' | 'links' | 'contact' | 'quorum';
  /** What it is known by: `servers.redis-silent`. Absent from older results, as its values. */
  readonly code?: string;
  readonly values?: MessageValues;
  /** A sentence. */
  readonly text: string;
}

/** What was verified. */
export interface ResultLab {
  readonly name: string;
  readonly server: {
    readonly engine: string;
    /** What really runs. */
    readonly version: string;
    readonly describedVersion: string;
  };
  readonly nodes: readonly ResultNode[];
  readonly sentinel: {
    readonly masterName: string;
    readonly quorum: number;
    readonly downAfterMs: number;
    readonly failoverTimeoutMs: number;
  };
}

/** A node, as it ran. */
export interface ResultNode {
  readonly name: string;
  /** What it starts as. */
  readonly role: string;
  readonly address: string;
  /** null on a node that runs no Redis server. */
  readonly redisPort: number | null;
  /** null on a node that runs no Sentinel. */
  readonly sentinelPort: number | null;
}

/** One run of all scenarios that were asked for. */
export interface RunResult {
  /** 1, 2, … */
  readonly run: number;
  readonly verdict: Verdict;
  /** From the start of the last process to a ready lab, milliseconds; null if this run did not start it. */
  readonly readyMs: number | null;
  readonly scenarios: readonly ScenarioResult[];
}

/**
 * What a scenario may find beside its claims. Each key is a section: the report draws those that it knows, whichever
 * scenario they are of, and a reader leaves out the others.
 */
export interface ScenarioSections {
  /** The node that was master when it began; null if none was agreed upon. Absent from older results. */
  readonly master?: string | null;
  /**
   * Last acknowledged write before the fault to the first after it, as the client saw it that finds
   * the master as Sentinel's client guide says; null without a fault, or if there was no such write.
   */
  readonly outageMs: number | null;
  /** The fault to the first write that the promoted node accepts, asked directly; null without. */
  readonly writableMs: number | null;
  /** The parts of the outage, in order; empty without a fault. */
  readonly phases: readonly Phase[];
  /** null without a fault, and where no node could be asked for what it has. */
  readonly ledger: LedgerResult | null;
  /** What was broken; null where nothing was. Absent from results of format 1. */
  readonly fault?: { readonly kind: string; readonly node: string } | null;
  /** Who was master before and after, by node; null without a failover. */
  readonly promotion: { readonly from: string; readonly to: string } | null;
}

/** What one scenario found out. */
export interface ScenarioResult extends ScenarioSections {
  readonly name: string;
  readonly verdict: Verdict;
  /** Why it failed or was skipped, in a sentence; null if it passed. */
  readonly reason: string | null;
  /** The claim that ended it; null where none did. Absent from older results, as {@link reasonCodes}. */
  readonly failedClaim?: string | null;
  /** What is told in {@link reason}, beside the claim. */
  readonly reasonCodes?: readonly Coded[];
  readonly ms: number;
  readonly assertions: readonly Assertion[];
  /** In order of time. */
  readonly timeline: readonly TimelineEntry[];
  /** What a reader should know about how it was done, as sentences. */
  readonly notes: readonly string[];
  /** Of {@link notes}, in their order. Absent from older results. */
  readonly noteCodes?: readonly Coded[];
  /** Folder with logs, INFO and Sentinel state, kept because the scenario failed; else null. */
  readonly evidence: string | null;
}

/** A claim that was looked at, or was not: `skipped`. */
export interface Assertion {
  /** What it is known by, whatever its language: `failover.promoted`. Absent from results of format 1. */
  readonly code?: string;
  /** What its texts are filled with. Absent from results of format 1. */
  readonly values?: MessageValues;
  /** A sentence that is true or not, in English, as all of it. */
  readonly claim: string;
  readonly verdict: Verdict;
  readonly expected: string;
  readonly seen: string;
  /** What is told in {@link seen}, where the claim does not hold and as far as it has codes. */
  readonly seenCodes?: readonly Coded[];
  /** How long it took to find out, milliseconds. */
  readonly ms: number;
}

/** Something that happened during a scenario. */
export interface TimelineEntry {
  /** Milliseconds from the fault (before it: negative); without a fault, from the scenario's begin. */
  readonly atMs: number;
  /** `scenario`, `client`, `probe`, `sentinel@NODE`, `redis@NODE`. */
  readonly source: string;
  /** A short word: `+sdown`, `write acknowledged`, `log`. */
  readonly event: string;
  readonly detail: string;
  /** What is told in {@link detail}; absent where it is what a server said. */
  readonly detailCodes?: readonly Coded[];
}

/** From the fault to a client that writes again, in this order. */
export type PhaseName = 'detection' | 'agreement' | 'election' | 'promotion' | 'rediscovery';

/** A part of the outage. */
export interface Phase {
  readonly name: PhaseName;
  /** From what to what, in words. */
  readonly from: string;
  readonly to: string;
  /** Milliseconds from the fault at which it began; null if that was not seen. */
  readonly atMs: number | null;
  /** Length in milliseconds; null if one of its ends was not seen. */
  readonly ms: number | null;
  /** What Sentinel's own constants give for it. */
  readonly predicted: { readonly minMs: number; readonly maxMs: number; readonly why: string };
}

/** What became of every write of the client. */
export interface LedgerResult {
  /** Time between the starts of two writes, milliseconds, if the first is answered by then. */
  readonly intervalMs: number;
  /** = acknowledged + refused + unknown */
  readonly attempted: number;
  /** The server said OK. */
  readonly acknowledged: number;
  /** Acknowledged and there at the end. */
  readonly kept: number;
  /** Acknowledged, and not there at the end. */
  readonly lost: number;
  /** The server said no, or there was no server to send it to. */
  readonly refused: number;
  /** Sent, and never answered: it may be there or not. */
  readonly unknown: number;
  /** Those of the unknown that are there at the end. */
  readonly unknownKept: number;
  /** Numbers of the lost records. */
  readonly lostRecords: readonly number[];
  /** Every write, runs of the same fate taken together. */
  readonly stretches: readonly LedgerStretch[];
}

/** Writes of the same fate, one after the other. */
export interface LedgerStretch {
  readonly outcome: 'kept' | 'lost' | 'refused' | 'unknown';
  /** What the server or the connection said; empty where it was accepted. */
  readonly reason: string;
  /** What it is known by; absent where nothing was said, and from older results. */
  readonly reasonCodes?: readonly Coded[];
  /** First and last number of the stretch; the first record is 1. */
  readonly first: number;
  readonly last: number;
  /** When the first was sent and the last was settled, milliseconds from the fault. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A scenario over all runs. */
export interface ScenarioSummary {
  readonly name: string;
  readonly runs: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Absent where no run had a figure. */
  readonly readyMs?: Statistics;
  readonly outageMs?: Statistics;
  readonly writableMs?: Statistics;
  readonly phases: Readonly<Partial<Record<PhaseName, Statistics>>>;
  /** All runs together. */
  readonly acknowledged: number;
  readonly lost: number;
}

/** Of figures to a tenth of a millisecond, as all numbers of a result; p95 is the nearest rank. Milliseconds. */
export interface Statistics {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}
