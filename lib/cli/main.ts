/** The command: arguments in, exit code out. One command is one library call, and its print-out. */
import yargs, { type Argv } from 'yargs';
import { EXIT, RedisLabError, SpecError, WorkspaceError } from '../errors.js';
import { version } from '../version.js';
import { STDIN } from '../workspace/named-file.js';
import { type Command, synopsis } from './command.js';
import { ASKED, FOR_BASH, isBash, proposing } from './completion.js';
import { noteInterrupted } from './computing.js';
import { generate } from './generate.js';
import { init } from './init.js';
import { atLimit } from './limits.js';
import { liveCommands } from './live-commands.js';
import { printAside, printJson, printRaw, watchOutput } from './output.js';
import { schema } from './schema.js';
import { UsageError } from './usage.js';

/** Runs the command line (without node and script) and gives the exit code; once a process. Never throws. */
export async function main(args: readonly string[]): Promise<number> {
  const { signal, over } = interruption(args[0]);
  const output = watchOutput();
  const json = beforeDashes(args).includes('--json');
  // What is thrown where nobody waits for it is told in the same way.
  process.on('uncaughtException', (error) => process.exit(report(error, json)));
  try {
    const code = await run(args, signal);
    over();
    // Whether the output arrived is heard in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (output.failure) throw new WorkspaceError(`the output was not written: ${output.failure}`);
    return code;
  } catch (error) {
    over();
    return report(error, json);
  }
}

/** A terminal, npm and whoever is impatient may each send a signal for the same Ctrl-C. */
const SAME_CTRL_C_MS = 1000;

/**
 * The first signal asks the command to stop at the next good moment; one that comes later than a moment after
 * it ends the command at once. They are listened to until the process ends: what draws on a terminal ends it
 * where it finds nobody else who does, and a command that is done must not end as if it had been killed. Once it is
 * over, the process lives only for a reader who has not taken all of its output: a signal ends that.
 */
function interruption(command: string | undefined): Interruption {
  const interrupt = new AbortController();
  const attached = COMMANDS.some((each) => each.name === command && each.attached);
  let first: number | undefined;
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  const onSignal = () => {
    const isSame = first !== undefined && performance.now() - first <= SAME_CTRL_C_MS;
    if (isOver && !isSame && process.stdout.writableLength > 0) process.exit(EXIT.interrupted);
    if (first === undefined) {
      first = performance.now();
      noteInterrupted();
      interrupt.abort(new RedisLabError('interrupted', { exitCode: EXIT.interrupted }));
    } else if (!attached && !isSame) {
      printAside(
        'redis-lab: ended at once. See what is left: redis-lab status; end it: redis-lab down',
      );
      process.exit(EXIT.interrupted);
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return { signal: interrupt.signal, over };
}

interface Interruption {
  readonly signal: AbortSignal;
  /** To be called when the command is over. */
  readonly over: () => void;
}

const COMMANDS: readonly Command[] = [init, generate, ...liveCommands, schema];

async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  let code: number = EXIT.ok;
  const add = (parser: Argv, command: Command, name: string) =>
    parser.command({
      command: `${name} ${synopsis(command)}`.trimEnd(),
      describe: command.describe,
      builder: (inner) => withArguments(inner, command),
      handler: async (argv: Record<string, unknown>) => {
        refuseBadWords(argv, command);
        code = await command.run(argv, signal);
      },
    });
  const named = COMMANDS.find((command) => command.name === args[0]);
  if (named) {
    refuseOddFlags(beforeDashes(args.slice(1)), named);
    // A parser of its own: to set the others up as well would take a `generate` 6 % longer.
    const words = named.readsFile ? withStdin(args.slice(1)) : args.slice(1);
    const parser = parserFor(words, `redis-lab ${named.name}`, synopsis(named));
    if (named.passesOn) {
      parser.usage(`$0 ${synopsis(named)} -- <${named.passesOn}>\n\n${named.describe}`);
    }
    await add(parser, named, '$0').parseAsync();
    return code;
  }
  const parser = parserFor(args, 'redis-lab')
    .usage('$0 <command>\n\nStand up, break, measure and teach a Redis Sentinel cluster.')
    .demandCommand(1, 'No command was given.')
    .recommendCommands()
    .completion('completion', 'Print a completion script for bash or zsh');
  const commands = args[0] === ASKED ? await proposing(COMMANDS, args) : COMMANDS;
  for (const command of commands) add(parser, command, command.name);
  await parser.parseAsync();
  if (args[0] === 'completion' && isBash(process.env)) printRaw(FOR_BASH);
  return code;
}

/** A lone `-`, which yargs would lose, is the file that is piped in; behind an option it is that option's. */
function withStdin(words: readonly string[]): readonly string[] {
  const isFile = (word: string, i: number) => word === '-' && !/^--[^=]+$/.test(words[i - 1] ?? '');
  return words.map((word, i) => (isFile(word, i) ? STDIN : word));
}

function withArguments(parser: Argv, command: Command): Argv {
  for (const [name, { optional: _, many: __, ...positional }] of Object.entries(
    command.positionals ?? {},
  )) {
    parser.positional(name, positional);
  }
  return parser.options(singleValued(command.options));
}

/** What is meant for us; behind `--` stands what is passed on. */
function beforeDashes(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--');
  return at < 0 ? args : args.slice(0, at);
}

function refuseBadWords(argv: Record<string, unknown>, { positionals = {}, passesOn }: Command) {
  const passed = (argv['--'] as string[] | undefined) ?? [];
  if (!passesOn && passed.length > 0) throw new UsageError(`Unknown argument: ${passed[0]}`);
  for (const name of Object.keys(positionals)) {
    if ([argv[name]].flat().includes('')) {
      throw new UsageError(`<${name}> is empty.`);
    }
  }
}

function parserFor(args: readonly string[], name: string, needed?: string): Argv {
  return yargs([...args])
    .scriptName(name)
    .parserConfiguration({ 'camel-case-expansion': false, 'populate--': true })
    .locale('en')
    .strict()
    .version(version)
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // yargs speaks of the command line with errors of its own kind; others come from the command.
      if (error && error.name !== 'YError') throw error;
      const text = message ?? error?.message;
      const few = needed !== undefined && text.startsWith('Not enough non-option arguments');
      throw new UsageError(few ? `${name} needs ${needed}.` : text);
    });
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

/** yargs takes `--check=maybe` for no, and would write. */
function refuseOddFlags(args: readonly string[], { options }: Command): void {
  for (const arg of args) {
    const [, name = '', value = ''] = /^--(?:no-)?([\w-]+)=(.*)$/s.exec(arg) ?? [];
    if (Object.hasOwn(options, name) && options[name]?.type === 'boolean') {
      if (!['true', 'false'].includes(value)) {
        throw new UsageError(`--${name} is true or false, not ${JSON.stringify(value)}.`);
      }
    }
  }
}

function report(thrown: unknown, json: boolean): number {
  const error = thrown instanceof RedisLabError ? thrown : (atLimit(thrown) ?? thrown);
  if (error instanceof RedisLabError) {
    if (json && error instanceof SpecError) {
      const { problems, more } = error;
      printJson(more > 0 ? { problems, more } : { problems });
    }
    printAside(`redis-lab: ${error.message}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printAside(`redis-lab: a defect of redis-lab itself; please report it.\n${text}`);
  return EXIT.bug;
}
