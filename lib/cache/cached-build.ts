/** Builds in the cache. */
import path from 'node:path';
import type { RedisModel } from '../model/model.js';
import { isProgram } from '../workspace/inspect.js';
import { cacheHome } from '../workspace/xdg.js';
import { askServer } from './ask-server.js';
import type { CacheOptions } from './cache-options.js';
import { type Foreign, foreignAmong } from './foreign.js';
import { buildName, releaseOf } from './names.js';

/** A server and its client that were built here; both paths are absolute. */
export interface Build {
  readonly server: string;
  readonly cli: string;
}

/** The programs that are kept of a build. */
export function programsOf({ engine }: Pick<RedisModel, 'engine'>): [server: string, cli: string] {
  return [`${engine}-server`, `${engine}-cli`];
}

/**
 * The finished build of exactly the described source; undefined if there is none, if another user could have made it
 * ({@link foreignBuild}), or if it does not run here (different machines may share a home folder).
 */
export async function cachedBuild(
  redis: RedisModel,
  { cache = cacheHome(), signal }: CacheOptions = {},
): Promise<Build | undefined> {
  const build = buildAt(redis, cache);
  // Checked before either is run, even for its version. They load nothing else from their folder.
  if (!build || foreignAmong([build.server, build.cli])) return undefined;
  return (await flawOf(build.server, redis, signal)) === undefined ? build : undefined;
}

/** Why {@link cachedBuild} does not trust the build that is there; undefined if it does, or there is none. */
export function foreignBuild(redis: RedisModel, cache = cacheHome()): Foreign | undefined {
  const build = buildAt(redis, cache);
  return build && foreignAmong([build.server, build.cli]);
}

function buildAt(redis: RedisModel, cache: string): Build | undefined {
  if (redis.install !== 'source') return undefined;
  const [server, cli] = programsOf(redis).map((name) =>
    path.join(cache, buildName(releaseOf(redis)), 'bin', name),
  ) as [string, string];
  return isProgram(server) && isProgram(cli) ? { server, cli } : undefined;
}

/** Why a program is not the server that the description asks for; undefined if it is. */
export async function flawOf(
  program: string,
  { engine, version }: Pick<RedisModel, 'engine' | 'version'>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const answer = await askServer(program, `${engine}-server`, signal);
  if ('flaw' in answer) return answer.flaw.text;
  const same = answer.engine === engine && answer.version === version;
  return same ? undefined : `is ${answer.engine} ${answer.version}`;
}
