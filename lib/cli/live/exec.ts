import { EXIT, RedisLabError } from '../../errors.js';
import { UsageError } from '../usage.js';
import { commandLine } from '../words.js';
import { attachedLab, nodeOf } from './lab.js';

export async function exec(argv: Record<string, unknown>): Promise<number> {
  const words = (argv['--'] as string[] | undefined) ?? [];
  if (!words[0]) {
    const example = commandLine(argv, 'exec', String(argv['node']), '--', 'redis-cli', 'PING');
    // PowerShell keeps a bare -- for itself (npm/cli#4903).
    const hint = process.platform === 'win32' ? " In PowerShell, type '--' in quotes." : '';
    throw new UsageError(`exec needs a command after --, such as: ${example}${hint}`);
  }
  return enter(argv, words);
}

export async function ssh(argv: Record<string, unknown>): Promise<number> {
  if (!process.stdin.isTTY) {
    const example = commandLine(argv, 'exec', String(argv['node']), '--', 'redis-cli', 'PING');
    throw new RedisLabError(
      `ssh opens a shell, and there is no terminal here. For one command: ${example}`,
      { exitCode: EXIT.usage },
    );
  }
  return enter(argv);
}

async function enter(argv: Record<string, unknown>, words?: readonly string[]): Promise<number> {
  const { lab, running } = await attachedLab(argv);
  const invocation = await running.invocation(nodeOf(lab, argv), words);
  const { runAttached } = await import('../../command/run.js');
  // Ctrl-C is for the program on the node, every time; what it does then decides.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    return await runAttached(invocation);
  } finally {
    process.off('SIGINT', ignore);
  }
}
