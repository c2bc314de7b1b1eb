/** A fault that a backend cannot inject. */
import { expect } from 'chai';
import { faultsFor } from '../../lib/faults/registry.js';

describe('a fault that a backend cannot inject', () => {
  it('is refused with those that it can, and no other backend where none can', () => {
    const { named } = faultsFor({ name: 'bare', offers: ['signals'] });
    expect(() => named('power-off')).to.throw(
      /^The backend bare cannot inject power-off, only crash, /,
    );
    expect(() => named('power-off')).not.to.throw(/undefined|The backend {2}/);
  });
});
