/**
 * What modules that several files share have done after each test, or after each file. A hook of mocha's that such a
 * module sets when it is loaded is one of the first file alone that a process of a parallel run loads it for: labs of the
 * next files would live on.
 */

type Work = () => void | Promise<void>;
type When = 'test' | 'file';

/** mocha may load this module twice: once for its own hooks, which deadlines.ts sets, and once for the files. */
const KEY = Symbol.for('redis-lab: what the tests have done at the end');
type Works = Record<When, Set<Work>>;
const shared = globalThis as { [KEY]?: Works };

function works(): Works {
  shared[KEY] ??= { test: new Set(), file: new Set() };
  return shared[KEY];
}

/** Has `work` done, which must find nothing to do where it has been done already. */
export function atEnd(of: When, work: Work): void {
  works()[of].add(work);
  // Where one file is run by itself, without those hooks.
  const hook = of === 'test' ? afterEach : after;
  hook(async function atEndOf() {
    this.timeout(240_000);
    await work();
  });
}

export async function end(of: When): Promise<void> {
  for (const work of works()[of]) await work();
}
