/** Round after round with faults at random, until the time is up or one fails; then the shortest schedule that still fails. */
import { randomInt } from 'node:crypto';
import { faultNamed } from '../../backends/registry.js';
import { now } from '../../clock.js';
import { usage } from '../../errors.js';
import type { Fault } from '../../faults/fault.js';
import type {
  RandomResult,
  RandomRound,
  RandomStep,
  RunResult,
} from '../../report/types.generated.js';
import type { VerifyOptions } from '../../verify/options.js';
import { rounded } from '../../verify/rounded.js';
import { type LabUnderTest, verify } from '../../verify/run.js';
import { MOST_MINUTES, MOST_SEED } from './limits.js';
import { roundBy } from './round.js';
import { scheduleOf } from './schedule.js';

/** How long faults are tried at random, and which. */
export interface RandomOptions extends Pick<VerifyOptions, 'onProgress' | 'signal' | 'fresh'> {
  /** The first round's; each further round has the next number. A whole number, 0 to 2^32 - 1. Default: drawn. */
  readonly seed?: number;
  /** No round begins after so many minutes; one begins in any case. Default 1. */
  readonly minutes?: number;
  /** Instead of what a seed gives: these faults, in one round. */
  readonly steps?: readonly RandomStep[];
  /** Hears of each round when it is over. */
  readonly onRound?: (round: RandomRound) => void;
}

const MS_PER_MINUTE = 60_000;

/**
 * The options, with a seed that was drawn where none was given.
 * @throws RedisLabError (2) with what is wrong
 */
export function checked(options: RandomOptions): RandomOptions & { readonly seed: number } {
  const { seed = randomInt(MOST_SEED + 1), minutes = 1, steps } = options;
  const wrong = [
    ...(Number.isInteger(seed) && seed >= 0 && seed <= MOST_SEED
      ? []
      : [`The seed is ${seed}; use a whole number from 0 to ${MOST_SEED}.`]),
    ...(minutes >= 0 && minutes <= MOST_MINUTES
      ? []
      : [`The time is ${minutes} minutes; use 0 to ${MOST_MINUTES}.`]),
    ...(steps?.length === 0 ? ['No step is given; leave them out, or give one or more.'] : []),
  ];
  if (wrong.length > 0) throw usage(wrong.join('\n'));
  return { ...options, seed };
}

/** Those that the backend can inject. */
function faultsOf({ backend }: LabUnderTest): readonly Fault[] {
  return backend.faults.map((kind) => faultNamed(kind, backend.name));
}

/** @throws what `verify` throws */
export async function hunt(
  underTest: LabUnderTest,
  { seed = 0, minutes = 1, steps, onProgress, onRound, signal }: RandomOptions,
): Promise<RandomResult> {
  const startedAt = new Date().toISOString();
  const since = now();
  const until = since + minutes * MS_PER_MINUTE;
  const faults = faultsOf(underTest);
  const rounds: RandomRound[] = [];
  let { lab } = underTest;

  async function play(
    schedule: readonly RandomStep[],
    number: number | null,
  ): Promise<RandomRound> {
    const options = { signal, ...(onProgress ? { onProgress } : {}) };
    const result = await verify({ ...underTest, lab }, [roundBy(schedule)], options);
    const [scenario] = result.scenarios as [RunResult['scenarios'][number]];
    const { verdict, failedClaim = null, reason, ms, evidence, history, ledger } = scenario;
    const lost = ledger?.lost ?? null;
    const findings = (history?.findings ?? []).map(({ kind }) => kind);
    const found = { verdict, claim: failedClaim, reason, ms, lost, findings, evidence };
    return rounded({ seed: number, schedule: [...schedule], ...found });
  }

  for (
    let number = seed;
    rounds.length === 0 || now() < until;
    number = (number + 1) % (MOST_SEED + 1)
  ) {
    signal?.throwIfAborted();
    const schedule = steps ?? scheduleOf(number, lab, faults);
    const round = await play(schedule, steps ? null : number);
    rounds.push(round);
    onRound?.(round);
    if (steps || round.verdict !== 'passed') break;
  }
  const last = rounds.at(-1) as RandomRound;
  const shortest = last.verdict === 'failed' ? await shorten(last) : null;
  return {
    format: 1,
    lab: lab.name,
    backend: underTest.backend.name,
    verdict: last.verdict,
    startedAt,
    ms: now() - since,
    rounds,
    shortest,
  };

  /** Leaves out what is not needed for the same claim to fail, on a new lab each time. */
  async function shorten({ schedule, claim }: RandomRound): Promise<RandomResult['shortest']> {
    let needed: readonly RandomStep[] = schedule;
    let tries = 0;
    for (const step of schedule) {
      const fewer = needed.filter((each) => each !== step);
      if (fewer.length === 0) break;
      ({ lab } = await underTest.begin());
      tries += 1;
      if ((await play(fewer, null)).claim === claim) needed = fewer;
    }
    ({ lab } = await underTest.begin());
    const again = (await play(needed, null)).claim === claim;
    return { schedule: [...needed], tries: tries + 1, again };
  }
}
