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
  /** Where make and the others are looked for. Default: PATH. */
  readonly folders?: readonly string[];
}

/**
 * Absolute path of the source that the description names, if it is in the cache and has its digest; else
 * undefined, as with `install: package`. What is damaged is as good as not there.
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
 * The bytes of the source, a tar.gz: from the cache if its digest fits, else from the first address
 * that gives the very file, which is then kept.
 * @throws RedisLabError (4) when no address does: which were tried, and what each gave
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
    failures.push(`  ${cache}/${name}: ${another(seen, sha256)}`);
  }
  folder.makeFolder(SOURCES);
  removeLeftovers(folder, SOURCES);
  for (const url of urls) {
    // Of its own for each attempt: another redis-lab may be at it as well.
    const coming = halfMade(SOURCES);
    try {
      onProgress?.(message('cache.downloading', { url }));
      const onBytes = throttle((received: number, total?: number) =>
        onProgress?.(downloaded(url, received, total)),
      );
      const seen = await download(url, folder, coming, { limits, signal, onBytes });
      if (seen !== sha256) throw new DownloadFailure(another(seen, sha256));
      const content = folder.read(coming, MOST_KEPT)?.content;
      if (!content) throw new DownloadFailure('it was removed while it came');
      // In a folder that others write to, it may be another one by now.
      const read = digest(content);
      if (read !== sha256) throw new DownloadFailure(another(read, sha256));
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

function another(seen: string, wanted: string): string {
  return `its SHA-256 is ${seen}, not ${wanted}`;
}
