import { expect } from 'chai';
import { rounded } from '../../../lib/verify/rounded.js';

describe('the numbers of a result', () => {
  it('are as exact as they were measured, wherever they stand', () => {
    const frozen = Object.freeze({ atMs: -0.04, list: [1.25, { ms: 5204.449999 }], text: '1.25' });
    const copy = rounded({ ...frozen, none: null, yes: true, count: 12 });
    expect(copy).to.deep.equal({
      atMs: 0,
      list: [1.3, { ms: 5204.4 }],
      text: '1.25',
      none: null,
      yes: true,
      count: 12,
    });
  });

  it('stay in order', () => {
    const times = [-0.06, -0.05, 0, 0.049, 0.05, 9.96, 10.01];
    expect(rounded(times)).to.deep.equal(rounded(times).toSorted((a, b) => a - b));
  });
});
