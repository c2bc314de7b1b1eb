/** Which faults come when: drawn from a seed, so that the same seed gives the same on the same lab. */
import { createHash } from 'node:crypto';
import type { Fault } from '../../faults/fault.js';
import { type LabModel, type NodeModel, sentinelsOf } from '../../model/model.js';
import { redisNodes } from '../../redis-view/endpoints.js';
import type { RandomStep } from '../../report/types.generated.js';

/** Of a schedule: one alone is what the scenarios are for. */
const STEPS = 2;
/** The longest that a fault comes after the one before it, in units of down-after. */
const MOST_BETWEEN = 3;
/** The longest that a fault stays, in units of down-after and failover-timeout together. */
const MOST_FOR = 1.5;
const LEAST_FOR_MS = 100;

/** As a fault takes them. */
type Options = NonNullable<RandomStep['options']>;

/** What a slow link may be like. */
const SLOW: readonly Options[] = [
  { delayMs: 50, jitterMs: 20 },
  { delayMs: 300, lossPercent: 5 },
  { lossPercent: 30 },
  { rateKbit: 64 },
];

/** Drawn from a seed: numbers from 0 to 1, the same again for the same seed. */
class Drawn {
  #count = 0;

  constructor(readonly seed: number) {}

  next(): number {
    this.#count += 1;
    const digest = createHash('sha256').update(`${this.seed}:${this.#count}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }

  upTo(most: number): number {
    return Math.round(this.next() * most);
  }

  /** @throws Error for no items */
  one<T>(items: readonly T[]): T {
    const found = items[Math.floor(this.next() * items.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  }
}

/** @param faults those that the backend can inject and undo, in their order */
export function scheduleOf(
  seed: number,
  lab: LabModel,
  faults: readonly Fault[],
): readonly RandomStep[] {
  const { downAfterMs, failoverTimeoutMs } = lab.sentinel;
  const drawn = new Drawn(seed);
  const steps: RandomStep[] = [];
  let atMs = 0;
  for (let i = 0; i < STEPS; i++) {
    atMs += drawn.upTo(i === 0 ? downAfterMs : MOST_BETWEEN * downAfterMs);
    const fault = drawn.one(faults);
    const { name: node } = drawn.one(nodesFor(fault, lab));
    const longest = MOST_FOR * (downAfterMs + failoverTimeoutMs);
    const forMs = LEAST_FOR_MS + drawn.upTo(longest);
    const options = optionsFor(fault, drawn);
    steps.push({ atMs, fault: fault.kind, node, forMs, ...(options ? { options } : {}) });
  }
  return steps;
}

function nodesFor({ target }: Fault, lab: LabModel): readonly NodeModel[] {
  if (target === 'sentinel') return sentinelsOf(lab);
  return target === 'redis' ? redisNodes(lab) : lab.nodes;
}

/** Drawn also for those that take none, so that the numbers after them are the same. */
function optionsFor({ takes = [] }: Fault, drawn: Drawn): Options | undefined {
  const [slow, way] = [drawn.one(SLOW), drawn.one(['in', 'out', ''] as const)];
  const options: Options = {
    ...(takes.includes('delayMs') ? slow : {}),
    ...(takes.includes('oneWay') && way ? { oneWay: way } : {}),
  };
  return Object.keys(options).length > 0 ? options : undefined;
}
