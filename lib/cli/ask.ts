/** Questions to somebody at a terminal. */
import { createInterface } from 'node:readline/promises';
import type { Speech } from '../report/speech.js';

type Answer = 'yes' | 'no';

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
  speech: Speech,
  usually: Answer = 'yes',
): Promise<boolean> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    prompt: `${question} ${choices(speech, usually)} `,
    signal,
  });
  // A terminal in line mode gives Ctrl-C to the line reader, which would swallow it.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    lines.prompt();
    for await (const line of lines) {
      const answer = line.trim() === '' ? usually : answerIn(speech, line);
      if (answer !== undefined) return answer === 'yes';
      lines.prompt();
    }
  } finally {
    lines.close();
  }
  // The cursor still stands behind the question; where the command ends, its last line sees to that.
  signal.throwIfAborted();
  process.stderr.write('\n');
  return false;
}

/** The words of the language, and the English ones everywhere, each also by its first letter; undefined: neither. */
export function answerIn({ t }: Speech, line: string): Answer | undefined {
  const word = line.trim().toLowerCase();
  const is = (...words: string[]) => words.some((each) => word === each || word === each[0]);
  if (is('yes', t.answers.yes)) return 'yes';
  return is('no', t.answers.no) ? 'no' : undefined;
}

/** `[Y/n]` */
export function choices({ t }: Speech, usually: Answer): string {
  const letters = (['yes', 'no'] as const).map((each) => {
    const letter = t.answers[each].charAt(0);
    return each === usually ? letter.toUpperCase() : letter;
  });
  return `[${letters.join('/')}]`;
}
