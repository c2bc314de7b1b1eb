/** Faults that are a signal to a server. */
import { EXIT, RedisLabError } from '../errors.js';
import type { NodeModel } from '../model/model.js';
import type { Service } from '../model/services.js';
import type { FaultHost } from './fault.js';

/** A crash report, and a test of its memory where the description asks for one, take up to 3 s. */
const WITHIN_MS = 15_000;

const WHO = { redis: 'Redis server', sentinel: 'Sentinel' } as const;

interface Effect {
  /** In order; the first is what the message names. */
  readonly signals: readonly ['SEGV' | 'STOP' | 'TERM', ...'CONT'[]];
  readonly becomes: 'gone' | 'halted';
  /** What to look at where it has no effect, a sentence. */
  readonly look: string;
}

/** @throws RedisLabError (5) when the signals have no effect in time */
export async function bySignal(
  host: FaultHost,
  node: NodeModel,
  service: Service,
  { signals, becomes, look }: Effect,
): Promise<void> {
  await host.signal(node, service, ...signals);
  if (await host.becomes(node, service, becomes, WITHIN_MS)) return;
  throw new RedisLabError(
    `${node.name}'s ${WHO[service]} was sent SIG${signals[0]} and still runs after ${WITHIN_MS / 1000} s. ${look}`,
    { exitCode: EXIT.deadline },
  );
}

/** Suspends a server. @throws RedisLabError (5) when it goes on */
export async function suspend(host: FaultHost, node: NodeModel, service: Service): Promise<void> {
  await bySignal(host, node, service, {
    signals: ['STOP'],
    becomes: 'halted',
    look: 'See: redis-lab status',
  });
}
