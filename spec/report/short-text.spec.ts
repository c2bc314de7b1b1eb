import { expect } from 'chai';
import { WIDTH } from '../../lib/report/layout.js';
import { shortReport } from '../../lib/report/short-text.js';
import { PLAIN } from '../../lib/report/style.js';
import { result } from './support/results.js';

describe('a proof in short', () => {
  it('is a line for each scenario, and the phases', () => {
    expect(shortReport(result()).split('\n')).to.deep.equal([
      '✓ replication: passed in 43 ms',
      '✓ failover: passed in 8.42 s, outage 6.25 s, 1 of 160 writes lost',
      '               seconds    predicted',
      '  detection      5.012  5.000–6.200',
      '  agreement      0.076  0.000–1.200',
      '  election       0.062  0.053–1.200',
      '  promotion      0.150  0.105–0.300',
      '  rediscovery    0.950  0.000–1.300',
    ]);
  });

  it('fits the width in both languages', () => {
    for (const lang of ['en', 'id']) {
      for (const line of shortReport(result(), PLAIN, lang).split('\n')) {
        expect(line.length, line).to.be.at.most(WIDTH);
      }
    }
  });
});
