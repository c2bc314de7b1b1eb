/** Faults at random moments, on real labs: what holds, what is found out, and how it is told. */
import { expect } from 'chai';
import type { RandomResult } from '../../lib/report/types.generated.js';
import { hunt, type RandomOptions } from '../../lib/scenarios/random/hunt.js';
import { type Entry, Ledger } from '../../lib/verify/ledger.js';
import { needsServer } from '../backends/local/support.js';
import { leftBelow, newHome } from '../live/support/home.js';
import { redisLab } from '../support/cli.js';
import { sideBySide } from './side-by-side.js';
import { TestLab } from './test-lab.js';

const SHORT = ['--set', 'sentinel.downAfter=1s', '--set', 'sentinel.failoverTimeout=3s'];

/** Forgets every fourth acknowledged write, once a fault has come. */
class Careless extends Ledger {
  override add(entry: Entry): void {
    if (entry.outcome !== 'acknowledged' || entry.number % 4 !== 0) super.add(entry);
  }
}

async function hunted(lab: TestLab, options: RandomOptions, stage = {}): Promise<RandomResult> {
  const { server } = await lab.backend.status();
  if (!server) throw new Error('the lab has no server');
  return hunt(
    {
      described: lab.described,
      backend: lab.backend,
      lab: lab.lab,
      server,
      readyMs: null,
      anew: true,
      begin: () => lab.begin(),
      evidenceFolder: lab.evidence,
      ...stage,
    },
    options,
  );
}

describe('faults at random', function () {
  this.timeout(240_000);
  before(needsServer);

  sideBySide([
    {
      title: 'find out what is wrong whatever comes, and which step is enough for it',
      run: async () => {
        await using lab = await TestLab.up({
          sentinel: { downAfter: 1000, failoverTimeout: 3000 },
        });
        const steps = [
          { atMs: 0, fault: 'stall', node: 'slave1', forMs: 100 },
          { atMs: 300, fault: 'sentinel-hang', node: 'slave2', forMs: 200 },
        ];
        const stage = { newLedger: () => new Careless() };
        const result = await hunted(lab, { steps, minutes: 0 }, stage);
        expect(result.verdict).to.equal('failed');
        expect(result.rounds.map(({ claim }) => claim)).to.deep.equal(['random.accounted']);
        expect(result.shortest?.schedule).to.have.lengthOf(1);
        expect(result.shortest).to.include({ again: true, tries: 2 });
        expect(await lab.runs('master', 'redis')).to.equal(true);
      },
    },
    {
      title: 'that cannot be injected are left out, but not all of them',
      run: async () => {
        await using lab = await TestLab.up({ sentinel: { downAfter: 20_000 } });
        const hang = { atMs: 0, fault: 'sentinel-end', node: 'slave1', forMs: 2000 };
        const again = { ...hang, atMs: 1500, forMs: 100 };
        const result = await hunted(lab, { steps: [hang, again], minutes: 0 });
        expect(result.verdict, String(result.rounds[0]?.reason)).to.equal('passed');
      },
    },
  ]);

  it('are the same for the same seed, by the command, and leave nothing', async () => {
    const home = newHome();
    const call = ['verify', '--random', '--seed', '3', '--minutes', '0', ...SHORT, '--json'];
    const first = await redisLab(home.folder, call, { env: home.env, timeout: 200_000 });
    expect(first.exitCode, first.stderr).to.equal(0);
    const { rounds, shortest } = JSON.parse(first.stdout) as RandomResult;
    expect(rounds.map(({ seed, verdict }) => [seed, verdict])).to.deep.equal([[3, 'passed']]);
    expect(shortest).to.equal(null);
    expect(first.stderr).to.match(/^3: .* at .* for .*; .*: passed$/m);
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });

  it('are refused where a lab holds data, as incidents are, and where the options make no sense', async () => {
    const home = newHome();
    const run = (...words: string[]) => redisLab(home.folder, words, { env: home.env });
    const up = await run('up', '--no-verify');
    expect(up.exitCode, up.stderr).to.equal(0);
    const kept = await run('verify', '--random');
    expect(kept.exitCode, kept.stderr).to.equal(2);
    expect(kept.stderr).to.match(/may cost what the lab redis-lab holds/);
    const incident = await run('verify', 'failover', 'redis-12570');
    expect(incident.exitCode, incident.stderr).to.equal(2);
    expect(incident.stderr).to.match(
      /takes away what the lab redis-lab holds.*verify redis-12570 --fresh/,
    );
    expect((await run('status')).exitCode).to.equal(0);
    await run('down');
    for (const [words, told] of [
      [['--seed', '1'], /for --random/],
      [['--random', 'hang', '--repeat', '2'], /Leave it out, or hang, --repeat/],
      [['--random', '--step', 'crash'], /is not of the form fault:node:at:for/],
      [['--random', '--step', 'crash:master:1:1', '--seed', '1'], /Leave it out, or --seed/],
      [['--random', '--seed', 'x'], /seed/],
    ] as const) {
      const { exitCode, stderr } = await run('verify', ...words);
      expect(exitCode, words.join(' ')).to.equal(2);
      expect(stderr).to.match(told);
    }
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });
});
