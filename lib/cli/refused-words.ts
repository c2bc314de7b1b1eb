/** Words of a command line that yargs accepts, and that must be mistakes. */
import { STDIN } from '../workspace/named-file.js';
import { type Command, pointlessVm } from './command.js';
import { UsageError } from './usage.js';

/** The words before `--`; those after it are passed on to another program. */
export function beforeDashes(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--');
  return at < 0 ? args : args.slice(0, at);
}

/**
 * The words of a command that passes a command on, with the `--` that stands before that and may be left out: after the
 * argument of our own, all words are the other command's.
 */
export function withDashes(
  args: readonly string[],
  { positionals = {}, options }: Command,
): readonly string[] {
  const takesValue = (arg: string) => {
    const [, name = ''] = /^--([\w-]+)$/.exec(arg) ?? [];
    return Object.hasOwn(options, name) && options[name]?.type !== 'boolean';
  };
  let ours = Object.keys(positionals).length;
  for (const [i, arg] of args.entries()) {
    if (arg === '--') return args;
    if (arg.startsWith('-') || takesValue(args[i - 1] ?? '')) continue;
    if (ours === 0) return [...args.slice(0, i), '--', ...args.slice(i)];
    ours--;
  }
  return args;
}

/** Gives a lone `-`, which yargs would lose, the name of standard input. After an option, it is that option's value. */
export function withStdin(words: readonly string[]): readonly string[] {
  const isFile = (word: string, i: number) => word === '-' && !/^--[^=]+$/.test(words[i - 1] ?? '');
  return words.map((word, i) => (isFile(word, i) ? STDIN : word));
}

export function refuseBadWords(
  argv: Record<string, unknown>,
  { positionals = {}, passesOn, options, pointless }: Command,
) {
  const passed = (argv['--'] as string[] | undefined) ?? [];
  if (!passesOn && passed.length > 0) throw new UsageError(`Unknown argument: ${passed[0]}`);
  for (const name of Object.keys(positionals)) {
    if ([argv[name]].flat().includes('')) {
      throw new UsageError(`<${name}> is empty.`);
    }
  }
  const vm = 'vm' in options ? [pointlessVm(argv)] : [];
  const told = [...vm, ...(pointless?.(argv) ?? [])].flatMap(([isSo, what]) =>
    isSo ? [what] : [],
  );
  if (told.length > 0) throw new UsageError(told.join('\n'));
}

/** yargs takes `--check=maybe` for false, and `generate` would then write files. */
export function refuseOddFlags(args: readonly string[], { options }: Command): void {
  for (const arg of args) {
    const [, name = '', value = ''] = /^--(?:no-)?([\w-]+)=(.*)$/s.exec(arg) ?? [];
    if (Object.hasOwn(options, name) && options[name]?.type === 'boolean') {
      if (!['true', 'false'].includes(value)) {
        throw new UsageError(`--${name} is true or false, not ${JSON.stringify(value)}.`);
      }
    }
  }
}
