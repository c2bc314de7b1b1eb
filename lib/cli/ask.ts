/** Questions to somebody at a terminal. */
import { createInterface } from 'node:readline/promises';

/** Whether somebody is there to read a question and to answer it. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Yes or no; `usually` for an empty line, no when the input ends. Asked on standard error.
 * @throws the signal's reason when it is aborted
 */
export async function ask(
  question: string,
  signal: AbortSignal,
  usually: 'yes' | 'no' = 'yes',
): Promise<boolean> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    prompt: `${question} ${usually === 'yes' ? '[Y/n]' : '[y/N]'} `,
    signal,
  });
  // A terminal in line mode gives Ctrl-C to the line reader, which would swallow it.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    lines.prompt();
    for await (const line of lines) {
      const word = line.trim().toLowerCase() || usually;
      if (['y', 'yes'].includes(word)) return true;
      if (['n', 'no'].includes(word)) return false;
      lines.prompt();
    }
  } finally {
    lines.close();
  }
  // The cursor still stands behind the question.
  process.stderr.write('\n');
  signal.throwIfAborted();
  return false;
}
