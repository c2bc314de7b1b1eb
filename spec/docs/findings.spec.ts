/** The data sets in docs/findings: the text says what they come to, and most of them is as predicted. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { isWithin, rowsOf, withTables } from '../../.ci/findings.js';
import { ROOT } from '../support/cli.js';

const FOLDER = path.join(ROOT, 'docs', 'findings');
const TEXT = readFileSync(path.join(FOLDER, 'README.md'), 'utf8');

describe('docs/findings', () => {
  it('has tables of what its data sets come to', () => {
    expect(withTables(TEXT)).to.equal(TEXT);
  });

  it('says how many runs there are', () => {
    const [failovers, partitions, again, clients] = [
      'failovers',
      'partitions',
      'again',
      'clients',
    ].map((name) => rowsOf(name).length.toLocaleString('en'));
    expect(TEXT.replaceAll('\n', ' ')).to.include(
      `${failovers} failovers, ${partitions} partitions, ${again} crashes at a down-after around one second, and ${clients} failovers seen by client libraries`,
    );
    expect(rowsOf('failovers')).to.have.lengthOf.at.least(1000);
    expect(rowsOf('partitions')).to.have.lengthOf.at.least(100);
  });

  it('is as predicted in at least 95 of 100 runs of each kind', () => {
    const rows = rowsOf('failovers');
    for (const kind of new Set(
      rows.map((row) => `${row['scenario']} ${row['sentinel.downAfter']}`),
    )) {
      const own = rows.filter((row) => `${row['scenario']} ${row['sentinel.downAfter']}` === kind);
      expect(own.filter(isWithin).length / own.length, kind).to.be.at.least(0.95);
    }
  });

  it('names no folder of the machine where it was made', () => {
    for (const name of ['failovers', 'partitions', 'again', 'clients']) {
      const page = readFileSync(path.join(FOLDER, `${name}.html`), 'utf8');
      expect(page.match(/&#x2F;|\/(?:work|tmp|root|home)\//g) ?? [], name).to.deep.equal([]);
    }
  });
});
