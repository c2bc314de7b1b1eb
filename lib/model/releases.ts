/**
 * Releases whose SHA-256 is published, the newest of each line: in redis/redis-hashes and valkey-io/valkey-hashes as of
 * 2026-07-23; redis 8.2.10 and 8.10.2 and valkey 9.1.2 in Homebrew's formulae as of 2026-11-29, which check what they download.
 * `redis-stable.tar.gz` is not among them: it is a moving target without a digest.
 */

export type Engine = 'redis' | 'valkey';

const SHA256: Readonly<Record<Engine, Readonly<Record<string, string>>>> = {
  redis: {
    '6.2.23': 'f06cffd69f4016986508017469cf64c16e25b1282927ea9360e7c2d1839eb8e7',
    '7.0.15': '98066f5363504b26c34dd20fbcc3c957990d764cdf42576c836fc021073f4341',
    '7.2.15': '7bf7975331511fdb788e85dae63964b128fccee1df026a10db57444babc9c9c4',
    '7.4.10': '669ab6689b5e7d0c479e8d526ccbadae36b69a11370742ffe23822b9df8d85ba',
    '8.0.6': '6d0a9913887a4972536f9da226f1575859c34d86354129163260a5f9c6bd4229',
    '8.2.8': '01354ee4449e758e6e45d056fe5802abd9ccde4d669b79c9d5e9f6d730a80759',
    '8.2.10': 'd33935732f7fc15476295fe05f5ce740927bc14847798e47b3f67b4f27b8b478',
    '8.4.5': '686321b1a03bb8f0ad7114e29516a31273e200ec69aa9bf457de3c2be3f2184f',
    '8.6.5': 'cd04337495fda9be071d4e1e3c6a61134f83995bd23d1794cad18f878b7012ad',
    '8.8.1': '1d1e423c9c808de3cb01dd3300d2b8d305b7691382e31a847ec17b66d3157477',
    '8.10.2': 'b9ffee226b5eecdba98a679260dad764b2a4ebd90dce4ad5ac9e9f3eef9c02b3',
  },
  valkey: {
    '7.2.14': '7d79e48e81ab353c4bb397dd576e2a19dec5e985007d37c3d41e4802f0f5e314',
    '8.0.10': '3bf957a99d375a0b594db7c52026041c4bfad8ad3711fc00418ccd21dc4632a4',
    '8.1.9': 'f7e927534aaeb3a5f4410375c3e6f2f0c1b9257db8bc573e68f9e2dbb11344f4',
    '9.0.5': '42aa4fdf8b6212071b101f32c9bc23b99e40e8494eebe0c9e4bbc50d04153741',
    '9.1.1': '7d7232acd1b8a49b4e05d07a00b3ca8c801ae06ab633ca6a3423bc5f385ab7ee',
    '9.1.2': '19c23908e7d57e8d91ef85b41f5646307582f10f4f0fb999bbf89ed24ec9c983',
  },
};

/** From source, the release with the longest support (redis 8.2: to 2030-09). */
export const DEFAULT_VERSION: Readonly<Record<Engine, string>> = {
  redis: '8.2.8',
  valkey: '8.1.9',
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
