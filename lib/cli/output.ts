import { once } from 'node:events';
import { jsonText, visibleLines } from '../errors.js';
import { asCalled } from './called.js';

/** The only writer to the terminal: results on standard output, everything else on standard error. */

/** A result in our own words; command lines in it are shown as they can be typed here. */
export function printResult(text: string): void {
  printRaw(`${shown(asCalled(text))}\n`);
}

/** What others wrote may be in it: no character may speak to the terminal. Our own colours stay. */
function shown(text: string): string {
  return text
    .split(COLOUR)
    .map((part, i) => (i % 2 === 0 ? visibleLines(part) : part))
    .join('');
}

/** Those that `style.ts` makes, and their ends: bold, faint, red, green. Nothing that hides, moves or clears. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a colour begins with
const COLOUR = /(\u001b\[(?:1|2|22|31|32|39)m)/;

/** The parts of the executable have this file each, and one process. */
const PRINTED = Symbol.for('redis-lab has printed');
const shared = globalThis as { [PRINTED]?: boolean };

/** Whether anything is on standard output already. */
export function hasPrinted(): boolean {
  return shared[PRINTED] === true;
}

/** Text as it is, for what draws on a terminal, and for documents. */
export function printRaw(text: string): void {
  shared[PRINTED] = true;
  process.stdout.write(text);
}

/** Waits until a slow reader has caught up, so that output without end does not fill the memory. */
export async function drained(signal: AbortSignal): Promise<void> {
  if (!process.stdout.writableNeedDrain) return;
  await once(process.stdout, 'drain', { signal }).catch(() => undefined);
}

export function printJson(value: unknown): void {
  printRaw(`${jsonText(value, 2)}\n`);
}

/** What is no result: notes, questions, errors. */
export function printAside(text: string): void {
  process.stderr.write(`${visibleLines(asCalled(text))}\n`);
}

/** Ends the line in which a terminal has shown ^C, or a question waits: what comes next stands on its own. */
export function endLine(): void {
  const terminal = [process.stderr, process.stdout].find(({ isTTY }) => isTTY);
  terminal?.write('\n');
}

/** What became of standard output. A reader that has seen enough (`| head`) is no failure. */
export function watchOutput(): { failure: string | undefined } {
  const seen: { failure: string | undefined } = { failure: undefined };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') seen.failure = error.message;
  });
  // There is nowhere left to say this; the exit code tells how it went.
  process.stderr.on('error', () => undefined);
  return seen;
}

/** Aborted when nobody reads standard output any more. For output without end. */
export function readerGone(): AbortSignal {
  const gone = new AbortController();
  process.stdout.once('error', () => gone.abort());
  return gone.signal;
}
