import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect } from 'chai';

const ROOT = path.resolve(import.meta.dirname, '..');

/** mocha's own reading of the patterns; its types know nothing of it. */
const { lookupFiles } = createRequire(import.meta.url)('mocha/lib/cli/lookup-files.js') as {
  lookupFiles: (pattern: string) => string | string[];
};

interface Config {
  readonly spec: readonly string[];
  readonly ignore?: readonly string[];
}

/** Runs files of other suites once more, by other versions of what they test. */
const AGAIN = ['test:vagrant-newer', 'test:class-incus'];

/** The files of each script of package.json that runs mocha. */
function suites(): Map<string, string[]> {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const found = new Map<string, string[]>();
  for (const [name, line] of Object.entries(scripts)) {
    const [, words] = /(?:^| )mocha( .*)?$/.exec(line) ?? [];
    if (!/(?:^| )mocha(?: |$)/.test(line)) continue;
    const config = /--config (\S+)/.exec(line)?.[1] ?? '.mocharc.json';
    const own = [...(words ?? '').matchAll(/'?(spec\/[^' ]+)'?/g)].map(
      ([, pattern = '']) => pattern,
    );
    const { spec = [], ignore = [] } = JSON.parse(
      readFileSync(path.join(ROOT, config), 'utf8'),
    ) as Config;
    const not = new Set(ignore.flatMap(files));
    found.set(
      name,
      (own.length > 0 ? own : spec).flatMap(files).filter((file) => !not.has(file)),
    );
  }
  return found;
}

function files(pattern: string): string[] {
  return [lookupFiles(path.join(ROOT, pattern))].flat();
}

describe('the tiers of the tests', () => {
  it('have each file of tests in one suite, and in one only', () => {
    const times = new Map<string, string[]>();
    for (const [suite, its] of suites()) {
      if (AGAIN.includes(suite)) continue;
      for (const file of its) times.set(file, [...(times.get(file) ?? []), suite]);
    }
    const all = readdirSync(path.join(ROOT, 'spec'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.spec.ts'))
      .map((entry) => path.join(entry.parentPath, entry.name));
    const not = all.filter((file) => times.get(file)?.length !== 1);
    expect(not.map((file) => [path.relative(ROOT, file), times.get(file)])).to.deep.equal([]);
  });
});
