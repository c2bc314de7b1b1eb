/** What it takes to compile Redis. */

import { findProgram } from '../command/programs.js';
import type { RedisModel } from '../model/model.js';
import { compareVersions } from '../model/releases.js';

/** Programs that a build needs and these folders lack, by name; empty: it can begin. */
export function missingTools(redis: RedisModel, folders: readonly string[]): string[] {
  // Redis 8 has a part in C++.
  const plusPlus = redis.engine === 'redis' && compareVersions(redis.version, '8.0.0') >= 0;
  const wanted = ['make', 'tar', 'cc', ...(plusPlus ? ['g++'] : [])];
  return wanted.filter((name) => findProgram(name, folders) === undefined);
}
