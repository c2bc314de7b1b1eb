import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { documentFile } from '../../lib/render/documents.js';
import { healedAt } from '../../lib/report/derived.js';
import { apart } from '../../lib/report/drawing/labels.js';
import { cssName, DARK, LIGHT } from '../../lib/report/drawing/pen.js';
import { linear, ticks } from '../../lib/report/drawing/scale.js';
import { type Lane, lanesOf } from '../../lib/report/drawing/timeline/lanes.js';
import { windowOf } from '../../lib/report/drawing/timeline/window.js';
import { reportDrawings, reportLanguages } from '../../lib/report/drawings.js';
import { reportPage } from '../../lib/report/page/page.js';
import { readResult } from '../../lib/report/read-result.js';
import { isOfMaster } from '../../lib/report/telling.js';
import type { Assertion, LedgerStretch, VerifyResult } from '../../lib/report/types.generated.js';
import { ROOT } from '../support/cli.js';
import { englishIn, expectCodes } from './support/indonesian.js';
import { assertion, failover, LEDGER, repeated, result } from './support/results.js';
import { CODED, SAVED, saved } from './support/saved.js';

/** Attributes of every element that has this one. */
function elements(text: string, attribute: string): Record<string, string>[] {
  return [...text.matchAll(/<\w+((?: [\w:-]+="[^"]*")+)/g)]
    .map(([, all = '']) =>
      Object.fromEntries([...all.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, k, v]) => [k, v])),
    )
    .filter((each) => Object.hasOwn(each, attribute));
}

/** Null for what was not seen. */
function figure(text: string | undefined): number | null {
  return text === undefined || text === '' ? null : Number(text);
}

function drawing(of: VerifyResult, name: string): string {
  const text = reportDrawings(of)[name];
  if (text === undefined) throw new Error(`there is no ${name}`);
  return text;
}

function lanesOfStory(story: string): readonly Lane[] {
  const { scenarios, lab } = saved('stories');
  return scenarios.filter(({ name }) => name === story).flatMap((each) => lanesOf(each, lab.nodes));
}

const RESULTS = {
  plain: saved('plain'),
  repeat3: saved('repeat3'),
  failed: saved('failed'),
  repeated: repeated(),
};

describe('drawings of a result', () => {
  it('show all of a list that is longer than a call may have arguments', () => {
    const [stretch] = LEDGER.stretches;
    const stretches = Array.from({ length: 150_000 }, () => ({ ...stretch }) as LedgerStretch);
    const [, to] = windowOf(failover({ ledger: { ...LEDGER, stretches } }));
    expect(to).to.be.at.least(stretch?.toMs ?? 0);
  });

  for (const [name, of] of Object.entries(RESULTS)) {
    it(`have the figures of the result: ${name}`, () => {
      const scenario = of.scenarios.find(({ phases }) => phases.length > 0);
      const predictions = elements(drawing(of, 'phases.svg'), 'data-prediction');
      expect(
        predictions.map((each) => [
          each['data-prediction'],
          figure(each['data-ms']),
          Number(each['data-min']),
          Number(each['data-max']),
        ]),
      ).to.deep.equal(
        scenario?.phases.map((each) => [
          each.name,
          each.ms,
          each.predicted.minMs,
          each.predicted.maxMs,
        ]),
      );
      const measures = elements(drawing(of, 'timeline.svg'), 'data-kind');
      const measure = (kind: string) =>
        measures.find((each) => each['data-kind'] === kind)?.['data-ms'];
      expect(figure(measure('outage'))).to.equal(scenario?.outageMs);
      expect(figure(measure('writable'))).to.equal(scenario?.writableMs);
      if (!scenario?.ledger) {
        expect(reportDrawings(of)).not.to.have.property('ledger.svg');
        return;
      }
      const ledger = drawing(of, 'ledger.svg');
      expect(
        elements(ledger, 'data-stretch').map((each) => ({
          outcome: each['data-stretch'],
          first: Number(each['data-first']),
          last: Number(each['data-last']),
          fromMs: Number(each['data-from']),
          toMs: Number(each['data-to']),
        })),
      ).to.deep.equal(scenario.ledger.stretches.map(({ reason: _, ...rest }) => rest));
      for (const each of elements(ledger, 'data-total')) {
        const fate = each['data-total'] as 'kept' | 'lost' | 'refused' | 'unknown';
        expect(Number(each['data-count']), fate).to.equal(scenario.ledger[fate]);
      }
    });
  }

  it('have every run as a dot, and the four marks', () => {
    for (const of of [RESULTS.repeat3, RESULTS.repeated]) {
      const outage = drawing(of, 'outage.svg');
      const dots = elements(outage, 'data-run')
        .map((each) => [Number(each['data-run']), Number(each['data-ms'])])
        .sort(([a = 0], [b = 0]) => a - b);
      expect(dots).to.deep.equal(
        of.runs?.map(({ run, scenarios }) => [
          run,
          scenarios.find(({ name }) => name === 'failover')?.outageMs,
        ]),
      );
      const figures = of.summary?.find(({ name }) => name === 'failover')?.outageMs;
      for (const mark of elements(outage, 'data-mark')) {
        const name = mark['data-mark'] as 'min' | 'median' | 'p95' | 'max';
        expect(Number(mark['data-ms']), name).to.equal(figures?.[name]);
      }
      expect(elements(outage, 'data-mark')).to.have.lengthOf(4);
    }
  });

  it('show who follows whom, and nothing that was not proven', () => {
    const links = (of: VerifyResult) =>
      elements(drawing(of, 'topology.svg'), 'data-link').map((each) => each['data-link']);
    expect(links(RESULTS.plain)).to.deep.equal([
      'slave1 master',
      'slave2 master',
      'master slave2',
      'slave1 slave2',
    ]);
    expect(links(RESULTS.failed)).to.deep.equal(['slave1 master', 'slave2 master']);
    expect(drawing(RESULTS.failed, 'topology.svg')).to.match(/data-node="master" data-role="down"/);
  });

  it('have the clients of the lab beside its nodes, of which none follows anybody', () => {
    const clients = [{ name: 'client1', address: '127.25.100.14' }];
    const result = { ...RESULTS.plain, lab: { ...RESULTS.plain.lab, clients } };
    const shown = drawing(result, 'topology.svg');
    expect(shown).to.match(/data-node="client1" data-role="client"/);
    expect(shown).not.to.match(/data-link="client1/);
    expect(reportPage(result)).to.match(/client1<\/span><\/td><td><span[^>]*>127\.25\.100\.14</);
  });

  it('name the event with which a failover was given up', () => {
    expect(drawing(RESULTS.failed, 'close-up.svg')).to.match(/>-failover-abort-no-good-slave</);
  });

  it('are in docs/ as they are made now: npm run docs:report', () => {
    for (const scheme of ['light', 'dark'] as const) {
      const folder = path.join(ROOT, 'docs', scheme === 'dark' ? 'dark' : '');
      const drawings = reportDrawings(RESULTS.plain, { scheme });
      for (const [name, text] of Object.entries(drawings)) {
        expect(readFileSync(path.join(folder, name), 'utf8'), name).to.equal(text);
      }
      const there = readdirSync(folder).filter((name) => name.endsWith('.svg'));
      expect(there).to.have.members(Object.keys(drawings));
    }
  });

  it('have the second master of a story, and the Sentinels that had ended', () => {
    const bars = (story: string, state: string) =>
      lanesOfStory(story).flatMap((lane) =>
        'spans' in lane
          ? lane.spans.flatMap((span) => (span.state === state ? [[span.fromMs, span.toMs]] : []))
          : [],
      );
    const told = saved('stories').scenarios.find(({ name }) => name === 'partition');
    const beside = told?.history?.findings.find(({ kind }) => kind === 'two-masters');
    const vain = beside?.operations.filter(({ node }) => node === told?.fault?.node) ?? [];
    const [[from, to] = []] = bars('partition', 'vain');
    expect(to).to.equal(vain.at(-1)?.answeredMs);
    expect(from).to.be.within(0, Number(vain[0]?.answeredMs) - 1000);
    // What the server was besides has the rest of its lane.
    for (const [, until] of bars('partition', 'down')) expect(until).to.be.at.most(Number(from));
    expect(bars('hang', 'vain')).to.have.lengthOf(1);
    expect(bars('disk-full', 'vain')).to.deep.equal([]);

    const gone = bars('quorum-lost', 'gone');
    expect(gone).to.have.lengthOf(2);
    for (const [ended, back] of gone) {
      expect(ended).to.be.lessThan(0);
      expect(back).to.be.within(5000, 7500);
    }
  });

  it('count from the fault, and tell what became of the broken server alone', () => {
    const lost = saved('stories').scenarios.find(({ name }) => name === 'quorum-lost');
    const healed = (text: string) =>
      lost?.timeline.find(({ event, detail }) => event === 'healed' && detail.includes(text))?.atMs;
    expect(healed('Sentinel')).to.be.within(5000, 7500);
    expect(lost && healedAt(lost)).to.equal(healed(`${lost?.fault?.node}'s Redis server`));
    // Sentinel says of others, too, that they are down.
    const told = lanesOfStory('quorum-lost').flatMap((lane) =>
      lane.kind === 'sentinel' ? lane.moments.filter(({ telling }) => telling) : [],
    );
    const down = told.filter(({ entry }) => entry.event === '+sdown');
    expect(down).to.have.lengthOf(3);
    for (const { entry } of down) expect(entry.detail).to.match(/^master /);
    expect(
      ['slave', 'sentinel', 'sentinel 1f 127.0.0.1', 'master m'].map(isOfMaster),
    ).to.deep.equal([false, false, false, true]);
  });

  it('name what is undone right after a fault where there is room for it', () => {
    const ends = (ms: number) => {
      const timeline = [
        ...failover().timeline.filter(({ event }) => event !== 'healed'),
        { atMs: ms, source: 'scenario', event: 'healed', detail: 'started' },
      ];
      return drawing(result({ scenarios: [failover({ timeline })] }), 'timeline.svg');
    };
    const named = (text: string) => text.match(/data-kind="healed"[^>]*>.*?<\/g>/s)?.[0] ?? '';
    expect(named(ends(4000))).to.include('started again');
    expect(named(ends(150)))
      .to.include('<path')
      .and.not.include('started again');
  });

  it('are there only for what the result has', () => {
    expect(Object.keys(reportDrawings(RESULTS.plain))).to.deep.equal([
      'timeline.svg',
      'close-up.svg',
      'close-up-2.svg',
      'phases.svg',
      'topology.svg',
      'ledger.svg',
    ]);
    expect(Object.keys(reportDrawings(result({ scenarios: [] })))).to.deep.equal(['topology.svg']);
  });
});

describe('the page of a result', () => {
  it('escapes what others wrote', () => {
    const bad = `</script></style><img src=x onerror="1">&'\u0007`;
    const page = reportPage(
      result({
        backend: bad,
        scenarios: [failover({ reason: bad, notes: [bad], evidence: bad, name: bad })],
      }),
    );
    expect(page).not.to.include('<img').and.not.to.include('\u0007');
    expect(page).to.include('&lt;img');
    expect(page.match(/<\/style>/g)).to.have.lengthOf(1);
  });

  it('is written in every language, and says which', () => {
    for (const lang of reportLanguages()) {
      const page = reportPage(RESULTS.repeat3, { lang });
      expect(page).to.include(`<html lang="${lang}">`);
      expect(page).not.to.match(/\{\w+\}<|undefined|\[object/);
    }
    expect(() => reportPage(RESULTS.plain, { lang: 'xx' })).to.throw('There is no report');
  });

  it('is Indonesian throughout, but for what is marked as English', () => {
    for (const name of [...SAVED, ...CODED]) {
      const page = reportPage(saved(name), { lang: 'id' });
      expect(page).to.include('<html lang="id">');
      expect(englishIn(page), name).to.deep.equal([]);
    }
    expect(englishIn('<p>Satu replica <b>of</b> lab</p>')).to.have.lengthOf(1);
    expect(englishIn('<p>Satu <span lang="en">of</span> lab</p>')).to.deep.equal([]);
  });

  it('leaves to English what programs said, and nothing else', () => {
    for (const name of CODED) for (const each of saved(name).scenarios) expectCodes(each);
    const page = reportPage(saved('broken'), { lang: 'id' });
    expect(page)
      .to.include('Redis di slave1 berjalan dengan replica-priority 0, dalam deskripsi 100')
      .and.include('tidak diperiksa');
    const [header = ''] = /<header>.*<\/header>/s.exec(page) ?? [];
    expect(header).not.to.include('lang="en"');
    expect(reportPage(saved('mended'), { lang: 'id' })).to.include(
      'Server Redis di slave1 macet dan telah dilanjutkan.',
    );
  });

  it('says in a sentence what came of it', () => {
    const sentence = (of: VerifyResult) => /<p class="lede">(.*?)<\/p>/.exec(reportPage(of))?.[1];
    expect(sentence(RESULTS.plain)).to.equal(
      'master went down. After 6.318 s, a client wrote to slave2.',
    );
    expect(sentence(RESULTS.repeat3)).to.match(
      /^Runs in which the master went down: 3\. In the median/,
    );
    expect(sentence(RESULTS.failed)).to.equal('master went down, and no other node took over.');
    const [hang, partition, , full] = saved('stories').scenarios;
    for (const [one, happened] of [
      [hang, 'stood still'],
      [partition, 'was cut off'],
      [full, 'could not save'],
    ] as const) {
      const told = sentence(result({ scenarios: one ? [one] : [] }));
      expect(told).to.match(new RegExp(`^\\w+ ${happened}\\. After`));
    }
    expect(sentence(result({ verdict: 'failed', scenarios: [] }))).to.equal(
      'The lab did not do what it has to do.',
    );
  });

  it('says of each finding of the oracle whether the fault may cost it, and what its values are', () => {
    const table = (allowed: boolean) => {
      const stories = saved('stories');
      const scenarios = stories.scenarios.slice(1, 2).map((story) => ({
        ...story,
        ...(story.history && {
          history: {
            ...story.history,
            findings: story.history.findings.map((each) => ({ ...each, allowed })),
          },
        }),
      }));
      const page = reportPage({ ...stories, scenarios });
      expect(page).to.include('c2:7 is what the client c2 appended');
      return page.match(/<td>two masters at once<\/td><td class="number">1<\/td><td>(\w+)</)?.[1];
    };
    expect([table(true), table(false)]).to.deep.equal(['yes', 'no']);
  });

  it('stays small with many runs', () => {
    const [run] = RESULTS.repeat3.runs ?? [];
    if (!run) throw new Error('no run');
    const runs = Array.from({ length: 50 }, (_, i) => ({ ...run, run: i + 1 }));
    expect(reportPage({ ...RESULTS.repeat3, runs }).length).to.be.lessThan(1_000_000);
  });

  it('says in its language what was claimed and seen, but for what did not hold', () => {
    const values = { node: 'slave1', ms: 5204.4 };
    const passed = assertion({ code: 'failover.promoted', values, claim: 'of the run' });
    const failed = assertion({ ...passed, verdict: 'failed', seen: 'no node took a write' });
    const foreign = assertion({ code: 'mine.own', values, claim: 'My own claim', seen: 'mine' });
    const empty = assertion({ code: 'failover.promoted', claim: 'x', seen: 'as it was' });
    const page = (...assertions: Assertion[]) =>
      reportPage(result({ scenarios: [failover({ assertions })] }), { lang: 'id' });
    expect(page(passed))
      .to.include('Satu replica dipromosikan')
      .and.include('slave1, 5204 ms setelah gangguan');
    expect(page(failed))
      .to.include('Satu replica dipromosikan')
      .and.include('no node took a write');
    expect(page(foreign)).to.include('My own claim').and.include('mine');
    expect(page(passed))
      .to.match(/<span>Satu/)
      .and.match(/<dd>slave1, 5204/);
    expect(page(failed)).to.include('<dd><span lang="en">no node took a write</span></dd>');
    expect(page(foreign)).to.include('<span lang="en">My own claim</span>');
    expect(page(empty)).to.include('Satu replica dipromosikan').and.include('as it was');
  });

  it('has the colours of the drawings in its style sheet', () => {
    const css = documentFile('report/style.css');
    const [light = '', dark = ''] = [...css.matchAll(/:root \{(.*?)\}/gs)].map(([, all]) => all);
    for (const [colours, there] of [
      [LIGHT, light],
      [DARK, dark],
    ] as const) {
      for (const [name, value] of Object.entries(colours)) {
        expect(there).to.include(`--${cssName(name)}: ${value};`);
      }
    }
  });
});

describe('a saved result', () => {
  it('is read back as it was', () => {
    expect(readResult(JSON.stringify(RESULTS.repeat3), 'x')).to.deep.equal(RESULTS.repeat3);
  });

  it('is read without what a later version added to it', () => {
    const { scenarios } = RESULTS.plain;
    const later = { ...RESULTS.plain, more: 1, scenarios: [{ ...scenarios[0], extra: 1 }] };
    expect(readResult(JSON.stringify(later), 'x').scenarios).to.deep.equal([scenarios[0]]);
  });

  it('of format 1 gets the node that was broken, which that has in words only', () => {
    const [, failover] = RESULTS.failed.scenarios;
    expect(RESULTS.failed.format).to.equal(1);
    expect(failover?.fault).to.deep.equal({ kind: 'crash', node: 'master' });
  });

  it('is refused with every problem and its path', () => {
    const { backend: _, ...rest } = RESULTS.plain;
    const wrong = { ...rest, ms: '5', scenarios: [{ ...rest.scenarios[0], extra: 1 }] };
    expect(() => readResult(JSON.stringify(wrong), 'x.json'))
      .to.throw('x.json has 2 problems')
      .with.property('problems')
      .that.satisfies((problems: { path: string }[]) =>
        ['backend', 'ms'].every((path) => problems.some((each) => each.path === path)),
      );
    expect(() => readResult('{', 'x.json')).to.throw('is not JSON');
  });
});

describe('scales', () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

  it('keep order and ends', () => {
    fc.assert(
      fc.property(number, number, number, (a, b, value) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
        const scale = linear([from, to], [10, 500]);
        expect(scale.at(from)).to.be.closeTo(10, 1e-6);
        expect(scale.at(to)).to.be.closeTo(500, 1e-6);
        expect(scale.within(value)).to.be.within(10 - 1e-6, 500 + 1e-6);
      }),
    );
  });

  it('have as many ticks as there is room for, all within', () => {
    fc.assert(
      fc.property(number, fc.double({ min: 1, max: 1e6, noNaN: true }), (from, length) => {
        const { values, step } = ticks(from, from + length, 8);
        expect(values.length).to.be.within(1, 17);
        for (const each of values) {
          expect(each).to.be.within(from - step * 1e-6, from + length + step * 1e-6);
        }
      }),
    );
  });

  it('put names apart', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 4 }),
        (all) => {
          const places = apart(
            all.toSorted((a, b) => a - b),
            100,
            [50, 950],
          );
          places.forEach((each, i) => {
            expect(each).to.be.within(50, 950);
            if (i > 0) expect(each - (places[i - 1] ?? 0)).to.be.at.least(100 - 1e-9);
          });
        },
      ),
    );
  });
});
