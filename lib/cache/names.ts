/** The names in the cache; no other file knows them. */
import type { RedisModel } from '../model/model.js';
import type { Engine } from '../model/releases.js';
import { digest } from '../workspace/manifest.js';

/** Our folders in the cache. Others beside them are not ours. */
export const SOURCES = 'sources';
export const BUILDS = 'builds';
export const NODE_BUILDS = 'node-builds';

/** A release, identified by the digest of its source. */
export interface Release {
  readonly engine: Engine;
  /** `x.y.z` */
  readonly version: string;
  /** SHA-256 of the source, 64 lower-case hex digits. */
  readonly sha256: string;
}

export function releaseOf({ engine, version, source }: RedisModel): Release {
  return { engine, version, sha256: source.sha256 };
}

/** Enough of a digest to tell files apart, though not against an attacker. */
export function short(sha256: string): string {
  return sha256.slice(0, 12);
}

/** Path of a source below the cache. */
export function sourceName({ engine, version, sha256 }: Release): string {
  return `${SOURCES}/${engine}-${version}-${short(sha256)}.tar.gz`;
}

/** Folder, below the cache, of this machine's build of a source. */
export function buildName({ engine, version, sha256 }: Release): string {
  const parts = [engine, version, short(sha256), process.platform, process.arch];
  return `${BUILDS}/${parts.join('-')}`;
}

/** How the names of all folders below {@link NODE_BUILDS} begin that have a build of a source with these flags. */
export function nodeBuildStem(
  { engine, version, sha256 }: Release,
  flags: readonly string[],
): string {
  return `${[engine, version, short(sha256), short(digest(flags.join(' ')))].join('-')}-`;
}

/** File name of a finished build; nodes look for this name only. */
export function nodeFileName(
  { engine, version }: Pick<Release, 'engine' | 'version'>,
  { distribution, architecture }: Origin,
): string {
  return `${engine}-${version}-${distribution}-${architecture}.build.tar.gz`;
}

/** The system that a build was made on and runs on. */
export interface Origin {
  /** `debian-12`: ID and VERSION_ID of os-release. */
  readonly distribution: string;
  /** `x86_64`: what `uname -m` says. */
  readonly architecture: string;
}

/** What `uname -m` says on Linux where Node calls the processor `arm64` or `x64`; undefined for others. */
export function architecturesOf(arch: string = process.arch): readonly string[] | undefined {
  return { arm64: ['aarch64'], x64: ['x86_64'] }[arch];
}

/** What nodes may be; undefined where that is not known. */
export interface Systems {
  /** What `uname -m` may say on them. */
  readonly architectures: readonly string[] | undefined;
  /** ID and VERSION_ID of their os-release: `debian-12`. */
  readonly distribution: string | undefined;
}

/** Whether a build runs on such nodes; also where they are not known. */
export function runsOn(build: Origin, { architectures, distribution }: Systems): boolean {
  return (
    (architectures?.includes(build.architecture) ?? true) &&
    (distribution ?? build.distribution) === build.distribution
  );
}

/** What a name in the cache tells. */
export interface Named {
  readonly engine: Engine;
  readonly version: string;
  /** Distribution of a node's build, platform of one of this machine; null for a source. */
  readonly system: string | null;
  readonly architecture: string | null;
}

const RELEASE = '(?<engine>redis|valkey)-(?<version>\\d+\\.\\d+\\.\\d+)-[0-9a-f]{12}';
const SYSTEM = '(?<system>[a-z0-9._-]+)-(?<architecture>[A-Za-z0-9_]+)';

const PATTERNS: Readonly<Record<string, RegExp>> = {
  [SOURCES]: new RegExp(`^${RELEASE}\\.tar\\.gz$`),
  [BUILDS]: new RegExp(`^${RELEASE}-${SYSTEM}$`),
  [NODE_BUILDS]: new RegExp(`^${RELEASE}-[0-9a-f]{12}-${SYSTEM}$`),
};

/** Undefined for a name that this version of redis-lab does not use in that folder. */
export function parseName(folder: string, name: string): Named | undefined {
  const { engine, version, system, architecture } = PATTERNS[folder]?.exec(name)?.groups ?? {};
  if (engine === undefined || version === undefined) return undefined;
  return {
    engine: engine as Engine,
    version,
    system: system ?? null,
    architecture: architecture ?? null,
  };
}
