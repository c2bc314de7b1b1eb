/** Whatever `verify` finds, its schema takes it, and so does everything that shows it. */
import { expect } from 'chai';
import fc from 'fast-check';
import { reportLanguages } from '../../lib/report/drawings.js';
import { SAVED, saved } from '../report/support/saved.js';
import { accepted } from '../support/accepted.js';
import { resultFaults } from '../support/result-faults.js';
import { failoverResults } from './failovers.js';
import { anyResults } from './results.js';

const language = fc.constantFrom(...reportLanguages());

describe('a result', function () {
  this.timeout(120_000);

  it('of any failover is accepted and shown, contradicts nothing, and has no time before its fault', () => {
    fc.assert(
      fc.property(failoverResults, language, (result, lang) => {
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

  it('with predictions that are none is accepted and shown', () => {
    const result = saved('plain');
    const predictions = [
      { minMs: 1e9, maxMs: 0 },
      { minMs: 0, maxMs: Number.MIN_VALUE },
    ];
    const scenarios = result.scenarios.map((each) => ({
      ...each,
      phases: each.phases.map((phase, index) => {
        const predicted = predictions[index % 2] ?? phase.predicted;
        return { ...phase, ms: null, predicted: { ...phase.predicted, ...predicted } };
      }),
    }));
    for (const lang of reportLanguages()) accepted({ ...result, scenarios }, lang);
  });

  for (const name of SAVED) {
    it(`of an older redis-lab is accepted and shown: ${name}`, () => {
      for (const lang of reportLanguages()) accepted(saved(name), lang);
    });
  }
});
