/** The servers that can be had here: this machine's, and those of the Debian 13 root. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { newerProgram } from './newer.js';
import { SEARCHED } from './run.js';

export interface Engine {
  readonly program: string;
  readonly args: readonly string[];
  /** The name by which it is called; one program is server, checker and Sentinel. */
  readonly name: string;
}

/**
 * redis-tools brings the server as redis-check-rdb; redis-server adds a name, and a service that
 * these tests do not want.
 */
export const REDIS: Engine = { program: 'redis-check-rdb', args: [], name: 'redis-server' };

export function newerEngine(name: 'redis-server' | 'valkey-server'): Engine {
  return { ...newerProgram(name), name };
}

export function versionOf({ program, args, name }: Engine): string {
  const { stdout } = spawnSync(program, [...args, '--version'], {
    argv0: name,
    encoding: 'utf8',
    env: { PATH: SEARCHED.join(path.delimiter) },
    timeout: 180_000,
  });
  const [, version] = / v=(\d+\.\d+\.\d+) /.exec(stdout ?? '') ?? [];
  if (!version) throw new Error(`${program} says no version: ${stdout}`);
  return version;
}
