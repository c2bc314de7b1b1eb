/** Who leads a failover: at most one Sentinel in each epoch, and one after the other in two. */
import { expect } from 'chai';
import { buildLab } from '../../../lib/lab/lab.js';
import type { NodeModel } from '../../../lib/model/model.js';
import { crash } from '../../../lib/scenarios/failover/crash.js';
import type { FailoverRun } from '../../../lib/scenarios/failover/failover-run.js';
import { takeover } from '../../../lib/scenarios/failover/takeover.js';
import { noSections } from '../../../lib/verify/context.js';
import { Ledger } from '../../../lib/verify/ledger.js';
import { ClaimFailed, Recorder } from '../../../lib/verify/recorder.js';
import { SentinelListener } from '../../../lib/verify/sentinel-listener.js';

const { model: lab } = buildLab();
const [master, slave1] = lab.nodes as [NodeModel, NodeModel];
const ABOUT = `master ${lab.sentinel.masterName} ${master.ip} ${master.redisPort}`;

type Said = readonly [node: string, type: string, text: string];

const DOWN: readonly Said[] = [
  ['master', '+sdown', ABOUT],
  ['master', '+odown', `${ABOUT} #quorum 2/2`],
];

/** What became of it when the Sentinels said that, and slave1 took writes afterwards. */
async function claimed(said: readonly Said[]): Promise<string[]> {
  const listener = new SentinelListener();
  for (const [i, [node, type, text]] of [...DOWN, ...said].entries()) {
    listener.events.push({ node, type, text, at: i });
  }
  const ledger = new Ledger();
  const outcome = 'acknowledged';
  ledger.add({ number: 1, at: 20, settledAt: 21, outcome, node: slave1.name, reason: undefined });
  const recorder = new Recorder();
  const run = {
    lab,
    listener,
    master,
    fault: 0,
    sections: noSections(),
    context: { recorder },
    probe: { accepted: { node: slave1, at: 10 } },
    writer: { ledger },
    bounds: {},
  } as unknown as FailoverRun;
  await takeover(run, crash).catch((error: unknown) => {
    if (!(error instanceof ClaimFailed)) throw error;
  });
  return recorder.assertions.map(({ code, verdict }) => `${code} ${verdict}`);
}

describe('the Sentinels that lead a failover', () => {
  it('may be two, one after the other, each in an epoch of its own', async () => {
    const all = await claimed([
      ['master', '+new-epoch', '1'],
      ['master', '+elected-leader', ABOUT],
      ['slave1', '+new-epoch', '1'],
      ['slave1', '+new-epoch', '2'],
      ['slave1', '+elected-leader', ABOUT],
    ]);
    expect(all).to.include('failover.led passed').and.include('failover.promoted passed');
  });

  it('must not be two in one epoch', async () => {
    const all = await claimed([
      ['master', '+new-epoch', '1'],
      ['slave1', '+new-epoch', '1'],
      ['master', '+elected-leader', ABOUT],
      ['slave1', '+elected-leader', ABOUT],
    ]);
    expect(all.at(-1)).to.equal('failover.led failed');
  });
});

describe('what Sentinels said', () => {
  it('counts since a moment, of any of them, and about one master', () => {
    const listener = new SentinelListener();
    const said = [ABOUT, 'master other 10.0.0.1 6379', ABOUT];
    for (const [at, text] of said.entries()) {
      listener.events.push({ node: `node${at}`, type: '+sdown', text, at });
    }
    expect(listener.first('+sdown', 1, ABOUT)?.at).to.equal(2);
    expect(listener.first('+sdown', 1)?.at).to.equal(1);
    expect(listener.first('+odown', 0)).to.equal(undefined);
  });
});
