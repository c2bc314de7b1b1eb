/** Breaking a node's Redis server on purpose. */
import { EXIT, RedisLabError } from '../../errors.js';
import type { FaultKind } from '../backend.js';
import { goneWithin, type ProcessTable, type SeenProcess, signal } from './processes.js';

/** A server tests its memory before it ends, which takes up to 3 s. */
const CRASH_MS = 15_000;

const SIGNALS: Readonly<Record<FaultKind, readonly NodeJS.Signals[]>> = {
  // One that stands still hears of it once it goes on.
  crash: ['SIGSEGV', 'SIGCONT'],
  hang: ['SIGSTOP'],
};

export async function inject(
  table: ProcessTable,
  fault: FaultKind,
  name: string,
  process: SeenProcess,
): Promise<void> {
  const there = await signal(table, process, ...SIGNALS[fault]);
  if (!there || fault !== 'crash' || (await goneWithin(table, process, CRASH_MS))) return;
  throw new RedisLabError(
    `${name} (pid ${process.pid}) got a segmentation fault and is still there after ${CRASH_MS} ms. Its log says what it is doing.`,
    { exitCode: EXIT.deadline },
  );
}
