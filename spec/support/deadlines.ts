import { end } from './at-end.js';

/**
 * How long a test or a hook may take in the suites that `npm test` runs. It is for what is stuck, and no judgement of
 * speed: it must not pass on a busy machine, where all takes three to ten times as long. What says more keeps it.
 */
const LEAST_MS = 240_000;

const HOOKS = ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'] as const;

export const mochaHooks = {
  /** mocha, which requires this file, calls it before the first test of a file. */
  beforeAll(this: Mocha.Context) {
    const root = this.test?.parent;
    if (root) extend(root);
  },
  afterEach: () => end('test'),
  afterAll: () => end('file'),
};

/** mocha's types know nothing of this. */
type WithHooks = Mocha.Suite & { getHooks(name: (typeof HOOKS)[number]): Mocha.Hook[] };

function extend(suite: Mocha.Suite): void {
  const hooks = HOOKS.flatMap((name) => (suite as WithHooks).getHooks(name));
  for (const each of [...suite.tests, ...hooks]) {
    if (each.timeout() !== 0 && each.timeout() < LEAST_MS) each.timeout(LEAST_MS);
  }
  for (const inner of suite.suites) extend(inner);
}
