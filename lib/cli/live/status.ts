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
import { lastEvent } from './last-event.js';
import { redrawn } from './screen.js';
import { asJsonLines, asLines } from './watching.js';

export async function status(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const intervalMs = intervalOf(argv['interval']);
  const { running, isKnown } = await attachedLab(argv);
  const json = Boolean(argv['json']);
  const up = commandLine(argv, 'up');
  const { language } = running.described;
  const speech = speechIn(language);
  if (argv['watch']) {
    const stop = AbortSignal.any([signal, readerGone()]);
    const screen = !json && canRedraw(process.stdout) ? redrawn(up, speech) : undefined;
    const show = screen?.show ?? (json ? asJsonLines() : asLines(up, speech));
    if (screen) process.stdout.on('resize', screen.resize);
    const recalled = screen && lastEvent(running, stop).then(screen.recall);
    for await (const event of running.watch({ everyMs: intervalMs, signal: stop })) {
      show(event);
      await drained(stop);
    }
    await recalled;
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

/** The milliseconds of `--interval`. */
export function intervalOf(value: unknown = '1s'): number {
  const ms = toMilliseconds(String(value));
  if (ms >= 100 && ms <= 3_600_000) return ms;
  throw new UsageError(`--interval is a time from 100ms to 1h, not ${JSON.stringify(value)}.`);
}
