/** Command lines to copy. */
import { shellQuote } from '../render/shell-quote.js';

/** These choose a backend where none is named; the others take the one that has the lab, else `local`. */
const CHOOSING = ['up', 'verify', 'doctor'];

/** `redis-lab` and these words, for the lab that `argv` names. */
export function commandLine(argv: Record<string, unknown>, ...words: readonly string[]): string {
  const {
    spec,
    set = [],
    backend,
    vm,
  } = argv as {
    spec?: string;
    set?: string[];
    backend?: string;
    vm?: boolean;
  };
  const [command = '', ...others] = words;
  const left = CHOOSING.includes(command) ? ['auto'] : ['auto', 'local'];
  const all = [
    command,
    ...(spec === undefined ? [] : ['--spec', spec]),
    ...set.flatMap((text) => ['--set', text]),
    ...(backend === undefined || left.includes(backend) ? [] : ['--backend', backend]),
    ...(vm ? ['--vm'] : []),
    ...others,
  ];
  return ['redis-lab', ...all.map(shellWord)].join(' ');
}

/** A word as a shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w./=:@%+-]+$/.test(word) ? word : shellQuote(word);
}
