/**
 * Plants one bug after the other in a copy of this repository, and demands that the test which is named for it fails, as it does not
 * on the copy as it is. By hand: npm run test:mutants [-- WORD…], where a bug is planted only if its file or text has one of the words.
 */
/* biome-ignore-all lint/suspicious/noConsole: it prints what came of it */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { load } from 'js-yaml';
import * as v from 'valibot';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** A run that does not end has not failed. */
const DEADLINE_MS = 300_000;

const MUTANT = v.strictObject({
  /** What is wrong then. */
  is: v.string(),
  file: v.string(),
  /** Is in the file once. */
  find: v.string(),
  replace: v.string(),
  spec: v.string(),
  /** Of the tests of that file, those whose titles have this. Default: all. */
  test: v.optional(v.string()),
});
type Mutant = v.InferOutput<typeof MUTANT>;

const LIST = path.join(import.meta.dirname, 'mutants.yaml');
const all = v.parse(v.array(MUTANT), load(fs.readFileSync(LIST, 'utf8')));
const words = process.argv.slice(2);
const mutants = all.filter(
  ({ is, file }) => words.length === 0 || words.some((word) => `${file} ${is}`.includes(word)),
);

const unfit = all.flatMap(({ is, file, find, replace, spec }) => {
  const times = fs.readFileSync(path.join(ROOT, file), 'utf8').split(find).length - 1;
  return [
    ...(times === 1 ? [] : [`${is}: what is to be replaced is in ${file} ${times} times`]),
    ...(find === replace ? [`${is}: nothing is changed`] : []),
    ...(fs.existsSync(path.join(ROOT, spec)) ? [] : [`${is}: there is no ${spec}`]),
  ];
});
if (unfit.length > 0) {
  console.error(unfit.join('\n'));
  process.exit(2);
}

const copy = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-mutants-'));
let failed = 0;
try {
  const left = new Set(['.git', 'node_modules', 'dist'].map((name) => path.join(ROOT, name)));
  fs.cpSync(ROOT, copy, { recursive: true, filter: (from) => !left.has(from) });
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  const tests = new Map(mutants.map((each) => [`${each.spec} ${each.test ?? ''}`, each]));
  for (const each of tests.values()) {
    const { count, failures, why } = run(each);
    if (count > 0 && failures === 0) continue;
    failed += 1;
    console.log(`✗ ${each.spec} ${each.test ?? ''}: does not pass without a bug: ${why}`);
  }
  for (const each of mutants) {
    const { caught, why } = plant(each);
    if (!caught) failed += 1;
    console.log(`${caught ? '✓' : '✗'} ${each.file}: ${each.is}: ${why}`);
  }
} finally {
  fs.rmSync(copy, { recursive: true, force: true });
}
console.log(`${mutants.length} bugs, ${failed} problems`);
process.exitCode = failed === 0 && mutants.length > 0 ? 0 : 1;

function plant(mutant: Mutant): { readonly caught: boolean; readonly why: string } {
  const file = path.join(copy, mutant.file);
  const sound = fs.readFileSync(file, 'utf8');
  // A function, since a text may have a $ in it.
  fs.writeFileSync(
    file,
    sound.replace(mutant.find, () => mutant.replace),
  );
  try {
    const { count, failures, why } = run(mutant);
    return { caught: count > 0 && failures > 0, why };
  } finally {
    fs.writeFileSync(file, sound);
  }
}

interface Outcome {
  /** Tests that ran: none, if the file could not even be loaded. */
  readonly count: number;
  readonly failures: number;
  readonly why: string;
}

function run({ spec, test }: Mutant): Outcome {
  const report = path.join(copy, 'mutant.json');
  fs.rmSync(report, { force: true });
  const setup = ['./spec/support/deadlines.ts', './spec/readers/support/scratch.ts'];
  const { error, stderr } = spawnSync(
    process.execPath,
    [
      path.join(ROOT, 'node_modules/mocha/bin/mocha.js'),
      '--no-config',
      '--import=tsx',
      ...setup.flatMap((each) => ['--require', each]),
      ...['--reporter', 'json', '--reporter-option', `output=${report}`],
      ...(test === undefined ? [] : ['--fgrep', test]),
      spec,
    ],
    { cwd: copy, encoding: 'utf8', timeout: DEADLINE_MS, env: { ...process.env, CI: 'true' } },
  );
  if (error) return { count: 0, failures: 0, why: error.message };
  if (!fs.existsSync(report)) {
    return { count: 0, failures: 0, why: `no test ran: ${stderr.trim().split('\n').at(-1)}` };
  }
  const { stats, failures } = JSON.parse(fs.readFileSync(report, 'utf8')) as {
    stats: { tests: number; failures: number };
    failures: { fullTitle: string; err: { message?: string } }[];
  };
  const [first] = failures;
  const said = first ? `${first.fullTitle}: ${first.err.message?.split('\n', 1)[0]}` : 'all pass';
  return { count: stats.tests, failures: stats.failures, why: said.slice(0, 160) };
}
