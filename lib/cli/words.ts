/** Command lines to copy. */
import { shellQuote } from '../render/lab-env.js';

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
  const all = [
    command,
    ...(spec === undefined ? [] : ['--spec', spec]),
    ...set.flatMap((text) => ['--set', text]),
    ...(backend === undefined || backend === 'local' ? [] : ['--backend', backend]),
    ...(vm ? ['--vm'] : []),
    ...others,
  ];
  return ['redis-lab', ...all.map(shellWord)].join(' ');
}

function shellWord(word: string): string {
  return /^[\w./=:@%+-]+$/.test(word) ? word : shellQuote(word);
}
