/** The command: arguments in, exit code out. One command is one library call, and its print-out. */
import yargs from 'yargs';
import { EXIT, RedisLabError } from '../errors.js';
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
  try {
    const code = await run(args);
    // Lets a signal that came during synchronous work be seen.
    if (interrupted) return EXIT.interrupted;
    return code;
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

async function run(args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const parser = yargs([...args])
    .scriptName('redis-lab')
    .usage('$0 <command>\n\nStand up, break, measure and teach a Redis Sentinel cluster.')
    .parserConfiguration({ 'duplicate-arguments-array': false, 'camel-case-expansion': false })
    .locale('en')
    .strict()
    .demandCommand(1, 'No command was given.')
    .recommendCommands()
    .version(version)
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
  for (const command of [init, generate, schema]) {
    parser.command({
      command: command.name,
      describe: command.describe,
      builder: command.options,
      handler: async (argv: Record<string, unknown>) => {
        code = await command.run(argv);
      },
    });
  }
  parser.completion('completion', 'Print a completion script for bash or zsh');
  await parser.parseAsync();
  return code;
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
