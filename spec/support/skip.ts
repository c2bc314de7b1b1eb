/**
 * Skipping tests. If something is missing that could be installed, a test is skipped with the reason, and fails under CI=true,
 * where everything is installed. If the machine cannot have it, it is skipped everywhere.
 */
import { appendFileSync } from 'node:fs';

/** If something is missing that could be installed: fails under CI=true, skips elsewhere. */
export function needs(context: Mocha.Context, missing: string | undefined): void {
  if (missing === undefined) return;
  if (process.env['CI'] === 'true') throw new Error(`missing: ${missing}`);
  skip(context, missing);
}

/** Skips the test, or from a `before` all tests of the suite. */
export function skip(context: Mocha.Context, reason: string): never {
  noteSkipped(skippedBy(context), reason);
  return context.skip();
}

/** Counts skipped tests for .ci/tests.ts. */
export function noteSkipped(tests: number, reason: string): void {
  const tally = process.env['REDIS_LAB_TALLY'];
  if (tally) appendFileSync(tally, `skipped\t${tests}\t${reason.replaceAll(/\s+/g, ' ')}\n`);
}

function skippedBy({ test }: Mocha.Context): number {
  if (!test?.parent || !/^"before all" hook/.test(test.title)) return 1;
  let tests = 0;
  test.parent.eachTest((each) => {
    if (!each.isPending()) tests++;
  });
  return tests;
}
