import { data } from './releases.generated.js';

/** Which server program. */
export type Engine = 'redis' | 'valkey';

/** Digests of the releases' tar.gz files, by version. */
const SHA256: Readonly<Record<Engine, Readonly<Record<string, string>>>> = data;

/** Built from source by default: the release with the longest support (redis 8.2: to 2030-09). */
export const DEFAULT_VERSION: Readonly<Record<Engine, string>> = {
  redis: '8.2.8',
  valkey: '8.1.9',
};

/** The oldest version whose configuration and build redis-lab can write. */
export const OLDEST_VERSION: Readonly<Record<Engine, string>> = { redis: '6.2.0', valkey: '7.2.0' };

/** SHA-256 of a release's tar.gz; undefined if it is not known. */
export function knownSha256(engine: Engine, version: string): string | undefined {
  return Object.hasOwn(SHA256[engine], version) ? SHA256[engine][version] : undefined;
}

export function knownVersions(engine: Engine): string[] {
  return Object.keys(SHA256[engine]);
}

/** Where Redis or Valkey publishes a release. */
export function releaseUrl(engine: Engine, version: string): string {
  return engine === 'redis'
    ? `https://download.redis.io/releases/redis-${version}.tar.gz`
    : `https://github.com/valkey-io/valkey/archive/refs/tags/${version}.tar.gz`;
}

/** Negative, zero or positive as `a` is older than, equal to or newer than `b`; missing parts count as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether major and minor are the same: security fixes change the last number only. */
export function sameLine(a: string, b: string): boolean {
  const line = (version: string) => version.split('.', 2).join('.');
  return line(a) === line(b);
}
