/** Breaking a node's Redis server on purpose. */
import { EXIT, RedisLabError } from '../../errors.js';
import { type ProcessTable, type SeenProcess, signal, waitUntil } from '../../process/processes.js';
import type { FaultKind } from '../backend.js';

/** A server that crashes tests its memory before it ends, which takes up to 3 s. */
const EFFECT_MS = 15_000;

export const FAULTS = ['crash', 'hang'] as const satisfies FaultKind[];

export type LocalFault = (typeof FAULTS)[number];

const SIGNALS: Readonly<Record<LocalFault, readonly NodeJS.Signals[]>> = {
  // One that stands still hears of it once it goes on.
  crash: ['SIGSEGV', 'SIGCONT'],
  hang: ['SIGSTOP'],
};

export async function inject(
  table: ProcessTable,
  fault: LocalFault,
  name: string,
  process: SeenProcess,
): Promise<void> {
  await signal(table, process, ...SIGNALS[fault]);
  const broken = await waitUntil(
    table,
    process,
    EFFECT_MS,
    (seen) => !seen || (fault === 'hang' && seen.halted),
  );
  if (broken) return;
  throw new RedisLabError(
    `${name} (pid ${process.pid}) was sent ${SIGNALS[fault][0]} and runs on after ${EFFECT_MS} ms. Its log says what it is doing.`,
    { exitCode: EXIT.deadline },
  );
}
