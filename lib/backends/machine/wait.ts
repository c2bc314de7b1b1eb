/** Waiting until every service runs. */
import { CLOCK, type Clock } from '../../clock.js';
import type { Sentence } from '../../coded.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { message } from '../../report/messages.js';
import { lastWords } from './last-words.js';
import { startService } from './mend.js';
import type { Shell } from './shell.js';
import type { Survey, Surveyed } from './survey.js';

/** Sentinel may wait 120 s for the master before it starts. */
const SERVICES_MS = 180_000;
const POLL_MS = 50;
const SLOW_MS = 1000;
const LONGEST_PAUSE_MS = 5000;

interface WaitOptions {
  /** Told once for each service that starts to run: `master redis`. */
  readonly onStep: (told: Sentence) => void;
  readonly signal: AbortSignal | undefined;
  readonly clock?: Clock;
}

/** After so many milliseconds it is told what is still waited for, and again each time. */
const SAID_MS = 45_000;

/** After this many restarts by systemd since the first look, a further one will not help. */
const VAIN_RESTARTS = 2;

/**
 * Looks until every service runs, and starts those that have stopped meanwhile, such as a server that was just ending. Gives
 * the last survey, and when it was, in milliseconds of `now()`.
 * @throws RedisLabError with the last log lines of services that do not run: (4) as soon as one has ended again, (5) when the
 * time is up
 */
export async function untilAllRun(
  shell: Shell,
  before: Survey,
  look: () => Promise<Survey>,
  { onStep, signal, clock: { now, sleep } = CLOCK }: WaitOptions,
): Promise<Survey & { readonly at: number }> {
  const told = new Set(
    before.services.flatMap(({ name, state }) => (state === 'stopped' ? [] : [name])),
  );
  const begun = new Set<string>();
  // What systemd tried before, as at the boot of a machine that had a fault, says nothing: that fault is undone by now.
  const earlier = new Map<string, number>();
  const since = now();
  const end = since + SERVICES_MS;
  let sayAt = since + SAID_MS;
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
    const ended = missing.filter(({ name, failed, restarts }) => {
      // A start by hand lets systemd count from zero.
      const least = Math.min(earlier.get(name) ?? restarts, restarts);
      earlier.set(name, least);
      return (failed !== undefined && begun.has(name)) || restarts - least >= VAIN_RESTARTS;
    });
    if (ended.length > 0)
      throw await notRunning(shell, { ...seen, services: ended }, howEnded, EXIT.program);
    if (now() >= end)
      throw await notRunning(shell, { ...seen, services: missing }, howLate, EXIT.deadline);
    if (now() >= sayAt) {
      sayAt += SAID_MS;
      const seconds = Math.round((now() - since) / 1000);
      const names = missing.map(({ name }) => name).join(', ');
      onStep(message('start.services', { seconds, names }));
    }
    for (const each of missing) {
      if (!each.resting || begun.has(each.name)) continue;
      begun.add(each.name);
      await startService(shell, each);
    }
    // A look takes seconds of CPU on an emulated machine, which needs it for what we wait for.
    await sleep(tookMs < SLOW_MS ? POLL_MS : Math.min(tookMs, LONGEST_PAUSE_MS), signal);
  }
}

function howEnded({ failed, restarts }: Surveyed): string {
  return failed === undefined
    ? `ends again and again: systemd has started it ${restarts} times`
    : `ended when it was started (systemd: ${failed})`;
}

function howLate(): string {
  return `does not run ${SERVICES_MS / 1000} s after it was started`;
}

async function notRunning(
  shell: Shell,
  { server, services }: Survey,
  how: (service: Surveyed) => string,
  exitCode: typeof EXIT.program | typeof EXIT.deadline,
): Promise<RedisLabError> {
  const errors = await Promise.all(
    services.map((each) => lastWords(shell, each, how(each), server)),
  );
  return new RedisLabError(errors.map(({ message }) => message).join('\n'), {
    exitCode,
    code: 'server.failed-start',
  });
}
