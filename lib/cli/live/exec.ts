import { EXIT, RedisLabError, usage } from '../../errors.js';
import { printAside } from '../output.js';
import { UsageError } from '../usage.js';
import { commandLine } from '../words.js';
import { type AttachedLab, attachedLab } from './lab.js';
import { ALL, nodeOf } from './target.js';

export async function exec(argv: Record<string, unknown>): Promise<number> {
  const words = (argv['--'] as string[] | undefined) ?? [];
  if (!words[0]) {
    const example = commandLine(argv, 'exec', String(argv['node']), '--', 'redis-cli', 'PING');
    throw new UsageError(`exec needs a command, such as: ${example}`);
  }
  return enter(argv, words);
}

export async function ssh(argv: Record<string, unknown>): Promise<number> {
  if (!process.stdin.isTTY) {
    const example = commandLine(argv, 'exec', String(argv['node']), '--', 'redis-cli', 'PING');
    throw usage(`ssh opens a shell, and there is no terminal here. For one command: ${example}`);
  }
  return enter(argv);
}

async function enter(argv: Record<string, unknown>, words?: readonly string[]): Promise<number> {
  const attached = await attachedLab(argv);
  if (words && argv['node'] === ALL) return enterAll(attached, words);
  const node = await nodeOf(attached, argv, words !== undefined);
  return runOn(attached, node, words);
}

/** Runs the command on one node after the other, each under its name. Gives the first exit code that is not 0. */
async function enterAll(attached: AttachedLab, words: readonly string[]): Promise<number> {
  let first: number = EXIT.ok;
  for (const { name } of attached.lab.model.nodes) {
    printAside(`${name}:`);
    const code = await runOn(attached, name, words).catch((error: unknown) => {
      // The other nodes may be up.
      if (!(error instanceof RedisLabError)) throw error;
      printAside(error.message);
      return error.exitCode;
    });
    if (first === EXIT.ok) first = code;
  }
  return first;
}

async function runOn(
  { running }: AttachedLab,
  node: string,
  words: readonly string[] | undefined,
): Promise<number> {
  const invocation = await running.invocation(node, words);
  const { runAttached } = await import('../../command/run.js');
  // Every Ctrl-C goes to the program on the node, which decides what to do.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    return await runAttached(invocation);
  } finally {
    process.off('SIGINT', ignore);
  }
}
