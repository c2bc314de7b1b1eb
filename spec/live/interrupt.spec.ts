/** Ctrl-C at any moment: nothing of ours runs on, or it is said what does and how to end it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { redisLab, redisLabProcess } from '../support/cli.js';
import { type Home, leftBelow, newHome, processesBelow } from './support/home.js';

const SET = ['--set', 'sentinel.downAfter=1000'];
/** As long as a whole `up` with this down-after takes, more or less. */
const WHOLE_MS = 6500;
const MOMENTS = 10;
/** By then Node has loaded the command, on a busy machine as well. */
const LISTENS_MS = 1000;

interface Interrupted {
  readonly what: string;
  /** Milliseconds from the start of the process to the signal. */
  readonly afterMs: number;
  readonly exitCode: number | undefined;
  readonly said: string;
  readonly running: readonly string[];
}

/** The moments are spread evenly, each drawn at random within its part. */
async function interrupt(home: Home, args: string[], moment: number): Promise<Interrupted> {
  const afterMs = ((moment + Math.random()) / MOMENTS) * WHOLE_MS;
  const signal = moment % 2 === 0 ? 'SIGINT' : 'SIGTERM';
  const child = redisLabProcess(home.folder, [...args, ...SET], { env: home.env, timeout: 60_000 });
  await sleep(afterMs);
  child.kill(signal);
  const { exitCode, stdout, stderr } = await child;
  return {
    what: `${args.join(' ')} with ${signal} after ${afterMs.toFixed(0)} ms`,
    afterMs,
    exitCode,
    said: `${stdout}${stderr}`,
    running: processesBelow(home.folder),
  };
}

/** Whatever happened, the way out works, and leads out. */
async function expectDown(home: Home, what: string): Promise<void> {
  const down = await redisLab(home.folder, ['down'], { env: home.env });
  expect(down.exitCode, `${what}, then down: ${down.stderr}`).to.equal(0);
  expect(await leftBelow(home.folder), what).to.deep.equal([]);
}

describe('interrupted', function () {
  this.timeout(240_000);

  for (const command of ['up', 'verify']) {
    it(`${command} leaves nothing running, or says what and how to end it`, async () => {
      // Two at a time, so that there is no more to do than there are processors.
      const moments = Array.from({ length: MOMENTS }, (_, index) => index);
      const one = async () => {
        for (let moment = moments.shift(); moment !== undefined; moment = moments.shift()) {
          const home = newHome();
          const { what, afterMs, exitCode, said, running } = await interrupt(
            home,
            [command],
            moment,
          );
          // One that was done before the signal came is done; one that had not begun to listen just ends.
          const good = afterMs < LISTENS_MS ? [0, 130, null] : [0, 130];
          expect(good, `${what}: ${said}`).to.include(exitCode ?? null);
          if (running.length > 0) expect(said, what).to.include('redis-lab down');
          if (exitCode === 130) expect(said, what).to.include('interrupted');
          await expectDown(home, what);
        }
      };
      await Promise.all([one(), one()]);
    });
  }

  it('verify of a lab that ran before leaves it whole and running', async () => {
    const home = newHome();
    const { env } = home;
    const up = await redisLab(home.folder, ['up', '--no-verify', ...SET], { env });
    expect(up.exitCode, up.stderr).to.equal(0);
    const before = processesBelow(home.folder).length;
    const child = redisLabProcess(home.folder, ['verify', 'failover', ...SET], { env });
    // By then the master is down.
    await sleep(2500);
    child.kill('SIGINT');
    const { exitCode } = await child;
    expect(exitCode).to.equal(130);
    expect(processesBelow(home.folder)).to.have.lengthOf(before);
    const again = await redisLab(home.folder, ['up', '--no-verify', '--json', ...SET], { env });
    expect(JSON.parse(again.stdout)).to.nested.include({ started: false, 'status.ready': true });
    await expectDown(home, 'verify of a running lab');
  });
});
