/** Limits for what a failover costs, by scenarios that only say what they measured. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Backend } from '../../../lib/backends/backend.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { inLanguage } from '../../../lib/report/claims.js';
import { junitReport } from '../../../lib/report/junit.js';
import { textOf } from '../../../lib/report/messages.js';
import { reportPage } from '../../../lib/report/page/page.js';
import { speechIn } from '../../../lib/report/speech.js';
import { PLAIN } from '../../../lib/report/style.js';
import { textReport } from '../../../lib/report/text.js';
import type { VerifyResult } from '../../../lib/report/types.generated.js';
import type { Scenario, Sections } from '../../../lib/verify/context.js';
import { checkLimits, type Limits, refuseUnmeasured } from '../../../lib/verify/limits.js';
import { verify } from '../../../lib/verify/run.js';
import { LEDGER } from '../../report/support/results.js';
import { failure } from '../../support/failure.js';

const CLAIM = { code: 'own.a', texts: { claim: 'It goes', expected: 'going', seen: 'gone' } };

/** Nobody listens at port 1. */
const model = buildLab({ name: 'limited' }).model;
const lab = {
  ...model,
  nodes: model.nodes.map((node) => ({ ...node, ip: '127.0.0.1', redisPort: 1, sentinelPort: 1 })),
};

describe('limits', () => {
  let folder: string;
  let healed: number;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-limits-'));
    healed = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const backend = {
    name: 'none',
    faults: [],
    heal: async () => {
      healed++;
      return [];
    },
    async *logs() {},
  } as unknown as Backend;

  const MEASURED: Partial<Sections> = {
    outageMs: 6250.5,
    writableMs: 5300.5,
    ledger: LEDGER,
    fault: { kind: 'crash', node: 'master' },
  };

  const play = (
    limits: Limits,
    { sections = MEASURED, holds = true, measures = true, needs = {}, repeat = 1 } = {},
  ): Promise<VerifyResult> => {
    const scenario: Scenario = {
      name: 'made-up',
      measures,
      needs,
      claims: () => [CLAIM],
      async run({ recorder, breaks }, filled) {
        breaks();
        Object.assign(filled, sections);
        recorder.found(CLAIM, holds, 'so');
      },
    };
    return verify(
      {
        described: lab,
        backend,
        lab,
        server: { engine: 'redis', version: '7.0.15', program: '' },
        readyMs: null,
        anew: false,
        begin: async () => ({ lab, readyMs: null }),
        evidenceFolder: folder,
      },
      [scenario],
      { limits, repeat },
    );
  };
  const verdicts = ({ scenarios }: VerifyResult) =>
    scenarios.flatMap(({ assertions }) =>
      assertions.map(({ code, verdict, seen }) => [code, verdict, seen]),
    );
  const HELD = ['own.a', 'passed', 'so'];

  it('are claims after the others, which hold', async () => {
    const result = await play({ outageMs: 6251, writableMs: 5300.5, lost: 1 });
    expect(result.verdict).to.equal('passed');
    expect(verdicts(result)).to.deep.equal([
      HELD,
      ['limits.outage', 'passed', '6251 ms'],
      ['limits.writable', 'passed', '5301 ms'],
      ['limits.lost', 'passed', '1 of 160'],
    ]);
    expect(result.scenarios[0]?.assertions[1]?.values).to.deep.equal({ max: 6251, ms: 6250.5 });
  });

  it('that do not hold fail the scenario, each of them told, and the lab is not mended again', async () => {
    const result = await play({ outageMs: 6000, writableMs: 6000, lost: 0 });
    expect(result.verdict).to.equal('failed');
    expect(verdicts(result)).to.deep.equal([
      HELD,
      ['limits.outage', 'failed', '6251 ms'],
      ['limits.writable', 'passed', '5301 ms'],
      ['limits.lost', 'failed', '1 of 160 acknowledged writes'],
    ]);
    expect(result.scenarios[0]).to.include({
      failedClaim: 'limits.outage',
      reason: 'A client that asks Sentinel can write again within 6000 ms: 6251 ms',
    });
    expect(healed).to.equal(0);
    expect(result.scenarios[0]?.evidence).to.be.a('string');
  });

  it('are in text, JUnit and page, in both languages', async () => {
    const result = await play({ outageMs: 6000, lost: 1 });
    const text = textReport(result);
    expect(text).to.include('✗ A client that asks Sentinel can write again within 6000 ms\n');
    expect(text).to.include('✓ No more acknowledged writes than the limit are lost: 1: 1 of 160');
    expect(textReport(result, PLAIN, 'id'))
      .to.include('✗ Klien yang bertanya kepada Sentinel dapat menulis lagi dalam 6000 ms\n')
      .and.include('waktu henti paling lama 6000 ms');
    expect(junitReport(result))
      .to.include('name="A client that asks Sentinel can write again within 6000 ms"')
      .and.include('failures="1"');
    for (const lang of ['en', 'id']) {
      const page = reportPage(result, { lang });
      expect(page)
        .to.include('data-code="limits.outage" data-verdict="failed"')
        .and.include('data-code="limits.lost" data-verdict="passed"');
      const [failed] =
        result.scenarios[0]?.assertions.filter(({ verdict }) => verdict === 'failed') ?? [];
      if (!failed) throw new Error('nothing failed');
      expect(page).to.include(textOf(inLanguage(failed, speechIn(lang)).claim));
    }
  });

  it('are judged by what was measured where the scenario failed before, and else not looked at', async () => {
    const result = await play(
      { outageMs: 6000, lost: 5 },
      {
        holds: false,
        sections: { ...MEASURED, ledger: null },
      },
    );
    expect(verdicts(result)).to.deep.equal([
      ['own.a', 'failed', 'so'],
      ['limits.outage', 'failed', '6251 ms'],
      ['limits.lost', 'skipped', 'not looked at: a claim before it failed'],
    ]);
    expect(result.scenarios[0]?.failedClaim).to.equal('own.a');
  });

  it('do not hold where something was broken and not measured', async () => {
    const result = await play(
      { outageMs: 6000 },
      { sections: { fault: { kind: 'hang', node: 'master' } } },
    );
    expect(verdicts(result)).to.deep.equal([
      HELD,
      ['limits.outage', 'failed', 'it was not measured'],
    ]);
  });

  it('are not looked at where nothing was broken, or the scenario was skipped', async () => {
    const quiet = await play({ lost: 0 }, { sections: {} });
    expect(verdicts(quiet)).to.deep.equal([
      HELD,
      ['limits.lost', 'skipped', 'it was not measured'],
    ]);
    const unfit = await play({ lost: 0 }, { needs: { replicas: 9 } });
    expect(verdicts(unfit).map(([code, verdict]) => [code, verdict])).to.deep.equal([
      ['own.a', 'skipped'],
      ['limits.lost', 'skipped'],
    ]);
  });

  it('are nothing to a scenario that measures nothing', async () => {
    expect(verdicts(await play({ lost: 0 }, { measures: false }))).to.deep.equal([HELD]);
  });

  it('hold for each run by itself, and the run is shown that failed', async () => {
    const result = await play({ outageMs: 6000 }, { repeat: 2 });
    expect(result.runs?.map(({ verdict }) => verdict)).to.deep.equal(['failed', 'failed']);
    expect(result).to.include({ verdict: 'failed', shownRun: 1 });
  });

  it('that are none are refused, all at once', async () => {
    const wrong = { outageMs: -1, writableMs: Number.NaN, lost: 0.5 };
    const error = await failure(Promise.resolve().then(() => checkLimits(wrong)));
    expect(error).to.include({ exitCode: 2 });
    expect(error.message.split('\n')).to.deep.equal([
      'limits.outageMs is -1; use milliseconds.',
      'limits.writableMs is NaN; use milliseconds.',
      'limits.lost is 0.5; use a whole number of writes.',
    ]);
    checkLimits({ outageMs: 0, lost: 0 });
    checkLimits({});
  });

  it('that nothing could judge are refused, with what each scenario lacks', async () => {
    const whyNot = [
      { name: 'replication', why: 'it breaks nothing' },
      { name: 'failover', why: 'the lab has no replica' },
    ];
    const error = await failure(
      Promise.resolve().then(() => refuseUnmeasured({ lost: 0 }, whyNot)),
    );
    expect(error).to.include({ exitCode: 2, code: 'limits.unmeasured' });
    expect(error.message).to.include(
      'replication: it breaks nothing; failover: the lab has no replica',
    );
    refuseUnmeasured({}, whyNot);
    refuseUnmeasured({ lost: 0 }, [...whyNot, { name: 'own', why: undefined }]);
  });
});
