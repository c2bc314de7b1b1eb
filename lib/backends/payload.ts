/** What travels from the host's cache to the nodes: sources and finished builds. */
import { type NodeBuild, nodeBuilds } from '../cache/node-builds.js';
import { keptSource, sourceOf } from '../cache/source.js';
import type { Sentence } from '../coded.js';
import type { RedisModel } from '../model/model.js';
import { requireDigest } from '../spec/source.js';

/** What the nodes of a lab get beside their user-data. */
export interface Payload {
  readonly builds: readonly NodeBuild[];
  /** Path of the source, for the node that builds; undefined where there is none, and builds instead. */
  readonly source: string | undefined;
}

export const NO_PAYLOAD: Payload = { builds: [], source: undefined };

export interface PayloadOptions {
  readonly onProgress: (told: Sentence) => void;
  readonly signal: AbortSignal | undefined;
}

/** Gathers it. Downloads the source, once for ever, where neither it nor a build is at hand. */
export async function payloadFor(redis: RedisModel, options: PayloadOptions): Promise<Payload> {
  if (redis.install === 'package') return NO_PAYLOAD;
  requireDigest(redis);
  const builds = await nodeBuilds(redis, options);
  // They may be for another distribution than the image's, so a source that is here goes along.
  if (builds.length === 0) await sourceOf(redis, options);
  return { builds, source: await keptSource(redis, options) };
}

/** What a node calls the source. */
export function sourceFileName({ engine, version }: RedisModel): string {
  return `${engine}-${version}.tar.gz`;
}
