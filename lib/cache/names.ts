/** What lies in the cache, and under which names: the one place that knows them. */
import type { RedisModel } from '../model/model.js';
import type { Engine } from '../model/releases.js';
import { digest } from '../workspace/manifest.js';

/** The folders of the cache. Others beside them are not ours. */
export const SOURCES = 'sources';
export const BUILDS = 'builds';
export const NODE_BUILDS = 'node-builds';

/** A release, by the very bytes of its source. */
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

/** Enough of a digest to tell files apart that nobody made to look alike. */
export function short(sha256: string): string {
  return sha256.slice(0, 12);
}

/** Path of a source below the cache, whether it is there or not. */
export function sourceName({ engine, version, sha256 }: Release): string {
  return `${SOURCES}/${engine}-${version}-${short(sha256)}.tar.gz`;
}

/** Folder of what this machine builds of a source, below the cache. */
export function buildName({ engine, version, sha256 }: Release): string {
  const parts = [engine, version, short(sha256), process.platform, process.arch];
  return `${BUILDS}/${parts.join('-')}`;
}

/** What every folder of a node's build begins with, below {@link NODE_BUILDS}, wherever it was made. */
export function nodeBuildStem(
  { engine, version, sha256 }: Release,
  flags: readonly string[],
): string {
  return `${[engine, version, short(sha256), short(digest(flags.join(' ')))].join('-')}-`;
}

/** What a node calls a finished build; only one of this name is looked for there. */
export function nodeFileName(
  { engine, version }: Pick<Release, 'engine' | 'version'>,
  { distribution, architecture }: Origin,
): string {
  return `${engine}-${version}-${distribution}-${architecture}.build.tar.gz`;
}

/** What a build was made on, and runs on. */
export interface Origin {
  /** `debian-12`: ID and VERSION_ID of os-release. */
  readonly distribution: string;
  /** `x86_64`: what `uname -m` says. */
  readonly architecture: string;
}

/** What the name of something in the cache says of it. */
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

/** Undefined for a name that this version of redis-lab does not give in that folder. */
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
