/** A result as slides: their form, their letters, and what their marks mean. */
import { expect } from 'chai';
import { textsOf } from '../../lib/render/texts.js';
import { DARK, LIGHT } from '../../lib/report/drawing/pen.js';
import { reportDrawings, reportLanguages } from '../../lib/report/drawings.js';
import type { ResultNode, VerifyResult } from '../../lib/report/types.generated.js';
import { failover, LEDGER, repeated, result } from './support/results.js';
import { saved } from './support/saved.js';

/** The same lab with more nodes, as a class has it that is shown a large one. */
function large(count: number): VerifyResult {
  const plain = result();
  const [like] = plain.lab.nodes;
  const more = Array.from(
    { length: count - plain.lab.nodes.length },
    (_, i): ResultNode => ({
      ...(like as ResultNode),
      name: `replica-${i + 3}`,
      address: `127.0.100.${i + 20}`,
    }),
  );
  return { ...plain, lab: { ...plain.lab, nodes: [...plain.lab.nodes, ...more] } };
}

const many = {
  ...LEDGER,
  attempted: 90_000,
  stretches: [
    { outcome: 'kept' as const, reason: '', first: 1, last: 90_000, fromMs: 0, toMs: 9e5 },
  ],
};

const RESULTS: Readonly<Record<string, VerifyResult>> = {
  plain: saved('plain'),
  repeat3: saved('repeat3'),
  failed: saved('failed'),
  repeated: repeated(),
  several: saved('several'),
  stories: saved('stories'),
  'of five nodes': large(5),
  'of nine nodes': large(9),
  'with many writes': result({ scenarios: [failover({ ledger: many })] }),
};

interface Slide {
  readonly file: string;
  readonly svg: string;
}

function slidesOf(of: VerifyResult, lang: string, scheme: 'light' | 'dark' = 'light'): Slide[] {
  return Object.entries(reportDrawings(of, { lang, scheme })).map(([file, svg]) => ({ file, svg }));
}

const report = (lang: string) => textsOf('report', lang);

type Text = (texts: ReturnType<typeof report>) => string;

/** Which slides have a mark, how it is known there, and what their legend says of it. */
const MARKS: readonly (readonly [file: RegExp, mark: RegExp, means: Text])[] = [
  [/timeline|close-up/, /data-outcome="kept"/, (t) => t.answers.kept],
  [/timeline|close-up/, /data-outcome="lost"/, (t) => t.answers.lost],
  [/timeline|close-up/, /data-outcome="refused"/, (t) => t.answers.refused],
  [/timeline|close-up/, /data-outcome="unknown"/, (t) => t.answers.unknown],
  [/timeline|close-up/, /data-state="master"/, (t) => t.states.master],
  [/timeline|close-up/, /data-state="replica"/, (t) => t.states.replica],
  [/timeline|close-up/, /data-kind="phase"/, (t) => t.legend.phase],
  [/timeline|close-up/, /data-event="\+odown"/, (t) => t.legend.step],
  [/phases/, /data-prediction=/, (t) => t.legend.predicted],
  [/phases/, /data-ms="\d/, (t) => t.legend.measured],
  [/topology/, /data-link=/, (t) => t.legend.data],
  [/topology/, /data-node=/, (t) => t.legend.sentinel],
  [/outage/, /data-verdict="passed"/, (t) => t.legend.run],
  [/outage/, /data-verdict="failed"/, (t) => t.legend.failedRun],
  [/ledger/, /data-stretch="kept"/, (t) => t.outcomes.kept],
  [/ledger/, /data-stretch="lost"/, (t) => t.outcomes.lost],
  [/ledger/, /data-stretch="refused"/, (t) => t.outcomes.refused],
  [/ledger/, /data-stretch="unknown"/, (t) => t.outcomes.unknown],
];

for (const [name, of] of Object.entries(RESULTS)) {
  describe(`slides of a result: ${name}`, () => {
    for (const lang of reportLanguages()) {
      it(`are 16 : 9, with letters that can be read at the back (${lang})`, () => {
        for (const { file, svg } of slidesOf(of, lang)) {
          const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
          expect(Number(width) / Number(height), file).to.be.closeTo(16 / 9, 1e-9);
          const scale = Number(/scale\(([\d.]+)\)/.exec(svg)?.[1] ?? 1);
          const sizes = [...svg.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size));
          expect(sizes).not.to.be.empty;
          expect(Math.min(...sizes) * scale, file).to.be.at.least((20 / 1000) * Number(width));
          // Each text says its size.
          expect(svg.match(/<text(?![^>]*font-size)/g), file).to.equal(null);
        }
      });

      it(`say what each of their marks means (${lang})`, () => {
        const texts = report(lang);
        for (const { file, svg } of slidesOf(of, lang)) {
          // The ledger's totals are its legend.
          const legend = file.includes('ledger')
            ? [...svg.matchAll(/>([^<]+)</g)].map(([, text]) => text)
            : [...svg.matchAll(/data-legend="([^"]*)"/g)].map(([, text]) => text);
          const here = MARKS.filter(([files, mark]) => files.test(file) && mark.test(svg));
          expect(here, file).not.to.be.empty;
          for (const [, mark, means] of here) {
            expect(legend, `${file}: ${mark}`).to.include(means(texts));
          }
        }
      });
    }

    it('are light, and dark with the colours of the dark page', () => {
      const [light, dark] = [slidesOf(of, 'en'), slidesOf(of, 'en', 'dark')];
      expect(dark.map(({ file }) => file)).to.deep.equal(light.map(({ file }) => file));
      for (const [i, { svg, file }] of dark.entries()) {
        expect(svg, file).to.include(`fill="${DARK.paper}"`).and.not.include(`"${LIGHT.ink}"`);
        expect(light[i]?.svg, file).to.include(`fill="${LIGHT.paper}"`);
      }
    });

    it('leave out no lane and no node', () => {
      const all = slidesOf(of, 'en');
      const named = (which: string, attribute: RegExp) =>
        new Set(
          all
            .filter(({ file }) => file.includes(which))
            .flatMap(({ svg }) => [...svg.matchAll(attribute)].map(([, node]) => node)),
        );
      const nodes = (port: 'redisPort' | 'sentinelPort') =>
        of.lab.nodes.filter((node) => node[port] !== null).map((node) => node.name);
      expect([...named('topology', /data-node="([^"]+)"/g)]).to.have.members(
        of.lab.nodes.map((node) => node.name),
      );
      expect(all.map(({ file }) => file).join()).to.include('timeline');
      for (const [lane, port] of [
        ['redis', 'redisPort'],
        ['sentinel', 'sentinelPort'],
      ] as const) {
        const lanes = new RegExp(`data-lane="${lane}" data-node="([^"]+)"`, 'g');
        for (const which of ['timeline', 'close-up']) {
          expect([...named(which, lanes)], `${which}, ${lane}`).to.have.members(nodes(port));
        }
      }
    });
  });
}
