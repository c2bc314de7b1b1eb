/** Options of all functions that use the cache. */
import type { Sentence } from '../coded.js';

export interface CacheOptions {
  /** Folder of sources and builds, which may be removed at any time. Default: `cacheHome()`. */
  readonly cache?: string;
  /** Told what is going on, at most once in two seconds. */
  readonly onProgress?: ((told: Sentence) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
