/** The source of a release, checked against the digest of the description. */
import path from 'node:path';
import { EXIT, RedisLabError } from '../errors.js';
import type { RedisModel } from '../model/model.js';
import { type Message, message } from '../report/messages.js';
import { throttle } from '../throttle.js';
import { Folder, MOST_KEPT } from '../workspace/folder.js';
import { digest } from '../workspace/manifest.js';
import { cacheHome } from '../workspace/xdg.js';
import type { CacheOptions } from './cache-options.js';
import { DownloadFailure, download, LIMITS, type Limits } from './download.js';
import { halfMade, removeLeftovers } from './half-made.js';
import { type Release, releaseOf, SOURCES, sourceName } from './names.js';

export interface BuildOptions extends CacheOptions {
  readonly limits?: Limits;
  /** Folders of make and the other programs. Default: PATH. */
  readonly folders?: readonly string[];
}

/**
 * Absolute path of the described source in the cache; undefined if it is not there or damaged, and with `install: package`.
 */
export async function keptSource(
  redis: RedisModel,
  { cache = cacheHome() }: CacheOptions = {},
): Promise<string | undefined> {
  return redis.install === 'source' ? keptRelease(releaseOf(redis), cache) : undefined;
}

/** The same, of any release. */
export function keptRelease(release: Release, cache: string): string | undefined {
  const name = sourceName(release);
  try {
    const content = new Folder(cache).read(name, MOST_KEPT)?.content;
    return content && digest(content) === release.sha256 ? path.join(cache, name) : undefined;
  } catch (error) {
    if (error instanceof RedisLabError) return undefined;
    throw error;
  }
}

/** Keeps bytes whose digest was compared, in one step. */
export function keepSource(release: Release, content: Buffer, cache: string): void {
  const folder = new Folder(cache);
  folder.makeFolder(SOURCES);
  folder.replace(sourceName(release), content, 0o600);
}

/**
 * The source, a tar.gz: from the cache if its digest fits, else from the first address that gives the right file, which is then
 * kept.
 * @throws RedisLabError (4) when no address does, with what each gave
 */
export async function sourceOf(redis: RedisModel, options: BuildOptions = {}): Promise<Buffer> {
  const { cache = cacheHome(), limits = LIMITS, onProgress, signal } = options;
  const { urls, sha256 } = redis.source;
  const folder = new Folder(cache);
  const name = sourceName(releaseOf(redis));
  const kept = folder.read(name, MOST_KEPT)?.content;
  const failures: string[] = [];
  if (kept) {
    const seen = digest(kept);
    if (seen === sha256) return kept;
    failures.push(`  ${cache}/${name}: ${otherDigest(seen, sha256)}`);
  }
  folder.makeFolder(SOURCES);
  removeLeftovers(folder, SOURCES);
  for (const url of urls) {
    // A name of its own for each attempt: another redis-lab may be downloading it, too.
    const coming = halfMade(SOURCES);
    try {
      onProgress?.(message('cache.downloading', { url }));
      const onBytes = throttle((received: number, total?: number) =>
        onProgress?.(downloaded(url, received, total)),
      );
      const seen = await download(url, folder, coming, { limits, signal, onBytes });
      if (seen !== sha256) throw new DownloadFailure(otherDigest(seen, sha256));
      const content = folder.read(coming, MOST_KEPT)?.content;
      if (!content) throw new DownloadFailure('it was removed while it came');
      // If others can write to the folder, it may be another file by now.
      const read = digest(content);
      if (read !== sha256) throw new DownloadFailure(otherDigest(read, sha256));
      folder.rename(coming, name);
      return content;
    } catch (error) {
      folder.removeTree(coming);
      if (!(error instanceof DownloadFailure)) throw error;
      failures.push(`  ${url}: ${error.message}`);
    }
  }
  throw new RedisLabError(
    [
      `There is no source of ${redis.engine} ${redis.version} to be had:`,
      ...failures,
      `Give this machine a way to one of these addresses, name a mirror in redis.source.mirrors, or bring the file along: redis-lab cache add FILE`,
    ].join('\n'),
    { exitCode: EXIT.program, code: 'cache.no-source' },
  );
}

function downloaded(url: string, received: number, total: number | undefined): Message {
  if (!total) return message('cache.received', { url, bytes: received });
  return message('cache.downloaded', { url, percent: Math.floor((100 * received) / total) });
}

function otherDigest(seen: string, wanted: string): string {
  return `its SHA-256 is ${seen}, not ${wanted}`;
}
