/** What every use of the cache may say: where it is, and how it is told and stopped. */
import type { Sentence } from '../coded.js';

export interface CacheOptions {
  /** Folder of sources and builds, all of which can be removed at any time. Default: `cacheHome()`. */
  readonly cache?: string;
  /** What is going on, a few words, about once in two seconds. */
  readonly onProgress?: ((told: Sentence) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
