/** Limits of the system that a call ran into: no defect of ours, and with a way out. */
import { EXIT, RedisLabError } from '../errors.js';

const LIMITS: Readonly<Record<string, string>> = {
  EMFILE: 'a process may open no more files than that. Allow more: ulimit -n 1024',
  ENFILE: 'all programs of this machine together may open no more files. End some of them',
  EAGAIN: 'this user may start no more processes. Allow more: ulimit -u 4096, or end some of them',
  ENOMEM: 'there is no memory left. End other programs',
  ENOSPC: 'the disk is full. Make room',
  EDQUOT: 'your quota of the disk is used up. Make room',
  EROFS: 'that disk is read-only. Use a folder on another one',
};

/** The error for somebody who ran into such a limit; undefined for every other one. */
export function atLimit(error: unknown): RedisLabError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code = '', syscall = '' } = each as NodeJS.ErrnoException;
    const what = LIMITS[code];
    if (what === undefined || (code === 'EAGAIN' && !syscall.startsWith('spawn'))) continue;
    return new RedisLabError(
      `${each.message}: ${what}, and run the same command again. See what is left: redis-lab status.`,
      { exitCode: EXIT.notReady, code: 'host.limits', cause: error },
    );
  }
  return undefined;
}
