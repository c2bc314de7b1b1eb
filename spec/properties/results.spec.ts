/** Whatever `verify` finds, its schema takes it, and so does everything that shows it. */
import { Ajv } from 'ajv';
import { expect } from 'chai';
import fc from 'fast-check';
import { reportDrawings, reportLanguages } from '../../lib/report/drawings.js';
import { junitReport } from '../../lib/report/junit.js';
import { reportPage } from '../../lib/report/page/page.js';
import { readResult } from '../../lib/report/read-result.js';
import type { VerifyResult } from '../../lib/report/result.js';
import { resultJsonSchema } from '../../lib/report/schema.js';
import { textReport } from '../../lib/report/text.js';
import { SAVED, saved } from '../report/support/saved.js';
import { resultFaults } from '../support/result-faults.js';
import { drilledResults } from './drills.js';
import { anyResults } from './results.js';

const fits = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(
  resultJsonSchema(),
);

const language = fc.constantFrom(...reportLanguages());

/** As `verify --json` prints it and `report` reads it, and in every form. */
function accepted(result: VerifyResult, lang: string): void {
  const printed = JSON.stringify(result);
  expect(fits(JSON.parse(printed)), JSON.stringify(fits.errors)).to.equal(true);
  const read = readResult(printed, 'run.json');
  expect(read).to.deep.equal(JSON.parse(printed));
  expect(textReport(read)).to.be.a('string');
  expect(junitReport(read)).to.match(/^<\?xml/);
  expect(reportPage(read, { lang }))
    .to.include('</html>')
    .and.not.match(/NaN|undefined/);
  for (const drawing of Object.values(reportDrawings(read, { lang }))) {
    expect(drawing)
      .to.include('</svg>')
      .and.not.match(/NaN|undefined|Infinity/);
  }
}

describe('a result', function () {
  this.timeout(120_000);

  it('of any failover is accepted and shown, contradicts nothing, and has no time before its fault', () => {
    fc.assert(
      fc.property(drilledResults, language, (result, lang) => {
        expect(resultFaults(result)).to.deep.equal([]);
        const [{ outageMs, writableMs, phases } = { outageMs: 0, writableMs: 0, phases: [] }] =
          result.scenarios;
        const times = [outageMs, writableMs, ...phases.flatMap(({ atMs, ms }) => [atMs, ms])];
        for (const time of times) expect(time ?? 0).to.be.at.least(0);
        accepted(result, lang);
      }),
      { numRuns: 60 },
    );
  });

  it('of any shape that the schema allows is accepted and shown', () => {
    fc.assert(fc.property(anyResults, language, accepted), { numRuns: 60 });
  });

  for (const name of SAVED) {
    it(`of an older redis-lab is accepted and shown: ${name}`, () => {
      for (const lang of reportLanguages()) accepted(saved(name), lang);
    });
  }
});
