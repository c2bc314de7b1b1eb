/** What is loaded when: nobody waits for clients and programs that he does not use. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { BIN, ROOT } from '../support/cli.js';

const LIB = path.join(ROOT, 'dist/lib');
const LATE = /^\/\/ (?:node_modules\/(?:ioredis|execa|listr2)|lib\/(?:verify|backends))\//m;

/** A built file, and those that are loaded with it at once. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\b[^;]*?["'](\.[^"']+)["'];$/gm,
  )) {
    loadedWith(path.resolve(path.dirname(file), target), seen);
  }
  return seen;
}

const hasLate = (file: string) => LATE.test(readFileSync(file, 'utf8'));

describe('the bundles', function () {
  this.timeout(60_000);

  it('have the late parts somewhere', () => {
    const files = readdirSync(LIB, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith('.js'))
      .map((entry) => path.join(entry.parentPath, entry.name));
    const packages = files.flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/^\/\/ node_modules\/(ioredis|execa|listr2)\//gm),
    ]);
    expect(new Set(packages.map(([, name]) => name))).to.have.lengthOf(3);
  });

  it('load none of them with the library, nor with the commands before one is run', () => {
    for (const name of ['index.js', 'cli/live.js']) {
      const loaded = loadedWith(path.join(LIB, name));
      expect([...loaded].filter(hasLate), name).to.deep.equal([]);
    }
    expect(loadedWith(path.join(LIB, 'index.js')).size).to.be.greaterThan(1);
  });

  it('load all but the list of progress with what runs a lab', () => {
    const loaded = [...loadedWith(path.join(LIB, 'running.js'))];
    expect(loaded.some(hasLate)).to.equal(true);
    const texts = loaded.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(texts).not.to.match(/^\/\/ node_modules\/listr2\//m);
  });

  it('let generate do with a single file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-bundles-'));
    try {
      mkdirSync(path.join(folder, 'bin'));
      const alone = path.join(folder, 'bin/redis-lab.cjs');
      copyFileSync(BIN, alone);
      const run = (...args: string[]) =>
        execa(process.execPath, [alone, ...args], { cwd: folder, reject: false, timeout: 180_000 });
      expect(await run('generate')).to.include({ exitCode: 0, stderr: '' });
      // The other commands are not in it.
      expect((await run('status')).stderr).to.include('lib/cli/live.js');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
