/** Which run of many is drawn, and that it is said. */
import { expect } from 'chai';
import { reportDrawings } from '../../lib/report/drawings.js';
import { reportPage } from '../../lib/report/page/page.js';
import { readResult } from '../../lib/report/read-result.js';
import { shownRun } from '../../lib/report/shown-run.js';
import { PLAIN } from '../../lib/report/style.js';
import { textReport } from '../../lib/report/text.js';
import type { RunResult, VerifyResult } from '../../lib/report/types.generated.js';
import { summarise } from '../../lib/verify/summary.js';
import { failedFailover, failover, repeated, replication, result } from './support/results.js';
import { saved } from './support/saved.js';

const runOf = (run: number, outageMs: number | null, verdict: 'passed' | 'failed' = 'passed') =>
  ({
    run,
    verdict,
    readyMs: null,
    scenarios: [verdict === 'passed' ? failover({ outageMs }) : failedFailover({ outageMs })],
  }) satisfies RunResult;

const shownOf = (runs: readonly RunResult[]) =>
  shownRun(runs, summarise(['replication', 'failover'], runs))?.run;

describe('the run that is shown', () => {
  it('is the one whose outage is nearest the median', () => {
    expect(shownOf([runOf(1, 9000), runOf(2, 6000), runOf(3, 5000)])).to.equal(2);
    // The median is the mean of the two in the middle.
    expect(shownOf([runOf(1, 5000), runOf(2, 6900), runOf(3, 6000), runOf(4, 9000)])).to.equal(2);
  });

  it('is the first of those that are equally near', () => {
    expect(shownOf([runOf(1, 9000), runOf(2, 5000), runOf(3, 7000), runOf(4, 7000)])).to.equal(3);
    expect(shownOf([runOf(1, 5000), runOf(2, 7000)])).to.equal(1);
  });

  it('has an outage, if any has', () => {
    expect(shownOf([runOf(1, null), runOf(2, 7000), runOf(3, null)])).to.equal(2);
  });

  it('is the first that failed, if one did', () => {
    expect(shownOf([runOf(1, 5000), runOf(2, 1, 'failed'), runOf(3, 2, 'failed')])).to.equal(2);
  });

  it('is the last where nothing was out, and none without runs', () => {
    const quiet = [1, 2].map((run) => ({ ...runOf(run, null), scenarios: [replication()] }));
    expect(shownOf(quiet)).to.equal(2);
    expect(shownOf([])).to.equal(undefined);
  });

  const repeats = (
    runs: readonly RunResult[],
    change: Partial<VerifyResult> = {},
  ): VerifyResult => {
    const summary = summarise(['failover'], runs);
    const shown = shownRun(runs, summary);
    if (!shown) throw new Error('no run');
    return result({ scenarios: shown.scenarios, shownRun: shown.run, runs, summary, ...change });
  };

  it('is named in text, page and slides, with why it is that one', () => {
    const of = repeats([runOf(1, 9000), runOf(2, 6000), runOf(3, 5000)]);
    const why = 'Shown below is run 2 of 3, whose outage is nearest the median.';
    expect(textReport(of)).to.include(`\n\n${why}\n\nfailover: passed`);
    expect(reportPage(of)).to.include(`<p class="shown">${why}</p>`);
    expect(reportPage(of)).to.match(/In the median, a client could not write for 6\.000 s\./);
    expect(reportPage(of, { lang: 'id' })).to.include('percobaan 2 dari 3, yang waktu hentinya');
    expect(textReport(of, PLAIN, 'id')).to.include('percobaan 2 dari 3');
    expect(reportDrawings(of)['timeline.svg']).to.include('run 2 · course');
    const failed = repeats([runOf(1, 9000), runOf(2, 6000, 'failed')], { verdict: 'failed' });
    expect(reportPage(failed)).to.include('Shown below is run 2 of 2, the first that failed.');
    expect(reportPage(result())).to.not.include('class="shown"');
  });

  it('is found anew in an older result, which had the last run', () => {
    const { shownRun: _, ...older } = repeats([runOf(1, 6000), runOf(2, 5000), runOf(3, 9000)], {
      scenarios: [failover({ outageMs: 9000 })],
    });
    const read = readResult(JSON.stringify(older), 'older.json');
    expect(read.shownRun).to.equal(1);
    expect(read.scenarios[0]?.outageMs).to.equal(6000);
    expect(saved('repeat3').shownRun).to.equal(3);
  });
});

describe('a report of what failed', () => {
  const facts = (of: VerifyResult) =>
    Object.fromEntries(
      [...reportPage(of).matchAll(/data-fact="(\w+)" data-value="(\d+)"/g)].map(
        ([, name, value]) => [name, Number(value)],
      ),
    );

  it('counts the claims that failed, and those that were not looked at', () => {
    const failed = result({ verdict: 'failed', scenarios: [replication(), failedFailover()] });
    expect(facts(failed)).to.include({ claims: 3, failed: 1, skipped: 1 });
    expect(textReport(failed)).to.match(/✗ failed in 8\.46 s: 1 claim failed, 1 not looked at$/);
    expect(textReport(failed, PLAIN, 'id')).to.match(/: 1 pernyataan gagal, 1 tidak diperiksa$/);
    const passed = facts(result());
    expect(passed).to.not.have.any.keys('failed', 'skipped');
  });

  it('counts them over all runs', () => {
    expect(facts(repeated())).to.include({ runs: 2, failed: 1, skipped: 1 });
  });

  it('tells claims that were not looked at for one reason in one line', () => {
    const [held, broken, left] = failedFailover().assertions;
    if (!held || !broken || !left) throw new Error('there are three');
    const many = [held, broken, left, { ...left, claim: 'another' }, { ...left, claim: 'a third' }];
    const text = textReport(
      result({ verdict: 'failed', scenarios: [failedFailover({ assertions: many })] }),
    );
    expect(text)
      .to.include('  – 3 claims: not reached\n')
      .and.not.include('demokey is still there');
    const others = [held, broken, left, { ...left, seen: 'for another reason' }];
    expect(
      textReport(
        result({ verdict: 'failed', scenarios: [failedFailover({ assertions: others })] }),
      ),
    ).to.include(
      '  – demokey is still there: not reached\n  – demokey is still there: for another',
    );
  });
});
