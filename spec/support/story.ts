/**
 * A suite whose tests are the steps of one story: what a step needs, the steps before it did, and after one that failed
 * the others are not begun. mocha's own `bail` would end all other files of a parallel run as well.
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
