import { EXIT, RedisLabError } from '../../errors.js';
import { statusReport } from '../../report/status-text.js';
import { printJson, printResult } from '../output.js';
import { openProgress, UP_STEPS } from '../progress/open.js';
import { styleFor } from '../style.js';
import { commandLine } from '../words.js';
import { attachedLab, backendOf } from './lab.js';

export async function heal(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const { lab, running } = await attachedLab(argv);
  if ((await running.model()) === undefined) {
    throw new RedisLabError(
      `The lab ${lab.model.name} is not up here. To bring it up: ${commandLine(argv, 'up')}`,
      { exitCode: EXIT.no },
    );
  }
  const mended = await running.heal();
  // Where all runs, this only waits until all know of each other again.
  const progress = openProgress(UP_STEPS);
  const status = await progress.around(async () => {
    const whole = await lab.up({ ...backendOf(argv), onProgress: progress.onProgress, signal });
    return whole.status();
  });
  if (argv['json']) printJson({ mended, status });
  else {
    printResult(mended.length > 0 ? mended.join('\n') : 'Nothing was broken.');
    printResult(`\n${statusReport(status, styleFor(process.stdout))}`);
  }
  return status.ready ? EXIT.ok : EXIT.no;
}
