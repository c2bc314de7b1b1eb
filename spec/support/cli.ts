/** Runs the built command as a process, as a user would. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa, type Options } from 'execa';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const BIN = path.join(ROOT, 'dist/bin/redis-lab.cjs');

export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The choice of `auto` depends on the machine, so tests name their backend. */
export const BACKEND = { REDIS_LAB_BACKEND: 'local' } as const;

/** A folder for PATH in which the command is there as a link, as `npm link` makes it: hints then say `redis-lab`. */
export const LINKED = mkdtempSync(path.join(tmpdir(), 'redis-lab-linked-'));
symlinkSync(BIN, path.join(LINKED, 'redis-lab'));
process.once('exit', () => rmSync(LINKED, { recursive: true, force: true }));

/** The process itself, for tests that signal it. The backend is `local` by default. */
export function redisLabProcess(cwd: string, args: readonly string[], options: Options = {}) {
  const folders = options.env?.['PATH'] ?? process.env['PATH'] ?? '';
  return execa(process.execPath, [BIN, ...args], {
    cwd,
    reject: false,
    timeout: 180_000,
    stdin: 'ignore',
    ...options,
    env: { ...BACKEND, ...options.env, PATH: `${folders}${path.delimiter}${LINKED}` },
  });
}

export async function redisLab(
  cwd: string,
  args: readonly string[],
  options: Options = {},
): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await redisLabProcess(cwd, args, options);
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}
