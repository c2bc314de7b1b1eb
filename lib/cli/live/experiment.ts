import path from 'node:path';
import { EXIT, RedisLabError } from '../../errors.js';
import type { ExperimentPlan } from '../../experiment/plan.js';
import { readPlan } from '../../experiment/read-plan.js';
import { runExperiment } from '../../experiment/run.js';
import { experimentText, runText } from '../../experiment/text.js';
import { speechIn } from '../../report/speech.js';
import { parseValues } from '../../spec/override.js';
import { MOST_RUNS } from '../../verify/options.js';
import { exists } from '../../workspace/inspect.js';
import { computing } from '../computing.js';
import { DEFAULT_SPEC, languageHere } from '../load.js';
import { printAside, printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { UsageError, wholeNumber } from '../usage.js';
import { languageOf } from './report.js';

/** Of a machine that many sit at. */
const MOST_JOBS = 256;

export async function experiment(
  argv: Record<string, unknown>,
  signal: AbortSignal,
): Promise<number> {
  const lang = languageOf(argv);
  const jobs =
    argv['jobs'] === undefined ? undefined : wholeNumber('jobs', argv['jobs'], 1, MOST_JOBS);
  const plan = await computing(() => planOf(argv));
  const folder = String(argv['folder'] ?? 'experiment');
  const speech = speechIn(await languageHere());
  const script = process.argv[1] ?? '';
  const result = await runExperiment(plan, {
    folder,
    jobs,
    lang,
    command: { program: process.execPath, args: [...process.execArgv, script] },
    onRun: (made, cell, done, all) => printAside(runText(made, cell, [done, all], speech)),
    signal,
  }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new RedisLabError(speech.t.experiment.interrupted, {
      exitCode: EXIT.interrupted,
      cause: error,
    });
  });
  if (argv['json']) printJson(result);
  else {
    printResult(experimentText(result, path.join(folder), styleFor(process.stdout), speech.lang));
  }
  const isWhole = result.runs.every(({ verdict }) => verdict === 'passed' || verdict === 'skipped');
  return isWhole ? EXIT.ok : EXIT.no;
}

/** What stands on the command line comes before what stands in the file. */
async function planOf(argv: Record<string, unknown>): Promise<ExperimentPlan> {
  const file = argv['plan'] as string | undefined;
  const read = file === undefined ? {} : await readPlan(file);
  const all = (name: string) => (argv[name] ?? []) as string[];
  const spec = (argv['spec'] as string | undefined) ?? read.spec;
  const here = file === undefined && exists(DEFAULT_SPEC) ? DEFAULT_SPEC : undefined;
  const repeat =
    argv['repeat'] === undefined
      ? read.repeat
      : wholeNumber('repeat', argv['repeat'], 1, MOST_RUNS);
  const named = all('scenario');
  const servers = all('server');
  const clients = all('client');
  const rejoin = (argv['rejoin'] as ExperimentPlan['rejoin']) ?? read.rejoin;
  const backend = (argv['backend'] as string | undefined) ?? read.backend;
  return {
    spec: spec ?? here,
    set: [...(read.set ?? []), ...all('set')],
    vary: { ...read.vary, ...variedIn(all('vary')) },
    scenarios: named.length > 0 ? named : (read.scenarios ?? []),
    servers: servers.length > 0 ? servers : (read.servers ?? []),
    clients: clients.length > 0 ? clients : (read.clients ?? []),
    ...(repeat === undefined ? {} : { repeat }),
    ...(backend === undefined ? {} : { backend }),
    ...(rejoin === undefined ? {} : { rejoin }),
    ownNetwork:
      argv['own-network'] === undefined ? (read.ownNetwork ?? false) : Boolean(argv['own-network']),
  };
}

/** @throws UsageError with everything that is not of the form `path=value,value` */
function variedIn(given: readonly string[]): Record<string, readonly unknown[]> {
  const wrong: string[] = [];
  const varied = given.flatMap((text) => {
    const equals = text.indexOf('=');
    try {
      if (equals > 0)
        return [[text.slice(0, equals), parseValues(text.slice(equals + 1))] as const];
    } catch {
      // Told below.
    }
    wrong.push(
      `--vary ${JSON.stringify(text)} is not of the form path=value,value: write for example --vary sentinel.downAfter=500ms,1s.`,
    );
    return [];
  });
  if (wrong.length > 0) throw new UsageError(wrong.join('\n'));
  return Object.fromEntries(varied);
}
