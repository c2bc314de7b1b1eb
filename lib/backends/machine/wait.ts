/** Waiting until every service runs. */
import { now, sleep } from '../../clock.js';
import type { Sentence } from '../../coded.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { type LabService, spoken } from '../services.js';
import { startService } from './mend.js';
import type { Shell } from './shell.js';
import type { Survey } from './survey.js';
import { UNITS } from './units.js';

/** Sentinel may wait 120 s for the master before it starts. */
const SERVICES_MS = 180_000;
const POLL_MS = 50;
const SLOW_MS = 1000;
const LONGEST_PAUSE_MS = 5000;

export interface WaitOptions {
  /** Told once for each service that did not run before: `master redis`. */
  readonly onStep: (told: Sentence) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks again and again, and starts what has come to rest meanwhile, such as a server that was dying a moment ago; gives what was seen at last, and when, in milliseconds of `now()`.
 * @throws RedisLabError (5) with the last words of those that do not run
 */
export async function untilAllRun(
  shell: Shell,
  before: Survey,
  look: () => Promise<Survey>,
  { onStep, signal }: WaitOptions,
): Promise<Survey & { readonly at: number }> {
  const told = new Set(
    before.services.flatMap(({ name, state }) => (state === 'stopped' ? [] : [name])),
  );
  const begun = new Set<string>();
  const end = now() + SERVICES_MS;
  for (;;) {
    signal?.throwIfAborted();
    const looked = now();
    const seen = await look();
    for (const { name, state } of seen.services) {
      if (state !== 'running' || told.has(name)) continue;
      told.add(name);
      onStep(name);
    }
    signal?.throwIfAborted();
    const missing = seen.services.filter(({ state }) => state !== 'running');
    if (missing.length === 0) return { ...seen, at: now() };
    const tookMs = now() - looked;
    if (now() >= end) throw await notRunning(shell, missing);
    for (const each of missing) {
      if (!each.resting || begun.has(each.name)) continue;
      begun.add(each.name);
      await startService(shell, each);
    }
    // An emulated machine may need the CPU for what is waited for, and a look takes seconds of it.
    await sleep(tookMs < SLOW_MS ? POLL_MS : Math.min(tookMs, LONGEST_PAUSE_MS), signal);
  }
}

async function notRunning(shell: Shell, missing: readonly LabService[]): Promise<RedisLabError> {
  const parts = await Promise.all(
    missing.map(async (each) => {
      const words = ['--lines=12', '--output=cat', '--no-pager', '--quiet'];
      const ran = await shell.attempt(
        each.node.name,
        ['journalctl', `--unit=${UNITS[each.service]}`, ...words],
        { deadlineMs: 20_000 },
      );
      const lines = ran.stdout.trimEnd().split('\n');
      return [
        `${spoken(each)} does not run ${SERVICES_MS / 1000} s after it was started. Its last words:`,
        ...lines.map((line) => `  ${line}`),
      ];
    }),
  );
  return new RedisLabError(parts.flat().join('\n'), { exitCode: EXIT.deadline });
}
