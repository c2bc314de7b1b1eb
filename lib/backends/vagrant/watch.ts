/** Watching machines while they come up: vagrant-libvirt waits ten minutes for the address of a machine that has stopped. */
import { sleep } from '../../clock.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { running } from './provider.js';
import type { Provider } from './state.js';

const LOOK_EVERY_MS = 3000;

/**
 * Does `work` while machines come up, and aborts it if one that has begun to run stops.
 * @param names names at the provider, by node
 * @param work calls `begun` for a node whose machine has begun to run: the machine may start and stop between two looks
 * @throws RedisLabError (4) with the machines that stopped; what `work` throws
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
    // Machines that begin to run during the question may not be in the answer.
    const begun = [...ran];
    const run = await running(provider, [...names.values()], over).catch(() => undefined);
    // If the provider does not answer, assume that nothing stopped.
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
