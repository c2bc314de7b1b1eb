/**
 * The Debian 13 root that `.ci/prerequisites` makes: newer versions of the readers. Programs run in
 * namespaces of their own, the root read-only, so they leave neither a process, a mount nor a file.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { asRoot } from './root.js';
import { type Ran, type RunOptions, run } from './run.js';

export const PROJECT = path.resolve(import.meta.dirname, '../../..');

let found: string | undefined;

/** Where the root is, or would be; only the script that makes it knows. */
export function newerRoot(): string {
  found ??= spawnSync('bash', ['.ci/prerequisites', '--where'], {
    cwd: PROJECT,
    encoding: 'utf8',
    timeout: 10_000,
  }).stdout?.trim();
  return found || '/nonexistent';
}

/** Runs in the root, where `folder` is `/mnt`, and where `/tmp`, `/run` and `/opt` are empty. */
export async function runNewer(
  folder: string,
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const inside = ['bash', '-c', ENTER, 'enter', newerRoot(), folder, program, ...args];
  const unshared = ['--mount', '--pid', '--fork', '--kill-child', ...inside];
  return run(...asRoot('unshare', unshared), options);
}

const ENTER = `
set -e
root=$1 folder=$2
shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t proc proc "$root/proc"
for empty in tmp run opt; do mount -t tmpfs tmpfs "$root/$empty"; done
mount --bind "$folder" "$root/mnt"
exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
  SYSTEMD_COLORS=0 SYSTEMD_URLIFY=0 "$@"
`;

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
