import { EXIT } from '../../errors.js';
import type { Lab } from '../../lab/lab.js';
import type { RunningLab } from '../../lab/running.js';
import { randomText, stepText } from '../../report/random-text.js';
import { speechIn } from '../../report/speech.js';
import type { RandomStep } from '../../report/types.generated.js';
import { MOST_MINUTES, MOST_SEED } from '../../scenarios/random/limits.js';
import { printAside, printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { UsageError, wholeNumber } from '../usage.js';
import { commandLine } from '../words.js';

/** `verify --random`. */
export async function random(
  argv: Record<string, unknown>,
  lab: Lab,
  running: RunningLab,
  signal: AbortSignal,
): Promise<number> {
  const number = (name: string, most: number) =>
    argv[name] === undefined ? undefined : wholeNumber(name, argv[name], 0, most);
  const seed = number('seed', MOST_SEED);
  const minutes = number('minutes', MOST_MINUTES);
  const steps = stepsOf((argv['step'] ?? []) as string[]);
  const speech = speechIn(lab.model.language);
  const t = speech.t.random;
  const result = await running.random({
    fresh: Boolean(argv['fresh']),
    ...(seed === undefined ? {} : { seed }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(steps.length === 0 ? {} : { steps }),
    onRound: ({ seed: drawn, schedule, verdict }) =>
      printAside(
        `${drawn ?? t.given}: ${schedule.map((step) => stepText(step, speech)).join('; ')}: ${speech.t.verdicts[verdict]}`,
      ),
    signal,
  });
  const replay = (words: readonly string[]) => commandLine(argv, 'verify', '--random', ...words);
  if (argv['json']) printJson(result);
  else printResult(randomText(result, replay, styleFor(process.stdout), speech.lang));
  return result.verdict === 'failed' ? EXIT.no : EXIT.ok;
}

const STEP = /^([a-z-]+):([^:]+):(\d{1,9}):(\d{1,9})((?::[A-Za-z]+=[\w.]+)*)$/;

/** @throws UsageError with every text that is no step */
function stepsOf(given: readonly string[]): RandomStep[] {
  const wrong: string[] = [];
  const steps = given.flatMap((text): RandomStep[] => {
    const [, fault, node, at, last, more = ''] = STEP.exec(text) ?? [];
    if (fault === undefined || node === undefined) {
      wrong.push(
        `--step ${JSON.stringify(text)} is not of the form fault:node:at:for, with milliseconds: write for example --step crash:master:1200:3000.`,
      );
      return [];
    }
    const options = more
      .split(':')
      .filter((each) => each !== '')
      .map((each): [string, string | number] => {
        const [key = '', value = ''] = each.split('=');
        return [key, /^[\d.]+$/.test(value) ? Number(value) : value];
      });
    return [
      {
        atMs: Number(at),
        fault,
        node,
        forMs: Number(last),
        ...(options.length > 0 ? { options: Object.fromEntries(options) } : {}),
      },
    ];
  });
  if (wrong.length > 0) throw new UsageError(wrong.join('\n'));
  return steps;
}
