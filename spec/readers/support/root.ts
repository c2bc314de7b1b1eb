import { spawnSync } from 'node:child_process';

export const IS_ROOT = process.getuid?.() === 0;

/** The command, or the same through sudo for a user who is not root. */
export function asRoot(
  program: string,
  args: readonly string[],
): readonly [program: string, args: readonly string[]] {
  return IS_ROOT || !hasSudo() ? [program, args] : ['sudo', ['-n', program, ...args]];
}

let sudo: boolean | undefined;

function hasSudo(): boolean {
  sudo ??= spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
  return sudo;
}

/** Whether {@link asRoot} gives what its name says. */
export function canBeRoot(): boolean {
  return IS_ROOT || hasSudo();
}
