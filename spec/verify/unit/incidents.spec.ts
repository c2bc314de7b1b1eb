/** What is decided by what was seen of an incident, where a server that has it cannot be had. */
import { expect } from 'chai';
import { type Asked, outcomeOf } from '../../../lib/scenarios/incidents/valkey-2779.js';

describe('the outcome of valkey-2779', () => {
  const seen = (given: Partial<Asked>): Asked => ({
    promoted: false,
    aborted: false,
    refused: new Set(),
    coordinates: true,
    ...given,
  });

  it('is reproduced where the failover was aborted and FAILOVER refused', () => {
    const aborted = seen({ aborted: true, refused: new Set(['failover']) });
    expect(outcomeOf(aborted)).to.equal('reproduced');
    expect(outcomeOf({ ...aborted, coordinates: false })).to.equal('reproduced');
  });

  it('is not certain where it was aborted for another reason, or not over', () => {
    for (const refused of [[], ['slaveof', 'multi']]) {
      expect(outcomeOf(seen({ aborted: true, refused: new Set(refused) }))).to.equal(undefined);
    }
    expect(outcomeOf(seen({}))).to.equal(undefined);
    expect(outcomeOf(seen({ refused: new Set(['failover']) }))).to.equal(undefined);
  });

  it('is fixed where a Sentinel that knows COORDINATED promotes, and else does not apply', () => {
    expect(outcomeOf(seen({ promoted: true }))).to.equal('fixed-here');
    expect(outcomeOf(seen({ promoted: true, coordinates: false }))).to.equal('does-not-apply');
  });
});
