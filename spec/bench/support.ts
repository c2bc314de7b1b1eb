/** What the benchmarks on grounds share. */
import { performance } from 'node:perf_hooks';
import type { User } from '../support/ground.js';

/** What the command says on stdout; an error where it fails. */
export async function must(user: User, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await user.run(...args);
  if (exitCode === 0) return stdout;
  throw new Error(`redis-lab ${args.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`);
}

/** Milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
