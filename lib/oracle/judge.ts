/**
 * Says of a history alone what cannot have happened in a store that keeps what it acknowledges and shows it to everybody at once.
 * Sentinel promises no such store: what it may cost is for the caller to allow.
 */
import { duplicated } from './checks/duplicated.js';
import { forked } from './checks/forked.js';
import { lost } from './checks/lost.js';
import { phantom } from './checks/phantom.js';
import { reordered } from './checks/reordered.js';
import { stale } from './checks/stale.js';
import { twoMasters } from './checks/two-masters.js';
import type { History } from './history.js';
import { type Check, FINDING_KINDS, type Finding, type FindingKind, shortest } from './part.js';
import { holds, type KeyView, viewsOf } from './view.js';

const CHECKS: Readonly<Record<FindingKind, Check>> = {
  lost,
  phantom,
  duplicated,
  reordered,
  'two-masters': twoMasters,
  forked,
  stale,
};

/** What became of all appends. */
export interface Account {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly kept: number;
  readonly lost: number;
  readonly refused: number;
  readonly unknown: number;
  readonly unknownKept: number;
}

export interface Judgement {
  /** Failed if there is a finding that is not allowed. */
  readonly verdict: 'passed' | 'failed';
  /** In the order of {@link FINDING_KINDS}. */
  readonly findings: readonly Finding[];
  readonly account: Account;
}

/**
 * Judges a history, in time that grows as it does.
 * @param allowed kinds of findings that do not fail it; default none
 * @throws Error where two appends to one key have the same value: then nobody can tell them apart
 */
export function judge(history: History, allowed: readonly FindingKind[] = []): Judgement {
  const views = viewsOf(history);
  const findings = FINDING_KINDS.flatMap((kind) =>
    views.flatMap((view) =>
      [...CHECKS[kind](view)].map((finding) => shortest(finding, CHECKS[kind])),
    ),
  );
  const verdict = findings.every(({ kind }) => allowed.includes(kind)) ? 'passed' : 'failed';
  return { verdict, findings, account: accountOf(views) };
}

function accountOf(views: readonly KeyView[]): Account {
  const all = views.flatMap(({ appends, final }) =>
    [...appends.values()].map(({ value, outcome }) => ({ outcome, kept: holds(final, value) })),
  );
  const count = (outcome: string, kept?: boolean) =>
    all.filter((each) => each.outcome === outcome && (kept ?? each.kept) === each.kept).length;
  return {
    attempted: all.length,
    acknowledged: count('acknowledged'),
    kept: count('acknowledged', true),
    lost: count('acknowledged', false),
    refused: count('refused'),
    unknown: count('unknown'),
    unknownKept: count('unknown', true),
  };
}
