import { EXIT } from '../../errors.js';
import type { CheckOptions } from '../../lab/check.js';
import { type Mending, mending, PIPED, pipedText, writeMended } from '../../lab/fix.js';
import { say } from '../../render/say.js';
import { checkText } from '../../report/check-text.js';
import { checkWords } from '../../report/check-words.js';
import { diffText } from '../../report/diff-text.js';
import type { CheckResult } from '../../report/types.generated.js';
import { computing } from '../computing.js';
import { printAside, printJson, printRaw, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { UsageError } from '../usage.js';

interface How {
  readonly write: boolean;
  readonly json: boolean;
}

/** `check --fix`: what would change; with `write`, the change, and then what is left. */
export async function fix(
  files: readonly string[],
  options: CheckOptions,
  { write, json }: How,
): Promise<number> {
  const isPiped = files.includes(PIPED) || files.includes('/dev/stdin');
  if (write && isPiped && files.length > 1) {
    throw new UsageError(
      'With --write, what is piped in goes to standard output, and stands alone.',
    );
  }
  if (write && isPiped && json) {
    throw new UsageError('--write puts what was piped in on standard output. Leave --json out.');
  }
  const work = await computing(() => mending(files, options));
  const lang = options.language ?? 'en';
  if (!write) return shown(work, lang);
  if (isPiped) {
    printRaw(pipedText(work));
    printAside(checkText(work.after.result, work.after.lines, styleFor(process.stderr), lang));
    return exitCode(work.after.result);
  }
  const result = writeMended(work);
  if (json) printJson(result);
  else {
    for (const each of result.fixed ?? []) printAside(say(checkWords(lang).fix.did, { ...each }));
    printResult(checkText(result, work.after.lines, styleFor(process.stdout), lang));
  }
  return exitCode(result);
}

function shown({ before, after, patches }: Mending, lang: string): number {
  const t = checkWords(lang).fix;
  const style = styleFor(process.stdout);
  const diffs = [...patches].map(([file, { cells }]) => diffText(file, cells, style));
  if (diffs.length > 0) printResult(diffs.join('\n'));
  const count = [...patches.values()].reduce((sum, patch) => sum + patch.count, 0);
  const left = leftOf(after.result);
  printAside(say(count === 0 ? t.none : t.would, { count, left }));
  return exitCode(before.result);
}

function leftOf({ findings, more }: CheckResult): number {
  return more.reduce((sum, { count }) => sum + count, findings.length);
}

function exitCode({ verdict }: CheckResult): number {
  return verdict === 'passed' ? EXIT.ok : EXIT.no;
}
