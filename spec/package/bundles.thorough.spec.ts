/** What is in which built file, and what is loaded when: nobody waits for clients and programs that he does not use. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { BIN, ROOT } from '../support/cli.js';

const LIB = path.join(ROOT, 'dist/lib');
const EXECUTABLE = path.join(ROOT, 'dist/bin');
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

/** What a built file imports; `late` is what it imports when it needs it. */
function importsOf(file: string): { atOnce: string[]; late: string[] } {
  const text = readFileSync(file, 'utf8');
  const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, target = '']) => target);
  return {
    atOnce: found(/(?<=^|[;}\n])(?:import|export)\b[^;"'`()]*["']([^"']+)["'];/g),
    late: found(/\bimport\(["']([^"']+)["']\)/g),
  };
}

/** Packages that a built file imports at once, itself or through others of ours. */
function packagesWith(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return importsOf(file).atOnce.flatMap((target) =>
    target.startsWith('.')
      ? packagesWith(path.resolve(path.dirname(file), target), seen)
      : packageOf(target),
  );
}

function packageOf(target: string): string[] {
  if (target.startsWith('node:') || builtinModules.includes(target)) return [];
  const [scope = '', name = ''] = target.split('/');
  return [scope.startsWith('@') ? `${scope}/${name}` : scope];
}

const filesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /\.c?js$/.test(name))
    .map((name) => path.join(folder, name));

const packagesIn = (folder: string) => {
  const all = filesIn(folder).flatMap((file) => Object.values(importsOf(file)).flat());
  const outside = all.filter((target) => !target.startsWith('.'));
  return [...new Set(outside.flatMap(packageOf))].sort();
};

describe('the library as it is built', () => {
  it('imports its packages, and has a copy of none', () => {
    expect(packagesIn(LIB)).to.deep.equal(
      Object.keys(manifest.dependencies)
        // What draws lists and reads command lines is for the executable.
        .filter((name) => !['listr2', 'yargs'].includes(name))
        .sort(),
    );
    for (const file of filesIn(LIB)) {
      expect(readFileSync(file, 'utf8'), file).not.to.match(/^\/\/ node_modules\//m);
    }
  });

  it('loads what runs a lab when a lab is run', () => {
    const heavy = ['execa', 'ioredis', 'undici'];
    const withIndex = packagesWith(path.join(LIB, 'index.js'));
    expect(withIndex).to.include('valibot').and.not.to.include.members(heavy);
    for (const name of heavy) expect(withIndex).not.to.include(name);
    expect(withIndex, 'only the list of a class needs it').not.to.include('papaparse');
    const withRunning = packagesWith(path.join(LIB, 'open.js'));
    expect(withRunning).to.include('execa');
    expect(withRunning, 'only a download needs it').not.to.include('undici');
    expect(withRunning, 'only what asks a server needs it').not.to.include('ioredis');
  });
});

describe('the executable as it is built', function () {
  this.timeout(60_000);

  it('brings along what every run of it loads', () => {
    expect(packagesIn(EXECUTABLE)).to.deep.equal(['listr2', 'undici']);
    for (const name of packagesIn(EXECUTABLE)) {
      expect(manifest.dependencies, name).to.have.property(name);
    }
    expect(packagesWith(path.join(EXECUTABLE, 'up.js'))).to.deep.equal([]);
  });

  it('does generate with a single file and the errors', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'redis-lab-bundles-'));
    try {
      for (const name of ['bin', 'lib']) mkdirSync(path.join(folder, name));
      copyFileSync(path.join(LIB, 'errors.cjs'), path.join(folder, 'lib/errors.cjs'));
      const alone = path.join(folder, 'bin/redis-lab.cjs');
      copyFileSync(BIN, alone);
      const run = (...args: string[]) =>
        execa(process.execPath, [alone, ...args], { cwd: folder, reject: false, timeout: 180_000 });
      expect(await run('generate')).to.include({ exitCode: 0, stderr: '' });
      // What runs a lab is not in it.
      expect((await run('up')).stderr).to.match(/bin\/(?:up|network)\.js/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has the very classes of errors that the library has', () => {
    const owners = [...filesIn(LIB), ...filesIn(EXECUTABLE)].filter(
      (file) =>
        /\.c?js$/.test(file) && /["']NotReadyHereError["']/.test(readFileSync(file, 'utf8')),
    );
    expect(owners).to.deep.equal([path.join(LIB, 'errors.cjs')]);
  });
});
