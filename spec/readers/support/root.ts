import { spawnSync } from 'node:child_process';
import { type Ran, type RunOptions, run } from './run.js';

export const IS_ROOT = process.getuid?.() === 0;

/** A program with its arguments, to be run as root. */
export function rootCommand(command: readonly string[]): readonly string[] {
  return IS_ROOT ? command : ['sudo', '-n', ...command];
}

/** Runs a program as root; what it writes below `folders` belongs to the user of the tests. */
export async function runAsRoot(
  program: string,
  args: readonly string[],
  folders: readonly string[] = [],
  options: RunOptions = {},
): Promise<Ran> {
  if (IS_ROOT) return run(program, args, options);
  const ran = await run('sudo', ['-n', program, ...args], options);
  const user = `${process.getuid?.()}:${process.getgid?.()}`;
  for (const folder of folders) await run('sudo', ['-n', 'chown', '-R', user, folder]);
  // What sudo itself has to say, of a host name that it cannot look up, is not the reader's doubt.
  return { ...ran, stderr: ran.stderr.replaceAll(/^sudo: .*\n/gm, '') };
}

let sudo: boolean | undefined;

function hasSudo(): boolean {
  sudo ??= spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore', timeout: 180_000 }).status === 0;
  return sudo;
}

/** Whether {@link runAsRoot} can. */
export function canBeRoot(): boolean {
  return IS_ROOT || hasSudo();
}
