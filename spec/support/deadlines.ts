import { config } from 'chai';
import { end } from './at-end.js';

// What a failed test saw is shown whole: in CI there is nothing else to go by.
config.truncateThreshold = 0;

/**
 * The least deadline of a test or hook. It is for what is stuck, not for what is slow: a busy machine takes three to ten times
 * as long. Longer deadlines stay.
 */
const LEAST_MS = 240_000;

const HOOKS = ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'] as const;

export const mochaHooks = {
  /** mocha calls it before the first test of each file. */
  beforeAll(this: Mocha.Context) {
    const root = this.test?.parent;
    if (root) extend(root);
  },
  afterEach: () => end('test'),
  afterAll: () => end('file'),
};

/** Missing in mocha's types. */
type WithHooks = Mocha.Suite & { getHooks(name: (typeof HOOKS)[number]): Mocha.Hook[] };

function extend(suite: Mocha.Suite): void {
  const hooks = HOOKS.flatMap((name) => (suite as WithHooks).getHooks(name));
  for (const each of [...suite.tests, ...hooks]) {
    if (each.timeout() !== 0 && each.timeout() < LEAST_MS) each.timeout(LEAST_MS);
  }
  for (const inner of suite.suites) extend(inner);
}
