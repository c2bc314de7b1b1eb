/** Faults that are a signal to the Redis server. */
import { EXIT, RedisLabError } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import type { FaultHost } from './fault.js';

/** A crash report, and a test of its memory where the description asks for one, take up to 3 s. */
const WITHIN_MS = 15_000;

interface Effect {
  /** In order; the first is what the message names. */
  readonly signals: readonly ['SEGV' | 'STOP', ...'CONT'[]];
  readonly becomes: 'gone' | 'halted';
  /** What to look at where it has no effect, a sentence. */
  readonly look: string;
}

/** @throws RedisLabError (5) when the signals have no effect in time */
export async function bySignal(
  host: FaultHost,
  node: NodeModel,
  { signals, becomes, look }: Effect,
): Promise<void> {
  await host.signal(node, ...signals);
  if (await host.becomes(node, becomes, WITHIN_MS)) return;
  throw new RedisLabError(
    `${node.name}'s Redis server was sent SIG${signals[0]} and still runs after ${WITHIN_MS / 1000} s. ${look}`,
    { exitCode: EXIT.deadline },
  );
}
