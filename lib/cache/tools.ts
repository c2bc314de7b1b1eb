/** The programs that compiling Redis needs. */
import { findProgram } from '../command/programs.js';
import type { RedisModel } from '../model/model.js';
import { compareVersions } from '../model/releases.js';

/** Names of programs that a build needs and these folders lack; empty: it can begin. */
export function missingTools(redis: RedisModel, folders: readonly string[]): string[] {
  // Part of Redis 8 is in C++.
  const plusPlus = redis.engine === 'redis' && compareVersions(redis.version, '8.0.0') >= 0;
  const wanted = ['make', 'tar', 'cc', ...(plusPlus ? ['g++'] : [])];
  return wanted.filter((name) => findProgram(name, folders) === undefined);
}
