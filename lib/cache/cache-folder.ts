/** Where redis-lab keeps what is dear to make: sources and builds of Redis. All of it can be removed at any time. */
import os from 'node:os';
import path from 'node:path';

/** Absolute. A relative XDG_CACHE_HOME counts as none, as its specification has it. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: windows } = process.env;
  const base =
    xdg && path.isAbsolute(xdg)
      ? xdg
      : process.platform === 'win32' && windows
        ? windows
        : path.join(os.homedir(), '.cache');
  return path.join(base, 'redis-lab');
}

export interface CacheOptions {
  /** Default: {@link cacheFolder}. */
  readonly cache?: string;
  /** What is going on, a few words, about once in two seconds. */
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
