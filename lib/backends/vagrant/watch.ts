/** Machines that come up, watched: vagrant-libvirt waits ten minutes for an address of one that has gone. */
import { sleep } from '../../clock.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { running } from './namesakes.js';
import type { Provider } from './state.js';

const LOOK_EVERY_MS = 3000;

/**
 * Does something that needs machines to run; each may begin to, and then has to go on.
 * @param names What the provider calls them, by what we do.
 * @param work Is aborted by its signal where one has ended, or the caller's signal says so. It may say of a node that its
 * machine has begun to run, which may otherwise come and go between two looks.
 * @throws RedisLabError (4) that names those that ended
 */
export async function whileTheyRun<T>(
  provider: Provider,
  names: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal, begun: (node: string) => void) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const over = new AbortController();
  const ran = new Set<string>();
  const watching = watch(provider, names, ran, ended, over.signal);
  try {
    const either = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]);
    return await work(either, (node) => ran.add(node));
  } finally {
    over.abort();
    await watching;
  }
}

async function watch(
  provider: Provider,
  names: ReadonlyMap<string, string>,
  ran: Set<string>,
  ended: AbortController,
  over: AbortSignal,
): Promise<void> {
  for (;;) {
    await sleep(LOOK_EVERY_MS, over).catch(() => undefined);
    if (over.aborted) return;
    // Those that begin while the provider is asked cannot be in its answer.
    const begun = [...ran];
    const run = await running(provider, [...names.values()]).catch(() => undefined);
    // Who cannot be asked knows of no end.
    if (!run) continue;
    const runs = (node: string) => run.includes(names.get(node) ?? '');
    const gone = begun.filter((node) => !runs(node));
    for (const node of names.keys()) if (runs(node)) ran.add(node);
    if (gone.length === 0) continue;
    ended.abort(
      new RedisLabError(
        `${gone.join(' and ')} ended while the lab came up: the machine was switched off, or its system gave up. Run the same command again.`,
        { exitCode: EXIT.program },
      ),
    );
    return;
  }
}
