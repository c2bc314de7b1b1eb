import { EXIT } from '../../errors.js';
import { knownLabs } from '../../lab/labs.js';
import { speechIn } from '../../report/speech.js';
import { statusReport } from '../../report/status-text.js';
import { toMilliseconds } from '../../spec/units.js';
import { othersLines } from '../others.js';
import { drained, printAside, printJson, printResult, readerGone } from '../output.js';
import { canRedraw, styleFor } from '../style.js';
import { UsageError } from '../usage.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';
import { asJsonLines, asLines, redrawn } from './watching.js';

export async function status(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const intervalMs = intervalOf(argv['interval']);
  const { running, isKnown } = await attachedLab(argv);
  const json = Boolean(argv['json']);
  const up = commandLine(argv, 'up');
  const { language } = running.described;
  const speech = speechIn(language);
  if (argv['watch']) {
    const stop = AbortSignal.any([signal, readerGone()]);
    const show = json
      ? asJsonLines()
      : canRedraw(process.stdout)
        ? redrawn(up, speech)
        : asLines(up, speech);
    for await (const event of running.watch({ everyMs: intervalMs, signal: stop })) {
      show(event);
      await drained(stop);
    }
    return EXIT.ok;
  }
  const seen = await running.status();
  if (json) printJson(seen);
  else printResult(statusReport(seen, styleFor(process.stdout), up, language));
  if (!isKnown && seen.state === 'absent') {
    const print = json ? printAside : printResult;
    for (const line of othersLines(await knownLabs({ signal }), speech)) print(line);
  }
  return seen.ready ? EXIT.ok : EXIT.no;
}

function intervalOf(value: unknown = '1s'): number {
  const ms = toMilliseconds(String(value));
  if (ms >= 100 && ms <= 3_600_000) return ms;
  throw new UsageError(`--interval is a time from 100ms to 1h, not ${JSON.stringify(value)}.`);
}
