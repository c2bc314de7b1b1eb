/** yargs, set up as this command line is read. */
import yargs, { type Argv } from 'yargs';
import { version } from '../version.js';
import { nameLab } from './called.js';
import { type Command, synopsis } from './command.js';
import { refuseBadWords } from './refused-words.js';
import { notOneOf, UsageError } from './usage.js';

export function parserFor(
  args: readonly string[],
  name: string,
  needed?: string,
  { ownVersion = false } = {},
): Argv {
  const parser = yargs([...args])
    .scriptName(name)
    .parserConfiguration({ 'camel-case-expansion': false, 'populate--': true })
    .locale('en')
    .strict()
    .help()
    .alias('help', 'h')
    // By itself, yargs uses 80 columns at most.
    .wrap(Math.max(50, process.stdout.columns || 80))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // yargs speaks of the command line with errors of its own kind; others come from the command.
      if (error && error.name !== 'YError') throw error;
      const text = message ?? error?.message;
      const few = needed !== undefined && text.startsWith('Not enough non-option arguments');
      throw new UsageError(few ? `${name} needs ${needed}.` : inOurWords(text));
    });
  return ownVersion ? parser.version(false) : parser.version(version);
}

/** What yargs says of a value that is no choice, as we say it of a name. */
function inOurWords(text: string): string {
  const refused = [...text.matchAll(/^ +Argument: (.+), Given: "(.*)", Choices: "(.*)"$/gm)];
  if (!text.startsWith('Invalid values:') || refused.length === 0) return text;
  return refused
    .map(([, name = '', given = '', choices = '']) =>
      notOneOf(`--${name}`, given, choices.split('", "')),
    )
    .join('\n');
}

/** Adds a command under a name, with what to do when it is called. */
export function addCommand(
  parser: Argv,
  command: Command,
  name: string,
  run: (argv: Record<string, unknown>) => Promise<void>,
): Argv {
  return parser.command({
    command: `${name} ${synopsis(command)}`.trimEnd(),
    describe: command.describe,
    builder: (inner) => withArguments(inner, command),
    handler: async (argv: Record<string, unknown>) => {
      nameLab(argv);
      refuseBadWords(argv, command);
      await run(argv);
    },
  });
}

function withArguments(parser: Argv, command: Command): Argv {
  for (const [name, { optional: _, many: __, ...positional }] of Object.entries(
    command.positionals ?? {},
  )) {
    parser.positional(name, positional);
  }
  return parser.options(singleValued(command.options));
}

/** An option that takes one value and is given twice has its last; an empty one is none. */
function singleValued(options: Command['options']): Command['options'] {
  const last = (name: string) => (value: unknown) => {
    const single = Array.isArray(value) ? value.at(-1) : value;
    if (single === '') throw new UsageError(`--${name} needs a value, and this one is empty.`);
    return single;
  };
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      option.array ? option : { ...option, coerce: last(name) },
    ]),
  );
}
