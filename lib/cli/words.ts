/** Command lines to copy. */
import { shellQuote } from '../render/lab-env.js';

/** `redis-lab` and these words, for the lab that `argv` names. */
export function commandLine(argv: Record<string, unknown>, ...words: readonly string[]): string {
  const { spec, set = [] } = argv as { spec?: string; set?: string[] };
  const [command = '', ...others] = words;
  const all = [
    command,
    ...(spec === undefined ? [] : ['--spec', spec]),
    ...set.flatMap((text) => ['--set', text]),
    ...others,
  ];
  return ['redis-lab', ...all.map(shellWord)].join(' ');
}

function shellWord(word: string): string {
  return /^[\w./=:@%+-]+$/.test(word) ? word : shellQuote(word);
}
