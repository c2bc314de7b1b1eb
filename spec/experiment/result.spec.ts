/** What an experiment leaves: the table, the page, the summary, from runs that are given. */
import { expect } from 'chai';
import * as v from 'valibot';
import { alongOf } from '../../lib/experiment/along.js';
import { clientsCsvOf, csvOf } from '../../lib/experiment/csv.js';
import { experimentPage, outliersOf } from '../../lib/experiment/page.js';
import { errorOf } from '../../lib/experiment/run-of.js';
import { experimentResult } from '../../lib/experiment/schema.js';
import { isWithin, summaryOf } from '../../lib/experiment/summary.js';
import { experimentText } from '../../lib/experiment/text.js';
import type { ExperimentResult, ExperimentRun } from '../../lib/experiment/types.generated.js';
import type { LibraryClientResult } from '../../lib/index.js';

const at = '2026-01-02T03:04:05.000Z';

function run(
  cell: number,
  number: number,
  outageMs: number,
  more: Partial<ExperimentRun> = {},
): ExperimentRun {
  return {
    ...errorOf({ cell, run: number, startedAt: at, ms: 9000 }, ''),
    verdict: 'passed',
    reason: null,
    server: { engine: 'redis', version: '7.0.15' },
    outageMs,
    predicted: { minMs: 1000, maxMs: 2000 },
    phases: [{ name: 'detection', ms: outageMs - 200, predicted: { minMs: 1000, maxMs: 1500 } }],
    writes: { attempted: 500, acknowledged: 400, lost: number, refused: 90, unknown: 10 },
    pausedMs: 12,
    ...more,
  };
}

function client(outageMs: number, againMs: number | null): LibraryClientResult {
  return {
    client: 'ioredis:advised',
    library: 'ioredis',
    version: '6.0.0',
    settings: { failoverDetector: 'true' },
    attempted: 300,
    acknowledged: 280,
    lost: 12,
    failed: 19,
    unanswered: 1,
    failedKept: 2,
    twice: 3,
    errors: [
      { kind: '<READONLY>', count: 12 },
      { kind: 'ECONNREFUSED', count: 7 },
    ],
    outageMs,
    againMs,
    stuck: againMs === null,
    ended: againMs === null ? '=cmd' : null,
  };
}

const RUNS = [
  run(1, 1, 1200, { clients: [client(2500, 2400)] }),
  run(1, 2, 2010, { clients: [client(30_500, null)] }),
  run(1, 3, 2011),
  run(2, 1, 1400, { verdict: 'failed', claim: 'failover.led', reason: 'two <leaders>' }),
  errorOf({ cell: 2, run: 2, startedAt: at, ms: 10 }, '=HYPERLINK("x"), no disk'),
];

const RESULT: ExperimentResult = {
  format: 1,
  id: '0123456789abcdef',
  redisLab: '0.1.0',
  machine: {
    platform: 'linux',
    release: '6.1',
    arch: 'x64',
    processor: 'A <processor>',
    cores: 2,
    memory: 4096,
    node: '20.19.0',
  },
  backend: 'local',
  repeat: 3,
  jobs: 2,
  startedAt: at,
  endedAt: at,
  varied: ['sentinel.downAfter', 'redis.config'],
  cells: [
    {
      cell: 1,
      scenario: 'failover',
      settings: { 'sentinel.downAfter': '1s', 'redis.config': '=1+1' },
      server: null,
      command: 'redis-lab verify failover --set sentinel.downAfter=1s',
    },
    {
      cell: 2,
      scenario: 'hang',
      settings: { 'sentinel.downAfter': '1s', 'redis.config': '["a","b"]' },
      server: { program: '/usr/bin/valkey-server', engine: 'valkey', version: '8.1.4' },
      command: 'redis-lab verify hang --set sentinel.downAfter=1s',
    },
  ],
  summaries: [summaryOf(1, RUNS), summaryOf(2, RUNS)],
  runs: RUNS,
};

describe('what an experiment leaves', () => {
  it('is of its schema', () => {
    expect(v.parse(experimentResult, RESULT)).to.deep.equal(RESULT);
  });

  it('takes an outage for predicted up to the time between two writes', () => {
    expect(RUNS.map(isWithin)).to.deep.equal([true, true, false, true, false]);
  });

  it('sums a cell up', () => {
    expect(RESULT.summaries[0]).to.deep.include({ runs: 3, passed: 3, within: 2 });
    expect(RESULT.summaries[0]?.outageMs).to.deep.equal({
      count: 3,
      min: 1200,
      median: 2010,
      max: 2011,
    });
    expect(RESULT.summaries[1]).to.deep.include({ runs: 2, failed: 1, errors: 1, late: null });
  });

  it('sums client libraries up, also those that never wrote again', () => {
    expect(RESULT.summaries[1]).not.to.have.property('clients');
    const [summary] = RESULT.summaries[0]?.clients ?? [];
    expect(summary).to.deep.include({ client: 'ioredis:advised', runs: 2, again: 1, stuck: 1 });
    expect(summary?.againMs).to.deep.equal({ count: 1, min: 2400, median: 2400, max: 2400 });
    expect(summary?.outageMs?.max).to.equal(30_500);
    expect(summary?.errors).to.deep.equal([
      { kind: '<READONLY>', count: 24 },
      { kind: 'ECONNREFUSED', count: 14 },
    ]);
  });

  it('has a table of client libraries, a row for each in each run', () => {
    const rows = clientsCsvOf(RESULT.cells, RESULT.varied, RUNS).split('\r\n');
    expect(rows).to.have.lengthOf(4);
    expect(rows[1]).to.equal(
      `1,1,failover,redis,7.0.15,1s,'=1+1,passed,ioredis:advised,ioredis,6.0.0,failoverDetector=true,2400,2500,0,300,280,12,19,1,2,3,"<READONLY> 12, ECONNREFUSED 7",`,
    );
    expect(rows[2]).to.match(/,,30500,1,300,280,.*,'=cmd$/);
  });

  it('leaves no outlier out', () => {
    expect(outliersOf(RESULT).map((each) => [each.cell, each.run])).to.deep.equal([
      [1, 3],
      [2, 1],
      [2, 2],
    ]);
  });

  it('is a table in which nothing is a formula, and no field breaks a row', () => {
    const rows = csvOf(RESULT.cells, RESULT.varied, RUNS).split('\r\n');
    expect(rows).to.have.lengthOf(7);
    expect(rows[0]).to.match(
      /^cell,run,started_at,scenario,engine,version,sentinel.downAfter,redis.config,verdict,/,
    );
    expect(rows[1]).to.match(
      new RegExp(
        `^1,1,${at},failover,redis,7.0.15,1s,'=1\\+1,passed,,1200,1000,2000,,1000,500,400,1,90,10,`,
      ),
    );
    expect(rows[4]).to.include('"[""a"",""b""]",failed,failover.led,1400');
    expect(rows[6]).to.equal('');
  });

  for (const lang of ['en', 'id']) {
    it(`is a page in which nothing of others is markup, ${lang}`, () => {
      const page = experimentPage(RESULT, { lang });
      const has = (text: string) => page.includes(text);
      for (const text of [
        `<html lang="${lang}">`,
        'A &lt;processor&gt;',
        'two &lt;leaders&gt;',
        '&lt;READONLY&gt; 24, ECONNREFUSED 14',
        'ioredis 6.0.0, failoverDetector&#x3D;true',
        'redis-lab verify hang --set sentinel.downAfter&#x3D;1s',
      ]) {
        expect(has(text), text).to.equal(true);
      }
      for (const text of ['<leaders>', '<READONLY>', '<processor>', 'undefined', '[object']) {
        expect(has(text), text).to.equal(false);
      }
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(ids).to.have.lengthOf(new Set(ids).size);
      expect(page.match(/data-name="/g) ?? []).to.have.lengthOf(4 * 2 * 2 + 2 * 2);
    });

    it(`is text, ${lang}`, () => {
      const text = experimentText(RESULT, 'here', undefined, lang);
      expect(text).to.match(/3\/3 +2\.010 +2\.011 +1\.000–2\.000 +2 +2 +– +failover/);
      expect(text).to.match(/2\.400 +30\.500 +1\/2 +1\/2 +12 +19 +3 +ioredis:advised +failover/);
      expect(text).to.include('<READONLY> 24, ECONNREFUSED 14');
      expect(text).to.include('here').and.include('3');
    });
  }

  describe('curves', () => {
    const cellsOf = (path: string, texts: readonly string[]) =>
      texts.map((text) => ({ settings: { [path]: text, other: 'x' } }));
    const along = (texts: readonly string[]) => alongOf(['other', 'p'], cellsOf('p', texts));

    it('are along what takes three numbers: durations, counts, or texts with a number in them', () => {
      expect([...(along(['5s', '500ms', '1s'])?.values.values() ?? [])]).to.deep.equal([
        5000, 500, 1000,
      ]);
      expect(along(['0', '1', '2'])?.name).to.equal('p');
      const lag = along(['max-lag 10', 'max-lag 2', 'max-lag 5']);
      expect(lag?.name).to.equal('max-lag …');
      expect([...(lag?.labels.values() ?? [])]).to.deep.equal(['10', '2', '5']);
    });

    it('are along nothing else', () => {
      for (const texts of [
        ['1s', '2s'],
        ['yes', 'no', 'maybe'],
        ['a 1', 'b 2', 'a 3'],
        ['1 of 2', '2 of 3', '3 of 4'],
        ['1s', '1000ms', '2s'],
        ['a', 'a 1', 'a 2'],
      ]) {
        expect(along(texts), texts.join()).to.equal(undefined);
      }
    });

    const lags = ['1', '2', '10'];
    const cells = ['1s', '<b>'].flatMap((other, j) =>
      lags.map((lag, i) => ({
        cell: j * lags.length + i + 1,
        scenario: 'partition',
        settings: { other, lag },
        server: null,
        command: '',
      })),
    );
    const runs = cells.flatMap(({ cell }) =>
      [10, 30].map((acknowledged, i) =>
        run(cell, i + 1, 1500, { late: { acknowledged: acknowledged * cell, ms: 1 } }),
      ),
    );
    const result = { ...RESULT, varied: ['other', 'lag'], cells, runs, summaries: [] };

    it('have a panel for each combination, and every run in it', () => {
      const page = experimentPage(result);
      expect(page.match(/<section id="[a-z-]+-curves"/g)).to.deep.equal([
        '<section id="lost-curves"',
        '<section id="late-curves"',
      ]);
      const [, section = ''] = /<section id="late-curves"(.*?)<\/section>/s.exec(page) ?? [];
      for (const cell of cells) {
        const of = runs.filter((each) => each.cell === cell.cell);
        for (const { late } of of) {
          const dot = `data-at="${cell.settings.lag}" data-value="${late?.acknowledged}"`;
          expect(section.split(dot), dot).to.have.lengthOf(3);
        }
      }
      expect(section).to.include('partition, other=1s').and.not.include('<b>');
      expect(section).to.include('partition, other=1s: medians 1: 20, 2: 40, 10: 60.');
    });
  });
});
