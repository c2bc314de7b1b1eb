/** What nodes get from the host's cache: sources and finished builds. */
import type { CacheOptions } from '../cache/cache-options.js';
import { runsOn, type Systems } from '../cache/names.js';
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

/** Collects the payload. Downloads the source if neither it nor a build that could run on the nodes is in the cache. */
export async function payloadFor(
  redis: RedisModel,
  nodes: Systems,
  options: CacheOptions = {},
): Promise<Payload> {
  if (redis.install === 'package') return NO_PAYLOAD;
  requireDigest(redis);
  const builds = await nodeBuilds(redis, options);
  // The cache may come from a machine with another processor, or from a lab of another distribution. What a box or an image is,
  // its name only hints at: a source that is there goes along.
  if (!builds.some((each) => runsOn(each, nodes))) await sourceOf(redis, options);
  return { builds, source: await keptSource(redis, options) };
}

/** File name of the source on a node. */
export function sourceFileName({ engine, version }: RedisModel): string {
  return `${engine}-${version}.tar.gz`;
}
