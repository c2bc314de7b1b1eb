import { expect } from 'chai';
import fc from 'fast-check';
import { instanceName, networkName } from '../../../lib/backends/incus/names.js';
import { buildLab } from '../../../lib/lab/lab.js';

describe('names of a lab on a server', () => {
  const network = (name: string) => networkName(buildLab({ name }).model);

  it('are those of the lab where they fit', () => {
    expect(instanceName('redis-lab', 'master')).to.equal('redis-lab-master');
    expect(network('redis-lab')).to.equal('redis-lab');
    expect(network('exactly-15-long')).to.equal('exactly-15-long');
  });

  it('are cut where they do not, and still differ', () => {
    const one = network('a-class-of-thirty-1');
    const other = network('a-class-of-thirty-2');
    expect(one).to.match(/^a-class-[0-9a-f]{6}$/);
    expect(one).not.to.equal(other);
  });

  it('always fit, and are host names', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
    fc.assert(
      fc.property(name, name, (lab, node) => {
        expect(instanceName(lab, node)).to.match(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
      }),
    );
  });
});
