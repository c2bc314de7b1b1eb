/** A result in which several scenarios have something to be drawn. */
import { expect } from 'chai';
import { reportDrawings, reportLanguages } from '../../lib/report/drawings.js';
import { junitReport } from '../../lib/report/junit.js';
import { reportPage } from '../../lib/report/page/page.js';
import { textReport } from '../../lib/report/text.js';
import type { LibraryClientResult, ScenarioResult } from '../../lib/report/types.generated.js';
import { accepted } from '../support/accepted.js';
import { failedFailover, failover, replication, result } from './support/results.js';
import { saved } from './support/saved.js';

function client(outageMs: number, againMs: number, stuck: boolean): LibraryClientResult {
  return {
    client: stuck ? 'ioredis:advised' : 'ioredis',
    library: 'ioredis',
    version: '6.0.0',
    settings: {},
    attempted: 300,
    acknowledged: 280,
    lost: 12,
    failed: 19,
    unanswered: 1,
    failedKept: 2,
    twice: 3,
    errors: [{ kind: '<READONLY>', count: 12 }],
    outageMs,
    againMs,
    stuck,
    ended: null,
  };
}

/** A client that could not write for a moment, and nothing else. */
const hiccup = replication({ name: 'hiccup', outageMs: 512.5 });
const twice = result({
  scenarios: [
    replication(),
    failover(),
    failover({ name: 'hang-master', outageMs: 1234.5, fault: { kind: 'hang', node: 'master' } }),
    hiccup,
  ],
});

const named = (...names: string[]) =>
  Object.keys(
    reportDrawings(result({ scenarios: names.map((name) => failover({ name })) })),
  ).filter((file) => file.endsWith('ledger.svg'));

function idsIn(page: string): string[] {
  return [...page.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id);
}

describe('a result with several scenarios that are drawn', () => {
  it('has drawings of each in files of its own, which say of whom they are', () => {
    const drawings = reportDrawings(twice);
    const of = ['topology', 'timeline', 'close-up', 'phases', 'ledger'];
    const first = Object.keys(drawings).filter((file) => !/-2\.svg$/.test(file));
    expect(first).to.have.members([
      ...of.map((each) => `failover-${each}.svg`),
      ...of.map((each) => `hang-master-${each}.svg`),
      'hiccup-topology.svg',
      'hiccup-timeline.svg',
    ]);
    expect(drawings['hang-master-phases.svg']).to.include('>hang-master · course · ');
    expect(drawings['hang-master-timeline.svg']).to.include('data-ms="1234.5"');
    expect(drawings['failover-timeline.svg']).to.include('data-ms="6250.625"');
  });

  it('has names of files that are words, each of them once, whatever the scenarios are called', () => {
    expect(named('failover', 'failover', 'failover-2')).to.deep.equal([
      'failover-ledger.svg',
      'failover-2-ledger.svg',
      'failover-2-2-ledger.svg',
    ]);
    expect(named('../../etc/passwd', '', '漢字', 'A b')).to.deep.equal([
      'etc-passwd-ledger.svg',
      'scenario-ledger.svg',
      'scenario-2-ledger.svg',
      'a-b-ledger.svg',
    ]);
    expect(named(`${'x'.repeat(5000)}`, 'y')[0]).to.have.length.below(80);
  });

  for (const lang of reportLanguages()) {
    it(`has a page with a heading and the figures of each: ${lang}`, () => {
      const page = reportPage(twice, { lang });
      const ids = idsIn(page);
      expect(ids).to.deep.equal([...new Set(ids)]);
      for (const [, label = ''] of page.matchAll(/aria-labelledby="([^"]*)"/g)) {
        expect(ids).to.include.members(label.split(' '));
      }
      for (const name of ['failover', 'hang-master', 'hiccup']) {
        expect(page).to.include(`<h2 id="${name}-drawn-heading">${name}</h2>`);
        expect(page).to.match(new RegExp(`<h3 id="${name}-timeline-heading">`));
      }
      const outages = [...page.matchAll(/data-fact="outage" data-value="([^"]*)"/g)];
      expect(outages.map(([, ms]) => Number(ms))).to.deep.equal([6250.625, 1234.5, 512.5]);
      expect(page).not.to.match(/undefined|NaN/);
    });
  }

  it('says of each what came of it', () => {
    const ledes = (...scenarios: ScenarioResult[]) =>
      [
        ...reportPage(
          result({
            scenarios,
            verdict: scenarios.some(({ verdict }) => verdict === 'failed') ? 'failed' : 'passed',
          }),
        ).matchAll(/<p class="lede">(.*?)<\/p>/g),
      ].map(([, text]) => text);
    expect(ledes(failover(), hiccup, failedFailover({ name: 'other' }))).to.deep.equal([
      'The lab did not do what it has to do.',
      'master went down. After 6.251 s, a client wrote to slave1.',
      'A client could not write for 0.512 s.',
      'The lab did not do what it has to do.',
    ]);
    expect(ledes(hiccup)).to.deep.equal(['A client could not write for 0.512 s.']);
  });

  for (const lang of reportLanguages()) {
    it(`draws what client libraries met, and has a table of it: ${lang}`, () => {
      const met = result({
        scenarios: [
          failover({ clients: [client(2500, 2400, false), client(46_000, 45_900, true)] }),
        ],
      });
      const drawings = reportDrawings(met, { lang });
      expect(drawings['clients.svg']).to.include('46').and.include('ioredis:advised');
      const page = reportPage(met, { lang });
      expect(page).to.include('&lt;READONLY&gt; 12').and.not.include('<READONLY>');
      expect(page).not.to.match(/undefined|NaN/);
      expect(textReport(met, undefined, lang)).to.match(
        /45[.,]900 +46[.,]000 +280 +12 +19 +3 +ioredis:advised 6\.0\.0/,
      );
    });
  }

  it('is told whole as text and as JUnit XML', () => {
    const text = textReport(twice);
    for (const { name } of twice.scenarios) expect(text).to.include(`\n${name}: passed`);
    expect(text).to.match(/outage +1\.23[45] /);
    expect(junitReport(twice).match(/<testsuite name="[^"]*"/g)).to.have.lengthOf(4);
  });
});

describe('a real result with several scenarios, two of them of a program', () => {
  const several = saved('several');
  const [, , hangMaster, hangReplica] = several.scenarios;

  it('is accepted and shown in every form and language', () => {
    for (const lang of reportLanguages()) accepted(several, lang);
  });

  it('draws each by what it has', () => {
    const files = Object.keys(reportDrawings(several)).filter((file) => !/-2\.svg$/.test(file));
    const of = (name: string) => files.filter((file) => file.startsWith(`${name}-`));
    expect(of('failover')).to.include('failover-phases.svg').and.have.lengthOf(5);
    expect(of('hang-master')).to.include('hang-master-phases.svg').and.have.lengthOf(5);
    expect(of('hang-replica')).to.have.members(
      ['timeline', 'topology', 'ledger'].map((each) => `hang-replica-${each}.svg`),
    );
  });

  it('names the fault of each, and who was master then', () => {
    const drawings = reportDrawings(several, { lang: 'id' });
    expect(drawings['failover-timeline.svg']).to.include('>mati<');
    expect(drawings['hang-master-timeline.svg']).to.include('>macet<').and.not.include('>mati<');
    const stricken = `data-lane="redis" data-node="${hangReplica?.fault?.node}"`;
    const [, lane = ''] = String(drawings['hang-replica-timeline.svg']).split(stricken);
    expect(lane.match(/data-state="(\w+)"/g)?.slice(0, 2)).to.deep.equal([
      'data-state="replica"',
      'data-state="down"',
    ]);
    const links = /data-moment="after".*/s.exec(String(drawings['hang-replica-topology.svg']))?.[0];
    expect(links).to.include(`data-link="${hangReplica?.fault?.node} ${hangReplica?.master}"`);
  });

  it('does not say that a client went to the new master when it went back to the old one', () => {
    expect(hangMaster).to.include({ writableMs: null });
    const page = reportPage(several);
    const [, group = ''] = page.split('id="hang-master-drawn-heading"');
    expect(/<p class="lede">(.*?)</.exec(group)?.[1]).to.equal(
      'A client could not write for 3.268 s.',
    );
    expect(group).to.include('data-fact="lost" data-value="886"');
  });

  it('of any fault of a program is told by its name', () => {
    const own = failover({ fault: { kind: 'freeze', node: 'master' } });
    const drawn = reportDrawings(result({ scenarios: [own] }), { lang: 'id' });
    expect(drawn['timeline.svg']).to.include('>freeze<');
  });
});
