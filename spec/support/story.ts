/**
 * A suite whose tests are the steps of one story: each needs those before it, and after a failure the others are skipped.
 * (mocha's `bail` would also end the other files of a parallel run.)
 */
import { skip } from './skip.js';

/** Called in the suite. */
export function story(): void {
  let failed = false;
  beforeEach(function begun() {
    if (failed) skip(this, 'the step before it, which failed');
  });
  afterEach(function ended() {
    failed ||= this.currentTest?.state === 'failed';
  });
}
