/** Tests that run a few at a time: a lab mostly waits for its Sentinels, and two labs do that as fast as one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';

export interface Trial {
  readonly title: string;
  readonly run: () => Promise<void>;
}

interface Outcome {
  readonly error?: unknown;
}

/** More would make a small machine so busy that Sentinels take servers for dead. */
const AT_ONCE = 2;

/** Each trial becomes a test of the suite that this is called in. They begin when that begins. */
export function sideBySide(trials: readonly Trial[]): void {
  const outcomes = new Map<Trial, Promise<Outcome>>();
  let atFirst = 0;

  before(() => {
    atFirst = connections();
    const settle = new Map<Trial, (outcome: Outcome) => void>();
    for (const trial of trials) {
      outcomes.set(trial, new Promise((resolve) => settle.set(trial, resolve)));
    }
    const queue = [...trials];
    const lane = async () => {
      for (let trial = queue.shift(); trial; trial = queue.shift()) {
        settle.get(trial)?.(await outcomeOf(trial));
      }
    };
    for (let i = 0; i < AT_ONCE; i++) void lane();
  });

  for (const trial of trials) {
    it(trial.title, async () => {
      const { error } = (await outcomes.get(trial)) ?? {};
      if (error !== undefined) throw error;
    });
  }

  after(async function leavesNoConnection() {
    this.timeout(120_000);
    await Promise.all(outcomes.values());
    if (outcomes.size === 0) return; // skipped
    for (let tries = 0; tries < 2400 && connections() > atFirst; tries++) await sleep(50);
    expect(connections(), 'connections that are still open').to.be.at.most(atFirst);
  });
}

async function outcomeOf({ run }: Trial): Promise<Outcome> {
  try {
    await run();
    return {};
  } catch (error) {
    return { error };
  }
}

function connections(): number {
  return process.getActiveResourcesInfo().filter((each) => each === 'TCPSocketWrap').length;
}
