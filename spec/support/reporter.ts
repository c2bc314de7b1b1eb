/** mocha's own report; and for whoever runs several suites, their tests are counted in one file: see .ci/tests.ts. */
import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

const tally = process.env['REDIS_LAB_TALLY'];

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    if (!tally) return;
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      appendFileSync(tally, `passed\t${passes}\nfailed\t${failures}\npending\t${pending}\n`);
    });
  }
}
