import { expect } from 'chai';
import { phaseBars } from '../../lib/report/bars.js';
import { failover } from './support/results.js';
import { saved } from './support/saved.js';

describe('bars of the phases', () => {
  it('stand on one scale, in 80 columns', () => {
    const lines = phaseBars(failover().phases);
    for (const line of lines) expect(line.length).to.be.at.most(80);
    const [ruler = '', detection = '', , , , rediscovery = ''] = lines;
    // 6600.5 ms are the last 64 of 80 columns.
    expect(ruler.indexOf('5')).to.equal(15 + Math.round((5000 / 6600.5) * 64));
    expect(detection.match(/█/g)).to.have.lengthOf(Math.round((5012 / 6600.5) * 64));
    expect(rediscovery.indexOf('█')).to.equal(15 + Math.round((5300.5 / 6600.5) * 64));
  });

  it('show every phase of a real run, in its order', () => {
    for (const name of ['plain', 'repeat3'] as const) {
      const phases = saved(name).scenarios.find((each) => each.phases.length > 0)?.phases ?? [];
      const lines = phaseBars(phases).slice(1, -1);
      expect(lines.map((line) => line.trim().split(' ')[0])).to.deep.equal(
        phases.map((each) => each.name),
      );
      const begins = lines.map((line) => line.indexOf('█'));
      expect(begins).to.deep.equal(begins.toSorted((a, b) => a - b));
    }
  });

  it('are not there for what was not seen', () => {
    const phases = failover().phases.map((phase) => ({ ...phase, ms: null }));
    expect(phaseBars(phases)).to.deep.equal([]);
  });
});
