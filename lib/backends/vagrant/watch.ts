/** Machines that come up, watched: vagrant-libvirt waits ten minutes for an address of one that has gone. */
import { sleep } from '../../clock.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { running } from './namesakes.js';
import type { Provider } from './state.js';

const LOOK_EVERY_MS = 3000;

/**
 * Does something that needs machines to run; each may begin to, and then has to go on.
 * @param names What the provider calls them, and what we do.
 * @param work Is aborted by its signal where one has ended, or the caller's signal says so.
 * @throws RedisLabError (4) that names those that ended
 */
export async function whileTheyRun<T>(
  provider: Provider,
  names: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const over = new AbortController();
  const watching = watch(provider, names, ended, over.signal);
  try {
    return await work(AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]));
  } finally {
    over.abort();
    await watching;
  }
}

async function watch(
  provider: Provider,
  names: ReadonlyMap<string, string>,
  ended: AbortController,
  over: AbortSignal,
): Promise<void> {
  const ran = new Set<string>();
  for (;;) {
    await sleep(LOOK_EVERY_MS, over).catch(() => undefined);
    if (over.aborted) return;
    const run = await running(provider, [...names.keys()]).catch(() => undefined);
    // Who cannot be asked knows of no end.
    if (!run) continue;
    for (const name of run) ran.add(name);
    const gone = [...ran].filter((name) => !run.includes(name));
    if (gone.length === 0) continue;
    const nodes = gone.map((name) => names.get(name)).join(' and ');
    ended.abort(
      new RedisLabError(
        `${nodes} ended while the lab came up: the machine was switched off, or its system gave up. Run the same command again.`,
        { exitCode: EXIT.program },
      ),
    );
    return;
  }
}
