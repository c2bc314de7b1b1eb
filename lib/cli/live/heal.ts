import { EXIT, usage } from '../../errors.js';
import { codesOf, textOf, toldIn } from '../../report/messages.js';
import { speechIn } from '../../report/speech.js';
import { statusReport } from '../../report/status-text.js';
import { printJson, printResult } from '../output.js';
import { openProgress, READY_STEPS } from '../progress/open.js';
import { styleFor } from '../style.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';

export async function heal(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const { lab, running } = await attachedLab(argv);
  if ((await running.model()) === undefined) {
    throw usage(
      `The lab ${lab.model.name} is not up here. To bring it up: ${commandLine(argv, 'up')}`,
      'lab.not-up',
    );
  }
  const { language } = lab.model;
  const speech = speechIn(language);
  const progress = openProgress(READY_STEPS, language);
  const { onProgress } = progress;
  const mended = await progress.around(async () => {
    // What was mended is the result.
    const done = await running.mend({
      onProgress: (event) => event.kind === 'note' || onProgress(event),
      signal,
    });
    await running.ready({ onProgress, signal });
    return done;
  });
  const status = await running.status();
  if (argv['json'])
    printJson({ mended: mended.map(({ text }) => text), mendedCodes: codesOf(mended), status });
  else {
    const lines = mended.map((each) => textOf(toldIn(speech, each.text, [each])));
    printResult(lines.join('\n') || speech.t.heal.nothing);
    printResult(`\n${statusReport(status, styleFor(process.stdout), undefined, language)}`);
  }
  return status.ready ? EXIT.ok : EXIT.no;
}
