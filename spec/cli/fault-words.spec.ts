import { expect } from 'chai';
import { allFaults } from '../../lib/faults/registry.js';
import { textsOf } from '../../lib/render/texts.js';

describe('what fault says was done', () => {
  it('is, in English, what the fault itself says', () => {
    const { kinds } = textsOf('terminal', 'en').fault;
    expect(kinds).to.deep.equal(
      Object.fromEntries(allFaults().map(({ kind, done }) => [kind, done])),
    );
  });
});
