/** Finished builds of nodes: made on one node and given to all others like it, so that none compiles again. */
import path from 'node:path';
import { EXIT, RedisLabError } from '../errors.js';
import type { RedisModel } from '../model/model.js';
import { NODE_BUILD_FLAGS } from '../render/lab-env.js';
import { message } from '../report/messages.js';
import { Folder, MOST_KEPT } from '../workspace/folder.js';
import { exists } from '../workspace/inspect.js';
import { digest } from '../workspace/manifest.js';
import { cacheHome } from '../workspace/xdg.js';
import type { CacheOptions } from './cache-options.js';
import { LIMITS } from './download.js';
import { type Foreign, foreignAmong, foreignFlaw, refuseForeign } from './foreign.js';
import { halfMade, removeLeftovers } from './half-made.js';
import { NODE_BUILDS, nodeBuildStem, nodeFileName, type Origin, releaseOf } from './names.js';
import { type BuildManifest, readBuild } from './read-build.js';
import { ArchiveFlaw } from './tar-members.js';

/** A finished build in the cache, whose digest was compared. */
export interface NodeBuild extends Origin {
  /** `redis-8.2.8-debian-12-x86_64.build.tar.gz`; its digest is beside it, with `.sha256` appended. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}

/** A finished build that comes from elsewhere. */
export interface NodeBuildFile {
  /** As the node that made it named it. */
  readonly name: string;
  readonly content: Buffer;
  /** The digest that came with it. */
  readonly sha256: string;
}

/**
 * The finished builds of exactly the described source, with the flags of nodes, for every distribution and architecture. Each has
 * the right digest and is trusted. Others are reported by `onProgress` and left out; the next build that is kept replaces them.
 * None with `install: package`.
 * @throws the signal's reason
 */
export async function nodeBuilds(
  redis: RedisModel,
  { cache = cacheHome(), onProgress, signal }: CacheOptions = {},
): Promise<readonly NodeBuild[]> {
  if (redis.install !== 'source') return [];
  const folder = new Folder(cache);
  const found: NodeBuild[] = [];
  for (const place of placesOf(folder, redis)) {
    signal?.throwIfAborted();
    const seen = await nodeBuildAt(folder, place);
    const flaw = 'flaw' in seen ? seen.flaw : whatDiffers(seen.manifest, redis);
    if (flaw === undefined && 'build' in seen) found.push(seen.build);
    else {
      const where = path.join(cache, NODE_BUILDS, place);
      onProgress?.(message('cache.not-used', { path: where, said: flaw ?? '' }));
    }
  }
  return found;
}

/** Why {@link nodeBuilds} does not trust some builds that are there. */
export function foreignNodeBuilds(redis: RedisModel, cache = cacheHome()): Foreign[] {
  if (redis.install !== 'source') return [];
  const folder = new Folder(cache);
  return placesOf(folder, redis).flatMap((place) => foreignAmong(filesAt(folder, place)) ?? []);
}

/**
 * Keeps a finished build in one step, replacing one for the same distribution and architecture. Several calls at once do not
 * disturb each other.
 * @throws RedisLabError (4) when its digest is wrong, or it is not what the description asks for
 * @throws WorkspaceError when the cache cannot be written, or others can write to it
 */
export async function keepNodeBuild(
  redis: RedisModel,
  file: NodeBuildFile,
  { cache = cacheHome() }: CacheOptions = {},
): Promise<NodeBuild> {
  const checked = await checkNodeBuild(redis, file);
  if ('flaw' in checked) {
    throw new RedisLabError(
      `${file.name} is no build for this lab: ${checked.flaw}. Let a node build its own, or describe the lab that this one was made for.`,
      { exitCode: EXIT.program },
    );
  }
  const { distribution, architecture } = checked.manifest;
  const folder = new Folder(cache);
  const place = `${stemOf(redis)}${distribution}-${architecture}`;
  const kept = await nodeBuildAt(folder, place);
  if ('build' in kept && kept.build.sha256 === file.sha256) return kept.build;
  refuseForeign(cache, NODE_BUILDS);
  store(folder, place, file);
  const { name, sha256 } = file;
  const where = path.join(cache, NODE_BUILDS, place, name);
  return { name, path: where, sha256, distribution, architecture };
}

/** The manifest of a build with the right digest that the description asks for, or what is wrong. */
export async function checkNodeBuild(
  redis: RedisModel,
  { name, content, sha256 }: NodeBuildFile,
): Promise<{ readonly manifest: BuildManifest } | { readonly flaw: string }> {
  const seen = digest(content);
  if (seen !== sha256) return { flaw: `its SHA-256 is ${seen}, not ${sha256}` };
  const manifest = await attempt(readBuild(content));
  if ('flaw' in manifest) return manifest;
  const flaw = whatDiffers(manifest, redis) ?? misnamed(manifest, name);
  return flaw === undefined ? { manifest } : { flaw };
}

/** How often another process may get ahead of us. */
const MOST_TRIES = 20;

const EXTENSION = '.build.tar.gz';

type Look =
  | { readonly build: NodeBuild; readonly manifest: BuildManifest }
  | { readonly flaw: string; readonly sha256: string | null };

/** The build in a folder below {@link NODE_BUILDS}, or why it is of no use, a sentence without its subject. */
export async function nodeBuildAt(folder: Folder, place: string): Promise<Look> {
  for (let tries = 1; ; tries++) {
    const before = saidIn(folder, place);
    const seen = await lookAt(folder, place);
    // If the digest does not fit, another process may just have replaced build and digest.
    if ('build' in seen || tries === MOST_TRIES || saidIn(folder, place) === before) return seen;
  }
}

async function lookAt(folder: Folder, place: string): Promise<Look> {
  const where = `${NODE_BUILDS}/${place}`;
  let sha256: string | null = null;
  const no = (flaw: string) => ({ flaw, sha256 });
  try {
    const name = folder.list(where).find((each) => each.endsWith(EXTENSION));
    if (name === undefined) return no('there is no build in it');
    // The digest beside it only proves that it is complete: an attacker could have written both.
    const foreign = foreignFlaw(...filesAt(folder, place));
    if (foreign !== undefined) return no(foreign);
    const size = folder.readPart(`${where}/${name}`, 0, 0)?.size ?? 0;
    if (size > LIMITS.size) return no(`it is larger than ${LIMITS.size} bytes`);
    const content = folder.read(`${where}/${name}`, MOST_KEPT)?.content;
    if (!content) return no('its build is no file');
    sha256 = digest(content);
    const wanted = digestIn(folder.read(`${where}/${name}.sha256`)?.content);
    if (wanted === undefined) return no('there is no digest beside it');
    if (sha256 !== wanted) return no(`its SHA-256 is ${sha256}, not ${wanted}`);
    const manifest = await attempt(readBuild(content));
    if ('flaw' in manifest) return no(manifest.flaw);
    const flaw = misnamed(manifest, name);
    if (flaw !== undefined) return no(flaw);
    const { distribution, architecture } = manifest;
    const build = { name, path: path.join(folder.root, where, name), sha256 };
    return { build: { ...build, distribution, architecture }, manifest };
  } catch (error) {
    if (error instanceof RedisLabError) return no(error.message);
    throw error;
  }
}

/** The folder of a build, and what is in it. */
function filesAt(folder: Folder, place: string): string[] {
  const whole = path.join(folder.root, NODE_BUILDS, place);
  return [whole, ...folder.list(`${NODE_BUILDS}/${place}`).map((name) => path.join(whole, name))];
}

function saidIn(folder: Folder, place: string): string | undefined {
  try {
    const where = `${NODE_BUILDS}/${place}`;
    const name = folder.list(where).find((each) => each.endsWith(`${EXTENSION}.sha256`));
    return name && folder.read(`${where}/${name}`)?.content?.toString('latin1');
  } catch {
    return undefined; // `lookAt` tells why it cannot be read
  }
}

/** The digest in a file as `sha256sum` writes it; undefined if there is none. */
export function digestIn(content: Buffer | undefined): string | undefined {
  return /^([0-9a-f]{64})(?:\s|$)/.exec(content?.toString('latin1') ?? '')?.[1];
}

function placesOf(folder: Folder, redis: RedisModel): string[] {
  try {
    const stem = stemOf(redis);
    return folder.list(NODE_BUILDS).filter((name) => name.startsWith(stem));
  } catch (error) {
    if (error instanceof RedisLabError) return []; // reported when something is written there
    throw error;
  }
}

function stemOf(redis: RedisModel): string {
  return nodeBuildStem(releaseOf(redis), NODE_BUILD_FLAGS);
}

function whatDiffers(manifest: BuildManifest, redis: RedisModel): string | undefined {
  const { engine, version, source } = redis;
  const flags = NODE_BUILD_FLAGS.join(' ');
  if (manifest.engine !== engine || manifest.version !== version) {
    return `it is ${manifest.engine} ${manifest.version}, and the description asks for ${engine} ${version}`;
  }
  if (redis.install !== 'source') return 'the description asks for packages';
  if (manifest.sha256 !== source.sha256) {
    return `the SHA-256 of its source is ${manifest.sha256}, and the description asks for ${source.sha256}`;
  }
  if (manifest.flags === flags) return undefined;
  return `it was built with ${JSON.stringify(manifest.flags)}, and nodes build with ${JSON.stringify(flags)}`;
}

function misnamed(manifest: BuildManifest, name: string): string | undefined {
  const wanted = nodeFileName(manifest, manifest);
  return name === wanted ? undefined : `it is called ${JSON.stringify(name)}, not ${wanted}`;
}

async function attempt<T>(reading: Promise<T>): Promise<T | { readonly flaw: string }> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ArchiveFlaw) return { flaw: error.message };
    throw error;
  }
}

function store(folder: Folder, place: string, { name, content, sha256 }: NodeBuildFile): void {
  folder.makeFolder(NODE_BUILDS);
  removeLeftovers(folder, NODE_BUILDS);
  const making = halfMade(NODE_BUILDS);
  try {
    folder.makeFolder(making);
    folder.replace(`${making}/${name}`, content, 0o600);
    folder.replace(`${making}/${name}.sha256`, `${sha256}  ${name}\n`, 0o600);
    for (let tries = 1; ; tries++) {
      if (takesPlace(folder, making, `${NODE_BUILDS}/${place}`, tries === MOST_TRIES)) return;
    }
  } finally {
    folder.removeTree(making);
  }
}

/** A folder cannot be renamed over another, so the old one is moved away first: at no time is half a build there. */
function takesPlace(folder: Folder, made: string, place: string, isLast: boolean): boolean {
  const old = halfMade(NODE_BUILDS);
  try {
    if (exists(path.join(folder.root, place))) folder.rename(place, old);
    folder.rename(made, place);
    return true;
  } catch (error) {
    if (isLast) throw error;
    return false; // another process came between the two steps
  } finally {
    folder.removeTree(old);
  }
}
