/** mocha's own reporter, which also counts the tests in a file for .ci/tests.ts. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

const LONGEST = 500;

const tally = process.env['REDIS_LAB_TALLY'];

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    if (!tally) return;
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const counts = [`passed\t${passes}`, `failed\t${failures}`, `pending\t${pending}`];
      const failing = this.failures.map((test) => `failure\t1\t${nameOf(test)}`);
      appendFileSync(tally, [...counts, ...failing, ''].join('\n'));
    });
  }
}

/** A failure on one line, for the summary of a long run. The whole message is at the end of its suite. */
function nameOf(test: Mocha.Test): string {
  const file = test.file ? `${path.relative('.', test.file).replaceAll(path.sep, '/')}: ` : '';
  const said = `${file}${test.fullTitle()}: ${test.err?.message ?? ''}`.replace(/\s+/g, ' ').trim();
  return said.length > LONGEST ? `${said.slice(0, LONGEST)} …` : said;
}
