import { visible } from '../errors.js';

/** The only writer to the terminal: results on standard output, everything else on standard error. */

export function printResult(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  printResult(JSON.stringify(value, null, 2));
}

export function printError(text: string): void {
  // What others wrote may be in it: no character may speak to the terminal.
  process.stderr.write(`${text.split('\n').map(visible).join('\n')}\n`);
}

/** What became of standard output. A reader that has seen enough (`| head`) is no failure. */
export function watchOutput(): { failure: string | undefined } {
  const seen: { failure: string | undefined } = { failure: undefined };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') seen.failure = error.message;
  });
  return seen;
}
