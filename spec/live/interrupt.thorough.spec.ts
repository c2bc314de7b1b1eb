/** Ctrl-C at any moment: nothing of ours runs on, or it is said what does and how to end it. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { needsServer } from '../backends/local/support.js';
import { until } from '../support/at-work.js';
import { redisLab, redisLabProcess } from '../support/cli.js';
import { type Home, leftBelow, newHome, processesBelow } from './support/home.js';

const SET = ['--set', 'sentinel.downAfter=1000'];
/** As long as a whole `up` with this down-after takes from its first word on, more or less. */
const WHOLE_MS = 6000;
const MOMENTS = 6;
/** The first moment is while Node loads the command. */
const LOADING_MS = 600;

interface Interrupted {
  readonly what: string;
  readonly exitCode: number | undefined;
  readonly said: string;
  readonly running: readonly string[];
}

/** But for the first, the moments are spread evenly from its first word on, each drawn at random within its part. */
async function interrupt(home: Home, args: string[], moment: number): Promise<Interrupted> {
  const afterMs =
    moment === 0
      ? Math.random() * LOADING_MS
      : ((moment - 1 + Math.random()) / (MOMENTS - 1)) * WHOLE_MS;
  const signal = moment % 2 === 0 ? 'SIGINT' : 'SIGTERM';
  const child = redisLabProcess(home.folder, [...args, ...SET], {
    env: home.env,
    timeout: 180_000,
  });
  if (moment > 0) await firstWord(child);
  await sleep(afterMs);
  child.kill(signal);
  const { exitCode, stdout, stderr } = await child;
  return {
    what: `${args.join(' ')} with ${signal} ${afterMs.toFixed(0)} ms after its ${moment === 0 ? 'start' : 'first word'}`,
    exitCode,
    said: `${stdout}${stderr}`,
    running: processesBelow(home.folder),
  };
}

/** Until it says anything: it listens for signals by then. */
async function firstWord({ stdout, stderr }: ReturnType<typeof redisLabProcess>): Promise<void> {
  const streams = [stdout, stderr].flatMap((stream) => stream ?? []);
  await Promise.race(streams.flatMap((stream) => [once(stream, 'data'), once(stream, 'close')]));
}

/** Whatever happened, the way out works, and leads out. */
async function expectDown(home: Home, what: string): Promise<void> {
  const down = await redisLab(home.folder, ['down'], { env: home.env });
  expect(down.exitCode, `${what}, then down: ${down.stderr}`).to.equal(0);
  expect(await leftBelow(home.folder), what).to.deep.equal([]);
}

describe('interrupted', function () {
  this.timeout(240_000);
  before(needsServer);

  for (const command of ['up', 'verify']) {
    it(`${command} leaves nothing running, or says what and how to end it`, async () => {
      // Two at a time, so that there is no more to do than there are processors.
      const moments = Array.from({ length: MOMENTS }, (_, index) => index);
      const one = async () => {
        for (let moment = moments.shift(); moment !== undefined; moment = moments.shift()) {
          const home = newHome();
          const { what, exitCode, said, running } = await interrupt(home, [command], moment);
          // One that was done before the signal came is done; one that had not begun to listen just ends.
          const good = moment === 0 && said === '' ? [0, 130, null] : [0, 130];
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
    // The master is down.
    await until(() => processesBelow(home.folder).length < before);
    child.kill('SIGINT');
    const { exitCode } = await child;
    expect(exitCode).to.equal(130);
    expect(processesBelow(home.folder)).to.have.lengthOf(before);
    const again = await redisLab(home.folder, ['up', '--no-verify', '--json', ...SET], { env });
    expect(JSON.parse(again.stdout)).to.nested.include({ started: false, 'status.ready': true });
    await expectDown(home, 'verify of a running lab');
  });

  it('stop while a master saves leaves all running', async () => {
    const home = newHome();
    const { env } = home;
    const rdb = ['--set', 'redis.persistence=rdb'];
    const up = await redisLab(home.folder, ['up', '--no-verify', ...rdb], { env });
    expect(up.exitCode, up.stderr).to.equal(0);
    const before = processesBelow(home.folder).length;
    const ask = async (...words: string[]) => {
      const args = ['exec', 'master', ...rdb, '--', 'redis-cli', ...words];
      return String((await redisLab(home.folder, args, { env })).stdout);
    };
    await ask('CONFIG', 'SET', 'rdb-key-save-delay', '600000000');
    await ask('SET', 'key', 'value');
    const child = redisLabProcess(home.folder, ['stop', ...rdb], { env, timeout: 180_000 });
    await until(async () =>
      (await ask('INFO', 'persistence')).includes('rdb_bgsave_in_progress:1'),
    );
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    expect(exitCode, String(stderr)).to.equal(130);
    // The child that saves goes on.
    expect(processesBelow(home.folder)).to.have.lengthOf(before + 1);
    await expectDown(home, 'stop while a master saves');
  });
});
