/**
 * The Debian 13 root that `.ci/prerequisites` makes: newer versions of the readers. Programs run in
 * namespaces of their own, the root read-only, so they leave neither a process, a mount nor a file.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { runAsRoot } from './root.js';
import type { Ran, RunOptions } from './run.js';

export const PROJECT = path.resolve(import.meta.dirname, '../../..');

let found: string | undefined;

/** Where the root is, or would be; only the script that makes it knows. */
export function newerRoot(): string {
  found ??= spawnSync('bash', ['.ci/prerequisites', '--where'], {
    cwd: PROJECT,
    encoding: 'utf8',
    timeout: 180_000,
  }).stdout?.trim();
  return found || '/nonexistent';
}

/** Folders of this machine, by the names that they have in the root. */
export type Mounts = Readonly<Record<string, string>>;

/** Runs a program of the root; what it writes elsewhere than to `mounts` is refused or lost. */
export async function runNewer(
  mounts: Mounts,
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const [unshare = '', ...rest] = newerCommand(mounts, [program, ...args]);
  return runAsRoot(unshare, rest, Object.values(mounts), options);
}

/** What runs a program of the root in it; wants to be root. */
export function newerCommand(mounts: Mounts, command: readonly string[]): readonly string[] {
  const enter = path.join(import.meta.dirname, 'enter.sh');
  const pairs = Object.entries(mounts).flatMap(([inside, outside]) => [outside, inside]);
  const unshared = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
  return [...unshared, 'bash', enter, newerRoot(), ...pairs, '--', ...command];
}

/** How a program of the root runs as one of this machine's own: by the root's dynamic linker. */
export function newerProgram(name: string): { program: string; args: string[] } {
  const root = newerRoot();
  // usr/lib/x86_64-linux-gnu and its like.
  const libraries = fs
    .readdirSync(path.join(root, 'usr/lib'))
    .map((entry) => path.join(root, 'usr/lib', entry))
    .find((folder) => fs.existsSync(path.join(folder, 'libc.so.6')));
  const linker = fs.readdirSync(libraries ?? root).find((entry) => entry.startsWith('ld-linux'));
  if (!libraries || !linker) throw new Error(`no dynamic linker in ${root}`);
  return {
    program: path.join(libraries, linker),
    args: ['--library-path', libraries, path.join(root, 'usr/bin', name)],
  };
}
