import path from 'node:path';
import { EXIT } from '../../errors.js';
import { junitReport } from '../../report/junit.js';
import type { VerifyResult } from '../../report/result.js';
import { textReport } from '../../report/text.js';
import { SCENARIO_NAMES, type ScenarioName } from '../../verify/options.js';
import { Folder } from '../../workspace/folder.js';
import { printJson, printResult } from '../output.js';
import { openProgress, proofSteps } from '../progress/open.js';
import { styleFor } from '../style.js';
import { oneOf, wholeNumber } from '../usage.js';
import { attachedLab } from './lab.js';

const MOST_REPEATS = 10_000;

export async function verify(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const scenarios = scenariosOf(argv);
  const repeat = wholeNumber('repeat', argv['repeat'], 1, MOST_REPEATS);
  const { running } = await attachedLab(argv);
  const runs = (await running.status()).state === 'running';
  const progress = openProgress(proofSteps(scenarios, { repeat, bringsUp: !runs }));
  const result = await progress.around(() =>
    running.verify(scenarios, {
      repeat,
      rejoin: argv['rejoin'] as 'hurried' | 'natural',
      onProgress: progress.onProgress,
      signal,
    }),
  );
  if (argv['json']) printJson(result);
  else printResult(textReport(result, styleFor(process.stdout)));
  // Last: what was found is not lost where the file cannot be written.
  writeJunit(argv['junit'] as string | undefined, result);
  return result.verdict === 'failed' ? EXIT.no : EXIT.ok;
}

function scenariosOf(argv: Record<string, unknown>): readonly ScenarioName[] {
  const named = [argv['scenario'] ?? []].flat() as string[];
  const known = named.map((name) => oneOf('scenario', name, SCENARIO_NAMES));
  return known.length > 0 ? [...new Set(known)] : SCENARIO_NAMES;
}

function writeJunit(file: string | undefined, result: VerifyResult): void {
  if (file === undefined) return;
  const { dir, base } = path.parse(path.resolve(file));
  new Folder(dir).replace(base, junitReport(result), 0o644);
}
