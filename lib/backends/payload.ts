/** What nodes get from the host's cache: sources and finished builds. */
import type { CacheOptions } from '../cache/cache-options.js';
import { runsOn } from '../cache/names.js';
import { type NodeBuild, nodeBuilds } from '../cache/node-builds.js';
import { keptSource, sourceOf } from '../cache/source.js';
import type { RedisModel } from '../model/model.js';
import { requireDigest } from '../spec/source.js';

/** What the nodes of a lab get beside their user-data. */
export interface Payload {
  readonly builds: readonly NodeBuild[];
  /** Path of the source, for the node that builds; undefined if builds are there instead. */
  readonly source: string | undefined;
}

export const NO_PAYLOAD: Payload = { builds: [], source: undefined };

interface PayloadOptions extends CacheOptions {
  /** What `uname -m` may say on the nodes; undefined: not known. */
  readonly architectures: readonly string[] | undefined;
}

/** Collects the payload. Downloads the source if neither it nor a build that could run on the nodes is in the cache. */
export async function payloadFor(
  redis: RedisModel,
  { architectures, ...options }: PayloadOptions,
): Promise<Payload> {
  if (redis.install === 'package') return NO_PAYLOAD;
  requireDigest(redis);
  const builds = await nodeBuilds(redis, options);
  // The cache may come from a machine with another processor. Builds may also be for another distribution than the image's: a
  // source that is there goes along.
  if (!builds.some((each) => runsOn(each, architectures))) await sourceOf(redis, options);
  return { builds, source: await keptSource(redis, options) };
}

/** File name of the source on a node. */
export function sourceFileName({ engine, version }: RedisModel): string {
  return `${engine}-${version}.tar.gz`;
}
