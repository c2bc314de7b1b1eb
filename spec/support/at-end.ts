/**
 * Work that shared modules do after each test or each file. They cannot set hooks of mocha when they are loaded: in a parallel
 * run, such a hook belongs to the first file only that a process loads, and labs of the next files would run on.
 */

type Work = () => void | Promise<void>;
type When = 'test' | 'file';

/** On `globalThis`, because mocha may load this module twice: for the hooks in deadlines.ts, and for the test files. */
const KEY = Symbol.for('redis-lab: what the tests have done at the end');
type Works = Record<When, Set<Work>>;
const shared = globalThis as { [KEY]?: Works };

function works(): Works {
  shared[KEY] ??= { test: new Set(), file: new Set() };
  return shared[KEY];
}

/** Has `work` done, possibly twice: the second time it must find nothing to do. */
export function atEnd(of: When, work: Work): void {
  works()[of].add(work);
  // For a file that is run by itself, without those hooks.
  const hook = of === 'test' ? afterEach : after;
  hook(async function atEndOf() {
    this.timeout(240_000);
    await work();
  });
}

export async function end(of: When): Promise<void> {
  for (const work of works()[of]) await work();
}
