import { visible } from '../errors.js';

/** The only writer to the terminal: results on standard output, everything else on standard error. */

export function printResult(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Text as it is, for what draws on a terminal. */
export function printRaw(text: string): void {
  process.stdout.write(text);
}

export function printJson(value: unknown): void {
  printResult(JSON.stringify(value, null, 2));
}

/** What is no result: notes, questions, errors. */
export function printAside(text: string): void {
  // What others wrote may be in it: no character may speak to the terminal.
  process.stderr.write(`${text.split('\n').map(visible).join('\n')}\n`);
}

/** What became of standard output. A reader that has seen enough (`| head`) is no failure. */
export function watchOutput(): { failure: string | undefined } {
  const seen: { failure: string | undefined } = { failure: undefined };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') seen.failure = error.message;
  });
  // Nobody can be told that nobody listens; the exit code says how it went.
  process.stderr.on('error', () => undefined);
  return seen;
}

/** Aborted when nobody reads standard output any more, for those who print without end. */
export function readerGone(): AbortSignal {
  const gone = new AbortController();
  process.stdout.once('error', () => gone.abort());
  return gone.signal;
}
