import type { BackendName } from '../../backends/registry.js';
import type { Check } from '../../doctor/check.js';
import { examine } from '../../doctor/examine.js';
import { mendable } from '../../doctor/mendable.js';
import { canRun, reportOf } from '../../doctor/report.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabModel } from '../../model/model.js';
import { doctorReport } from '../../report/doctor-text.js';
import { ask, canAsk } from '../ask.js';
import { labOf } from '../load.js';
import { printAside, printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { commandLine } from '../words.js';

export async function doctor(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const { model } = await labOf(argv);
  const backend = argv['backend'] as BackendName | undefined;
  let checks = await examine(model, { backend, signal });
  if (argv['fix'] && (await mended(argv, model, checks, signal))) {
    checks = await examine(model, { backend, signal });
  }
  const report = reportOf(checks, backend);
  if (argv['json']) printJson(report);
  else printResult(doctorReport(report, styleFor(process.stdout)));
  return canRun(checks, backend) ? EXIT.ok : EXIT.noBackend;
}

/**
 * Asks about each thing that can be mended, and mends it. Gives whether any was.
 * @throws RedisLabError (3) when nobody can be asked
 */
async function mended(
  argv: Record<string, unknown>,
  lab: LabModel,
  checks: readonly Check[],
  signal: AbortSignal,
): Promise<boolean> {
  const yes = Boolean(argv['yes']);
  const remedies = mendable(checks, argv['backend'] as BackendName | undefined);
  if (remedies.length === 0) {
    printAside(`There is nothing here that redis-lab can mend for the lab ${lab.name}.`);
    return false;
  }
  if (!yes && !canAsk()) {
    const list = remedies.map((each) => `  ${titleOf(each)}: ${each.remedy.describe}`);
    throw new RedisLabError(
      [
        'Nobody is at a terminal to be asked whether redis-lab may:',
        ...list,
        `To let it, without a question: ${commandLine(argv, 'doctor', '--fix', '--yes')}`,
      ].join('\n'),
      { exitCode: EXIT.noBackend },
    );
  }
  let any = false;
  for (const check of remedies) {
    const { seen, remedy } = check;
    const name = titleOf(check);
    if (!yes) {
      printAside(`${name}: ${seen}.`);
      if (!(await ask(`${sentence(remedy.describe)}?`, signal))) continue;
    }
    signal.throwIfAborted();
    printAside(`${name}: ${remedy.describe}`);
    any = true;
    try {
      await remedy.run({ onProgress: (text) => printAside(`  ${text}`), signal });
      printAside(`${name}: done`);
    } catch (error) {
      signal.throwIfAborted();
      // The others may still help; what remains is told at the end.
      if (!(error instanceof RedisLabError)) throw error;
      printAside(`${name}: failed: ${error.message}`);
    }
  }
  return any;
}

/** As in the report, so that the question shows which backend it is for. */
function titleOf({ name, about }: Check): string {
  return `${name} (${about.join(', ')})`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
