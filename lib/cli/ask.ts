/** Questions to somebody at a terminal. */
import { createInterface } from 'node:readline/promises';

/** Whether somebody is there to read a question and to answer it. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Yes or no, yes for an empty line; no when the input ends. Asked on standard error.
 * @throws the signal's reason when it is aborted
 */
export async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // A terminal in line mode gives Ctrl-C to the line reader, which would swallow it.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('no')));
    for (;;) {
      const answer = await Promise.race([lines.question(`${question} [Y/n] `, { signal }), ended]);
      const word = answer.trim().toLowerCase();
      if (['', 'y', 'yes'].includes(word)) return true;
      if (['n', 'no'].includes(word)) return false;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}
