/**
 * Runs a tier of the tests, as much of it side by side as pays, all of it also where something fails, and says at the end
 * what was skipped, since this machine lacks what it needs.
 *
 *   tsx .ci/tests.ts test|systems|long
 *
 * Its last line is `N passed, N failed, N skipped`, of all suites. Ends with 1 if anything failed, or under CI=true was
 * skipped without a reason.
 */
/* biome-ignore-all lint/suspicious/noConsole: it prints what came of it */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { concurrently } from 'concurrently';

interface Tier {
  /** Scripts of package.json, each beginning when one before it has ended; the longest come first. */
  readonly scripts: readonly string[];
  readonly atOnce: number;
}

const TIERS: Readonly<Record<string, Tier>> = {
  test: {
    scripts: [
      'check',
      'types',
      'test:spec',
      'test:live',
      'test:readers',
      'test:browser',
      'test:package',
    ],
    atOnce: 2,
  },
  systems: { scripts: ['test:incus', 'test:vagrant'], atOnce: 1 },
  long: { scripts: ['test:incus-long', 'test:vagrant-long'], atOnce: 1 },
};

/** What nobody gave a reason for should not be skipped. */
const NO_REASON = 'a reason that was given';

interface Tally {
  passed: number;
  failed: number;
  pending: number;
  /** How many tests, by what is lacking. */
  readonly skipped: Map<string, number>;
}

const name = process.argv[2] ?? '';
const tier = TIERS[name];
if (!tier) {
  console.error(`usage: tsx .ci/tests.ts ${Object.keys(TIERS).join('|')}`);
  process.exit(2);
}

const folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-tests-'));
try {
  if (name === 'test') bringPrerequisites();
  const failed = await runAll(tier);
  process.exitCode = summarise(tier, failed) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The script says by itself what it cannot bring; where there is no bash, it cannot bring anything. */
function bringPrerequisites(): void {
  const { status, error } = spawnSync('bash', ['.ci/prerequisites'], { stdio: 'inherit' });
  if (!error && status === 0) return;
  if (process.env['CI'] === 'true') throw new Error('the prerequisites could not be brought');
  console.error('prerequisites: not brought; what they are for is skipped');
}

/** The scripts that failed. */
async function runAll({ scripts, atOnce }: Tier): Promise<string[]> {
  const commands = scripts.map((script) => {
    writeFileSync(tallyOf(script), '');
    const env = { REDIS_LAB_TALLY: tallyOf(script) };
    return { command: `npm run --silent ${script}`, name: script, env };
  });
  const { result } = concurrently(commands, { maxProcesses: atOnce, group: true, prefix: 'none' });
  const ends = await result.catch((ended: Awaited<typeof result> | Error) => {
    if (ended instanceof Error) throw ended;
    return ended;
  });
  return ends.flatMap(({ command, exitCode }) => (exitCode === 0 ? [] : [command.name]));
}

function tallyOf(script: string): string {
  return path.join(folder, script.replace(':', '-'));
}

function read(script: string): Tally {
  const tally: Tally = { passed: 0, failed: 0, pending: 0, skipped: new Map() };
  for (const line of readFileSync(tallyOf(script), 'utf8').split('\n')) {
    const [what = '', count = '', reason = ''] = line.split('\t');
    if (what === 'passed' || what === 'failed' || what === 'pending') tally[what] += Number(count);
    else if (what === 'skipped') add(tally.skipped, reason, Number(count));
  }
  const explained = [...tally.skipped.values()].reduce((sum, each) => sum + each, 0);
  if (tally.pending > explained) add(tally.skipped, NO_REASON, tally.pending - explained);
  return tally;
}

function add(to: Map<string, number>, reason: string, count: number): void {
  to.set(reason, (to.get(reason) ?? 0) + count);
}

/** Says what came of all, and whether that is good. */
function summarise({ scripts }: Tier, notEnded: readonly string[]): boolean {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lacking = new Map<string, number>();
  for (const script of scripts) {
    const { passed, failed, skipped } = read(script);
    total.passed += passed;
    // What fails without a test that does, fails once: a linter, or a suite that could not begin.
    total.failed += failed === 0 && notEnded.includes(script) ? 1 : failed;
    for (const [reason, count] of skipped) {
      total.skipped += count;
      add(lacking, reason, count);
    }
  }
  console.log('');
  if (notEnded.length > 0) console.log(`Failed: ${notEnded.join(', ')}`);
  if (lacking.size > 0) {
    const named = [...lacking].sort(([, one], [, other]) => other - one);
    const list = named.map(([reason, count]) => `${reason} (${count})`).join(', ');
    console.log(`Skipped, since this machine lacks what they need: ${list}`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  const unexplained = process.env['CI'] === 'true' && lacking.has(NO_REASON);
  return total.failed === 0 && !unexplained;
}
