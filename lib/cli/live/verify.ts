import { EXIT } from '../../errors.js';
import { listScenarios } from '../../lab/scenarios.js';
import { say, textsOf } from '../../render/texts.js';
import { junitReport } from '../../report/junit.js';
import { reportPage } from '../../report/page/page.js';
import { scenariosReport } from '../../report/scenarios-text.js';
import { textReport } from '../../report/text.js';
import type { VerifyResult } from '../../report/types.generated.js';
import { IN_UP, INCIDENT_NAMES, SCENARIO_NAMES } from '../../scenarios/names.js';
import { toMilliseconds } from '../../spec/units.js';
import type { Limits } from '../../verify/limits.js';
import { MOST_RUNS, type ScenarioName, type VerifyOptions } from '../../verify/options.js';
import { checkWritable, writeText } from '../../workspace/named-file.js';
import { computing } from '../computing.js';
import { labOf, languageHere } from '../load.js';
import { printJson, printResult } from '../output.js';
import { openProgress, proofSteps } from '../progress/open.js';
import { styleFor } from '../style.js';
import { oneOf, UsageError, wholeNumber } from '../usage.js';
import { commandLine } from '../words.js';
import { chosenBackend } from './lab.js';
import { shownIn } from './lacks.js';
import { interrupted } from './left.js';
import { languageOf } from './report.js';
import { mayWipe } from './wipe.js';

export async function verify(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  if (argv['list']) return list(argv);
  const scenarios = scenariosOf(argv);
  const repeat = wholeNumber('repeat', argv['repeat'], 1, MOST_RUNS);
  const junit = argv['junit'] as string | undefined;
  const page = argv['report'] as string | undefined;
  const lang = languageOf(argv);
  const fresh = Boolean(argv['fresh']);
  const heal = Boolean(argv['heal']);
  const limits = limitsOf(argv);
  for (const file of [junit, page]) if (file !== undefined) checkWritable(file);
  const lab = await labOf(argv);
  const { backend } = await chosenBackend(argv, lab, signal);
  const running = await lab.attach({ backend });
  if (fresh) await mayWipe(argv, running, 'verify', signal);
  if (argv['random']) return (await import('./random.js')).random(argv, lab, running, signal);
  const { state } = await running.status();
  const bringsUp = fresh || heal || !['running', 'partial'].includes(state);
  const progress = openProgress(proofSteps(scenarios, { repeat, bringsUp }), lab.model.language);
  const options: VerifyOptions = {
    repeat,
    fresh,
    heal,
    rejoin: (argv['rejoin'] ?? 'hurried') as 'hurried' | 'natural',
    limits,
    clients: (argv['client'] ?? []) as string[],
    onProgress: progress.onProgress,
    signal,
  };
  const result = await progress
    .around(() => running.verify(scenarios, options))
    .catch(async (error: unknown) => {
      throw signal.aborted
        ? await interrupted(lab, backend, argv, error)
        : shownIn(lab.model.language, error);
    });
  const { language } = lab.model;
  if (argv['json']) printJson(result);
  else
    printResult(
      [
        textReport(result, styleFor(process.stdout), language),
        ...mending(argv, result, language),
      ].join('\n'),
    );
  // The files come last: the result has been printed by then, should they not be writable.
  if (junit !== undefined) await writeText(junit, await computing(() => junitReport(result)));
  if (page !== undefined)
    await writeText(page, await computing(() => reportPage(result, { lang: lang ?? language })));
  return result.verdict === 'failed' ? EXIT.no : EXIT.ok;
}

async function list({ json }: Record<string, unknown>): Promise<number> {
  const all = await listScenarios();
  if (json) printJson(all);
  else printResult(scenariosReport(all, styleFor(process.stdout), await languageHere()));
  return EXIT.ok;
}

/** How to mend a lab that was found broken and left like that. */
function mending(
  argv: Record<string, unknown>,
  { found }: VerifyResult,
  language: string,
): string[] {
  const t = textsOf('terminal', language).verify;
  if (found?.whole !== false || found.mended.length > 0) return [];
  if (argv['heal']) {
    return ['', say(t.beyond, { up: commandLine(argv, 'up', '--fresh') })];
  }
  return [
    '',
    say(t.broken, { heal: commandLine(argv, 'heal') }),
    say(t.mendAndProve, { verify: commandLine(argv, 'verify', '--heal') }),
  ];
}

/** @throws UsageError with everything that is no limit */
function limitsOf(argv: Record<string, unknown>): Limits {
  const wrong: string[] = [];
  const read = (name: string, unit: string, parse: (text: string) => number) => {
    const given = argv[name];
    if (given === undefined) return undefined;
    const value = parse(String(given));
    if (Number.isNaN(value)) wrong.push(`--${name} is ${unit}, not ${JSON.stringify(given)}.`);
    return value;
  };
  // Without a unit it would be milliseconds, and hardly ever meant.
  const milliseconds = (text: string) => (/^\d+$/.test(text) ? Number.NaN : toMilliseconds(text));
  const time = (name: string) => read(name, 'a time, such as 8s or 6500ms', milliseconds);
  const limits = {
    outageMs: time('max-outage'),
    writableMs: time('max-writable'),
    lost: read('max-lost', 'a whole number', (text) =>
      /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN,
    ),
  };
  if (wrong.length > 0) throw new UsageError(wrong.join('\n'));
  return limits;
}

function scenariosOf(argv: Record<string, unknown>): readonly ScenarioName[] {
  const named = [argv['scenario'] ?? []].flat() as string[];
  const known = named.map((name) =>
    oneOf('scenario', name, [...SCENARIO_NAMES, ...INCIDENT_NAMES]),
  );
  if (argv['all']) return SCENARIO_NAMES;
  return known.length > 0 ? [...new Set(known)] : IN_UP;
}
