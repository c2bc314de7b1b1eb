/** The builds that are at hand. */
import path from 'node:path';
import type { RedisModel } from '../model/model.js';
import { isProgram } from '../workspace/folder.js';
import { cacheHome } from '../workspace/homes.js';
import { askServer } from './ask-server.js';
import type { CacheOptions } from './cache-options.js';
import { buildName, releaseOf } from './names.js';

/** A server and its client that were built here; both paths are absolute. */
export interface Build {
  readonly server: string;
  readonly cli: string;
}

/** What is kept of a build. */
export function programsOf({ engine }: Pick<RedisModel, 'engine'>): [server: string, cli: string] {
  return [`${engine}-server`, `${engine}-cli`];
}

/**
 * The finished build of the very source that the description names; undefined if there is none, or if
 * it does not run here (a home folder may be shared by machines that differ).
 */
export async function cachedBuild(
  redis: RedisModel,
  { cache = cacheHome(), signal }: CacheOptions = {},
): Promise<Build | undefined> {
  if (redis.install !== 'source') return undefined;
  const [server, cli] = programsOf(redis).map((name) =>
    path.join(cache, buildName(releaseOf(redis)), 'bin', name),
  ) as [string, string];
  if (!isProgram(server) || !isProgram(cli)) return undefined;
  return (await flawOf(server, redis, signal)) === undefined ? { server, cli } : undefined;
}

/** Why a program is not the server that the description asks for; undefined if it is. */
export async function flawOf(
  program: string,
  { engine, version }: Pick<RedisModel, 'engine' | 'version'>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const answer = await askServer(program, `${engine}-server`, signal);
  if ('flaw' in answer) return answer.flaw;
  const same = answer.engine === engine && answer.version === version;
  return same ? undefined : `is ${answer.engine} ${answer.version}`;
}
