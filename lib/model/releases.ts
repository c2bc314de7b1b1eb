/**
 * Releases whose published SHA-256 was read from redis/redis-hashes and valkey-io/valkey-hashes.
 * `redis-stable.tar.gz` is not among them: it is a moving target without a digest.
 */

export type Engine = 'redis' | 'valkey';

const SHA256: Readonly<Record<Engine, Readonly<Record<string, string>>>> = {
  redis: {
    '7.0.15': '98066f5363504b26c34dd20fbcc3c957990d764cdf42576c836fc021073f4341',
    '7.2.15': '7bf7975331511fdb788e85dae63964b128fccee1df026a10db57444babc9c9c4',
    '7.4.10': '669ab6689b5e7d0c479e8d526ccbadae36b69a11370742ffe23822b9df8d85ba',
    '8.2.8': '01354ee4449e758e6e45d056fe5802abd9ccde4d669b79c9d5e9f6d730a80759',
    '8.8.1': '1d1e423c9c808de3cb01dd3300d2b8d305b7691382e31a847ec17b66d3157477',
  },
  valkey: {
    '8.1.9': 'f7e927534aaeb3a5f4410375c3e6f2f0c1b9257db8bc573e68f9e2dbb11344f4',
    '9.1.1': '7d7232acd1b8a49b4e05d07a00b3ca8c801ae06ab633ca6a3423bc5f385ab7ee',
  },
};

/**
 * From source, the release with the longest support (redis 8.2: to 2030-09). As a package, what
 * Debian 12 and Ubuntu 24.04 (redis) and Debian 13 (valkey) carry.
 */
export const DEFAULT_VERSION: Readonly<
  Record<Engine, Readonly<Record<'source' | 'package', string>>>
> = {
  redis: { source: '8.2.8', package: '7.0.15' },
  valkey: { source: '8.1.9', package: '8.1.1' },
};

/** The oldest version whose configuration and build redis-lab can write. */
export const OLDEST_VERSION: Readonly<Record<Engine, string>> = { redis: '6.2.0', valkey: '7.2.0' };

/** SHA-256 of a release's tar.gz, or undefined for one that is not known. */
export function knownSha256(engine: Engine, version: string): string | undefined {
  return Object.hasOwn(SHA256[engine], version) ? SHA256[engine][version] : undefined;
}

export function knownVersions(engine: Engine): string[] {
  return Object.keys(SHA256[engine]);
}

/** Where the project itself publishes a release. */
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
