import { sleep } from '../../clock.js';
import { EXIT, jsonText } from '../../errors.js';
import { knownLabs } from '../../lab/labs.js';
import type { RunningLab } from '../../lab/running.js';
import type { LabStatus } from '../../report/status.js';
import { statusReport } from '../../report/status-text.js';
import { toMilliseconds } from '../../spec/units.js';
import { asCalled } from '../called.js';
import { othersLines } from '../others.js';
import { printAside, printJson, printRaw, printResult, readerGone } from '../output.js';
import { canRedraw, styleFor } from '../style.js';
import { UsageError } from '../usage.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';

export async function status(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const intervalMs = intervalOf(argv['interval']);
  if (argv['interval'] !== undefined && !argv['watch']) {
    throw new UsageError('--interval goes with --watch.');
  }
  const { running, isKnown } = await attachedLab(argv);
  const json = Boolean(argv['json']);
  const up = commandLine(argv, 'up');
  if (argv['watch']) {
    const stop = AbortSignal.any([signal, readerGone()]);
    await watch(running, { intervalMs, json, stop, up });
    return EXIT.ok;
  }
  const seen = await running.status();
  if (json) printJson(seen);
  else printResult(statusReport(seen, styleFor(process.stdout), up));
  if (!isKnown && seen.state === 'absent') {
    const print = json ? printAside : printResult;
    for (const line of othersLines(await knownLabs({ signal }))) print(line);
  }
  return seen.ready ? EXIT.ok : EXIT.no;
}

interface Watching {
  readonly intervalMs: number;
  readonly json: boolean;
  readonly stop: AbortSignal;
  /** The command line that brings the lab up. */
  readonly up: string;
}

async function watch(running: RunningLab, { intervalMs, json, stop, up }: Watching): Promise<void> {
  const show = json ? oneLine : canRedraw(process.stdout) ? redrawn(up) : oneAfterAnother(up);
  while (!stop.aborted) {
    const seen = await running.status();
    if (stop.aborted) return;
    show(seen);
    // Being stopped is the end of waiting, not an error.
    await sleep(intervalMs, stop).catch(() => {});
  }
}

function oneLine(seen: LabStatus): void {
  printRaw(`${jsonText(seen)}\n`);
}

function oneAfterAnother(up: string): (seen: LabStatus) => void {
  return (seen) => printResult(`${clock()}  ${statusReport(seen, styleFor(process.stdout), up)}\n`);
}

/** The first look clears the screen; the others are drawn over it, so that nothing flickers. */
function redrawn(up: string): (seen: LabStatus) => void {
  let begin = '\u001b[2J\u001b[H';
  return (seen) => {
    const lines = [
      ...asCalled(statusReport(seen, styleFor(process.stdout), up)).split('\n'),
      '',
      `${clock()}, Ctrl-C ends this`,
    ];
    printRaw(`${begin}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
    begin = '\u001b[H';
  };
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}

function intervalOf(value: unknown = '1s'): number {
  const ms = toMilliseconds(String(value));
  if (ms >= 100 && ms <= 3_600_000) return ms;
  throw new UsageError(`--interval is a time from 100ms to 1h, not ${JSON.stringify(value)}.`);
}
