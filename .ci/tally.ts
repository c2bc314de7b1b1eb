/**
 * Summing the counts of several suites. Each writes lines, with tabs between: `passed N`, `failed N`, `pending N`, `skipped N
 * REASON`, and for each failed test `failure 1 WHICH`.
 */

interface Tally {
  passed: number;
  failed: number;
  pending: number;
  /** How many tests, by the reason. */
  readonly skipped: Map<string, number>;
  /** For each failed test: its file, its name and the message. */
  readonly failures: string[];
}

export interface Suite {
  readonly name: string;
  /** Whether its process exited with 0. */
  readonly good: boolean;
  readonly counted: string;
}

export interface Summary {
  readonly lines: readonly string[];
  readonly good: boolean;
}

/** Stands for the reason of tests that were skipped without one. */
const NO_REASON = 'a reason that was given';

/** The sum of all suites. `strict`: a test that is skipped without a reason is an error. */
export function summarise(suites: readonly Suite[], strict: boolean): Summary {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lacking = new Map<string, number>();
  const failing: string[] = [];
  for (const { good, counted } of suites) {
    const { passed, failed, skipped, failures } = read(counted);
    failing.push(...failures);
    total.passed += passed;
    // A suite that fails without a failed test counts as one: a linter, or a suite that could not start.
    total.failed += failed === 0 && !good ? 1 : failed;
    for (const [reason, count] of skipped) {
      total.skipped += count;
      add(lacking, reason, count);
    }
  }
  const bad = suites.filter(({ good }) => !good).map(({ name }) => name);
  const named = [...lacking].sort(([, one], [, other]) => other - one);
  const list = named.map(([reason, count]) => `${reason} (${count})`).join(', ');
  const lines = [
    ...(bad.length > 0 ? [`Failed: ${bad.join(', ')}`] : []),
    ...failing.map((each) => `  ${each}`),
    ...(list === ''
      ? []
      : [`Skipped ${total.skipped} tests, since this machine lacks what they need: ${list}`]),
    `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`,
  ];
  return { lines, good: total.failed === 0 && !(strict && lacking.has(NO_REASON)) };
}

function read(counted: string): Tally {
  const tally: Tally = { passed: 0, failed: 0, pending: 0, skipped: new Map(), failures: [] };
  for (const line of counted.split('\n')) {
    const [what = '', count = '', reason = ''] = line.split('\t');
    if (what === 'passed' || what === 'failed' || what === 'pending') tally[what] += Number(count);
    else if (what === 'failure') tally.failures.push(reason);
    else if (what === 'skipped') add(tally.skipped, reason, Number(count));
  }
  const explained = [...tally.skipped.values()].reduce((sum, each) => sum + each, 0);
  if (tally.pending > explained) add(tally.skipped, NO_REASON, tally.pending - explained);
  return tally;
}

function add(to: Map<string, number>, reason: string, count: number): void {
  to.set(reason, (to.get(reason) ?? 0) + count);
}
