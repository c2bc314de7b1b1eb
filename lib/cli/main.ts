/** The command: arguments in, exit code out. One command is one library call, and its print-out. */
import yargs, { type Argv } from 'yargs';
import { EXIT, RedisLabError } from '../errors.js';
import type { Command } from './command.js';
import { generate } from './generate.js';
import { init } from './init.js';
import { printError } from './output.js';
import { schema } from './schema.js';
import { version } from './version.js';

/** Runs the command line (without node and script) and gives the exit code. Never throws. */
export async function main(args: readonly string[]): Promise<number> {
  // A handler keeps Node from ending at once: what is being written is written whole.
  let interrupted = false;
  const onSignal = () => {
    interrupted = true;
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', () => {});
  try {
    const code = await run(args);
    // A signal that came during synchronous work is heard in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    return interrupted ? EXIT.interrupted : code;
  } catch (error) {
    return report(error);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

class UsageError extends RedisLabError {
  constructor(message: string) {
    super(`${message}\nSee: redis-lab --help`, { exitCode: EXIT.usage });
  }
}

const COMMANDS: readonly Command[] = [init, generate, schema];

async function run(args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const add = (parser: Argv, command: Command, name: string) =>
    parser.command({
      command: name,
      describe: command.describe,
      builder: singleValued(command.options),
      handler: async (argv: Record<string, unknown>) => {
        code = await command.run(argv);
      },
    });
  const named = COMMANDS.find((command) => command.name === args[0]);
  if (named) {
    // A parser of its own: the others need not be set up, nor their help laid out.
    await add(parserFor(args.slice(1), `redis-lab ${named.name}`), named, '$0').parseAsync();
    return code;
  }
  const parser = parserFor(args, 'redis-lab')
    .usage('$0 <command>\n\nStand up, break, measure and teach a Redis Sentinel cluster.')
    .demandCommand(1, 'No command was given.')
    .recommendCommands()
    .completion('completion', 'Print a completion script for bash or zsh');
  for (const command of COMMANDS) add(parser, command, command.name);
  await parser.parseAsync();
  return code;
}

function parserFor(args: readonly string[], name: string): Argv {
  return yargs([...args])
    .scriptName(name)
    .parserConfiguration({ 'camel-case-expansion': false })
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
      throw new UsageError(message ?? error?.message);
    });
}

/** An option that takes one value and is given twice has its last. */
function singleValued(options: Command['options']): Command['options'] {
  const last = (value: unknown) => (Array.isArray(value) ? value.at(-1) : value);
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      option.array ? option : { ...option, coerce: last },
    ]),
  );
}

function report(error: unknown): number {
  if (error instanceof RedisLabError) {
    printError(`redis-lab: ${error.message}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printError(`redis-lab: a defect of redis-lab itself; please report it.\n${text}`);
  return EXIT.bug;
}
