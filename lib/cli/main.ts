/** The command: arguments in, exit code out. One command is one library call, and its print-out. */
import type { Argv } from 'yargs';
import { EXIT, RedisLabError, SpecError, WorkspaceError } from '../errors.js';
import { asNamed } from './called.js';
import { type Command, synopsis } from './command.js';
import { completion } from './commands/host.js';
import { generate } from './generate.js';
import { init } from './init.js';
import { interruption } from './interruption.js';
import { atLimit } from './limits.js';
import { liveCommands } from './live-commands.js';
import { hasPrinted, printAside, printJson, watchOutput } from './output.js';
import { addCommand, parserFor } from './parser.js';
import { beforeDashes, refuseOddFlags, withDashes, withStdin } from './refused-words.js';
import { schema } from './schema.js';
import { settleColours } from './style.js';
import { unknownCommand, unknownOption } from './unknown-command.js';
import { helpIsOf } from './usage.js';

/** The first word when the script of a shell asks what could follow. */
const ASKED = '--complete';

const COMMANDS: readonly Command[] = [init, generate, ...liveCommands, schema, completion];

/** Runs the command line (without node and script) and gives the exit code; once a process. Never throws. */
export async function main(args: readonly string[]): Promise<number> {
  settleColours();
  const attached = commandOf(args)?.attached === true;
  const { signal, over } = interruption(attached);
  const output = watchOutput();
  const json = beforeDashes(dashed(args)).some((each) => /^--json(?:=true)?$/.test(each));
  // Errors that nobody catches are reported in the same way.
  process.on('uncaughtException', (error) => process.exit(report(error, json)));
  try {
    const code = await run(args, signal);
    over(code);
    // A write that failed is heard of in the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    if (output.failure) throw new WorkspaceError(`the output was not written: ${output.failure}`);
    return code;
  } catch (error) {
    over();
    return report(error, json);
  }
}

function commandOf([name]: readonly string[]): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}

function dashed(args: readonly string[]): readonly string[] {
  const named = commandOf(args);
  const [name = '', ...words] = args;
  return named?.passesOn && !named.passesOnBehindDashes
    ? [name, ...withDashes(words, named)]
    : args;
}

async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  if (args[0] === ASKED) {
    return (await import('./live/completion.js')).propose(COMMANDS, args.slice(1));
  }
  let code: number = EXIT.ok;
  const add = (parser: Argv, command: Command, name: string) =>
    addCommand(parser, command, name, async (argv) => {
      code = await command.run(argv, signal);
    });
  const named = commandOf(args);
  if (named) {
    helpIsOf(named.name);
    // A parser for this command alone: with all of them, `generate` would take 6 % longer.
    const given = dashed(args).slice(1);
    refuseOddFlags(beforeDashes(given), named);
    const words = named.readsFile ? withStdin(given) : given;
    const parser = parserFor(words, `redis-lab ${named.name}`, synopsis(named), named);
    if (named.passesOn) {
      parser.usage(`$0 ${synopsis(named)} -- <${named.passesOn}>\n\n${named.describe}`);
    }
    await add(parser, named, '$0').parseAsync();
    return code;
  }
  const names = COMMANDS.map(({ name }) => name);
  const [word = '-'] = args;
  if (!word.startsWith('-') && !names.includes(word)) throw unknownCommand(word, names);
  const mistyped = unknownOption(word);
  if (mistyped) throw mistyped;
  const parser = parserFor(args, 'redis-lab')
    .usage('$0 <command>\n\nStand up, break, measure and teach a Redis Sentinel cluster.')
    .demandCommand(1, 'No command was given.');
  for (const command of COMMANDS) add(parser, command, command.name);
  await parser.parseAsync();
  return code;
}

/** What a call with `--json` prints where it has no result. */
function failureOf(error: RedisLabError) {
  const { code, exitCode, message } = error;
  const failed = { error: { code, exitCode, message: asNamed(message) } };
  if (!(error instanceof SpecError)) return failed;
  const { problems, more } = error;
  return { ...(more > 0 ? { problems, more } : { problems }), ...failed };
}

function report(thrown: unknown, json: boolean): number {
  const error = thrown instanceof RedisLabError ? thrown : (atLimit(thrown) ?? thrown);
  if (error instanceof RedisLabError) {
    // A result that was printed stays the only one.
    if (json && !hasPrinted()) printJson(failureOf(error));
    printAside(`redis-lab: ${error.shown ?? error.message}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json && !hasPrinted()) {
    const message = error instanceof Error ? error.message : String(error);
    printJson(failureOf(new RedisLabError(message, { exitCode: EXIT.bug, cause: error })));
  }
  printAside(`redis-lab: this is a defect of redis-lab itself; please report it.\n${text}`);
  return EXIT.bug;
}
