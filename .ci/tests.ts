/**
 * Runs a tier of the tests on the build, several suites side by side, all of them even if one fails. Tells at the end what was
 * skipped, and what this machine lacks for it.
 *
 * tsx .ci/tests.ts test|thorough|systems|long
 *
 * The last line is `N passed, N failed, N skipped`, of all suites. Exits with 1 if anything failed, or under CI=true was
 * skipped without a reason.
 */
/* biome-ignore-all lint/suspicious/noConsole: it prints what came of it */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { concurrently } from 'concurrently';
import { isBuilt } from './built.js';
import { summarise } from './tally.js';

interface Tier {
  /** Scripts of package.json, in the order in which they start; the longest first. */
  readonly scripts: readonly string[];
  readonly atOnce: number;
}

const TIERS: Readonly<Record<string, Tier>> = {
  test: {
    scripts: [
      'test:live',
      'test:spec',
      'test:package',
      'test:readers',
      'test:browser',
      'types',
      'check',
    ],
    // One more than a small machine has processors: labs wait for their Sentinels, npm waits for the disk.
    atOnce: 3,
  },
  thorough: { scripts: ['test:thorough-suite'], atOnce: 1 },
  // One after the other: emulated machines use two processors completely.
  systems: { scripts: ['test:incus', 'test:class', 'test:vagrant'], atOnce: 1 },
  long: {
    scripts: [
      'test:readers-long',
      'test:incidents',
      'test:nodes',
      'test:virtualbox',
      'test:virtualbox-long',
      'test:incus-long',
      'test:class-long',
      'test:vagrant-newer',
      'test:vagrant-long',
      'test:arm',
    ],
    atOnce: 1,
  },
};

/** The tiers that need what `.ci/prerequisites` brings; the others bring what is theirs. */
const NEEDS_READERS = ['test', 'thorough'];

const name = process.argv[2] ?? '';
const tier = TIERS[name];
if (!tier) {
  console.error(`usage: tsx .ci/tests.ts ${Object.keys(TIERS).join('|')}`);
  process.exit(2);
}

const INHERIT = { stdio: 'inherit', shell: process.platform === 'win32' } as const;
const folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-tests-'));
try {
  const ready = isBuilt() || spawnSync('npm', ['run', '--silent', 'build'], INHERIT).status === 0;
  if (!ready) process.exitCode = 1;
  else
    process.exitCode =
      !NEEDS_READERS.includes(name) || bringPrerequisites() ? await runTier(tier) : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The script tells what it cannot bring; without bash, it brings nothing. False if that is an error. */
function bringPrerequisites(): boolean {
  const { status, error } = spawnSync('bash', ['.ci/prerequisites'], INHERIT);
  if (!error && status === 0) return true;
  console.error(
    'prerequisites: not brought; what they are for is skipped, and under CI=true fails',
  );
  return process.env['CI'] !== 'true';
}

async function runTier(tier: Tier): Promise<number> {
  const failed = await runAll(tier);
  const suites = tier.scripts.map((script) => ({
    name: script,
    good: !failed.includes(script),
    counted: readFileSync(tallyOf(script), 'utf8'),
  }));
  const { lines, good } = summarise(suites, process.env['CI'] === 'true');
  console.log(['', ...lines].join('\n'));
  return good ? 0 : 1;
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
