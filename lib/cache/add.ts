/** Files that the user brings along, such as on a USB stick: checked, then kept as if downloaded or built here. */
import path from 'node:path';
import { EXIT, RedisLabError } from '../errors.js';
import type { RedisModel } from '../model/model.js';
import { type Engine, knownSha256, knownVersions } from '../model/releases.js';
import { Folder } from '../workspace/folder.js';
import { realPath } from '../workspace/inspect.js';
import { digest } from '../workspace/manifest.js';
import { cacheHome } from '../workspace/xdg.js';
import type { CacheOptions } from './cache-options.js';
import { LIMITS } from './download.js';
import { refuseForeign } from './foreign.js';
import { type Release, releaseOf, sourceName } from './names.js';
import { checkNodeBuild, digestIn, keepNodeBuild, nodeBuilds } from './node-builds.js';
import { keepSource, keptRelease } from './source.js';

/** A file that was taken. */
export interface Added {
  /** As the user named it. */
  readonly file: string;
  readonly kind: 'source' | 'node-build';
  readonly engine: Engine;
  readonly version: string;
  /** Distribution and architecture of a build; null for a source. */
  readonly system: string | null;
  readonly architecture: string | null;
  readonly sha256: string;
  /** Where it is kept, absolute. */
  readonly path: string;
  /** Whether it was there before. */
  readonly already: boolean;
}

/**
 * Keeps sources whose digest is that of the description or of a known release, and finished builds (`*.build.tar.gz`, with a
 * `.sha256` beside it) as the description's nodes would make them. A `.sha256` that is named together with its file is skipped.
 * All are checked first: if one is refused, none is kept.
 * @throws RedisLabError (2) with what is wrong with each file
 * @throws WorkspaceError when the cache cannot be written, or when others may write to it
 */
export async function addFiles(
  redis: RedisModel,
  files: readonly string[],
  options: CacheOptions = {},
): Promise<readonly Added[]> {
  refuseForeign(options.cache ?? cacheHome());
  const wanted = wantedSources(redis);
  const problems: string[] = [];
  const accepted: (() => Promise<Added>)[] = [];
  let unknown = false;
  for (const file of files) {
    options.signal?.throwIfAborted();
    if (files.includes(file.replace(/\.sha256$/, '')) && file.endsWith('.sha256')) continue;
    const seen = await lookAt(file, redis, wanted, options);
    if ('take' in seen) accepted.push(seen.take);
    else {
      problems.push(`  ${file}: ${seen.problem}`);
      unknown ||= seen.unknown === true;
    }
  }
  if (problems.length > 0) {
    const lines = [...problems, ...(unknown ? whatIsWanted(wanted) : [])];
    const title =
      files.length === 1
        ? 'The file was not kept:'
        : `No file was kept, because of ${problems.length === 1 ? 'one' : problems.length} of them:`;
    throw new RedisLabError([title, ...lines].join('\n'), { exitCode: EXIT.usage });
  }
  const added: Added[] = [];
  for (const take of accepted) added.push(await take());
  return added;
}

interface Wanted extends Release {
  /** Who says so, for the list: `as described`. */
  readonly origin: string;
}

/** The described release comes first, and wins over a known one of the same digest. */
function wantedSources(redis: RedisModel): Wanted[] {
  const known = (['redis', 'valkey'] as const).flatMap((engine) =>
    knownVersions(engine).flatMap((version): Wanted[] => {
      const sha256 = knownSha256(engine, version);
      return sha256 === undefined ? [] : [{ engine, version, sha256, origin: 'as published' }];
    }),
  );
  if (redis.install !== 'source' || redis.source.sha256 === '') return known;
  const described: Wanted = { ...releaseOf(redis), origin: 'as described' };
  return [described, ...known.filter(({ sha256 }) => sha256 !== described.sha256)];
}

function whatIsWanted(wanted: readonly Wanted[]): string[] {
  return [
    'Sources that would be taken, by their SHA-256:',
    ...wanted.map(
      ({ engine, version, sha256, origin }) => `  ${sha256}  ${engine} ${version}, ${origin}`,
    ),
    'Compare it with the digest that is published where the file comes from. If the file is the one that you want, describe it: redis.engine, redis.version and redis.source.sha256, each with --set or in redis-lab.yaml.',
  ];
}

type Look =
  | { readonly take: () => Promise<Added> }
  | { readonly problem: string; readonly unknown?: boolean };

async function lookAt(
  file: string,
  redis: RedisModel,
  wanted: readonly Wanted[],
  options: CacheOptions,
): Promise<Look> {
  const read = readWhole(file, LIMITS.size);
  if ('problem' in read) return read;
  const { content } = read;
  const sha256 = digest(content);
  const release = wanted.find((each) => each.sha256 === sha256);
  if (release) return { take: async () => takeSource(file, release, content, options) };
  if (file.endsWith('.build.tar.gz')) return lookAtBuild(file, redis, content, options);
  if (file.endsWith('.sha256')) {
    return { problem: 'it is a digest; name the file that it is of, and it is read as well' };
  }
  return { problem: `its SHA-256 is ${sha256}, which is no source that is wanted`, unknown: true };
}

async function lookAtBuild(
  file: string,
  redis: RedisModel,
  content: Buffer,
  options: CacheOptions,
): Promise<Look> {
  const beside = readWhole(`${file}.sha256`, MOST_DIGEST);
  if ('problem' in beside) {
    return { problem: `the digest beside it, ${file}.sha256, is missing: ${beside.problem}` };
  }
  const sha256 = digestIn(beside.content);
  if (sha256 === undefined) return { problem: `there is no SHA-256 in ${file}.sha256` };
  const build = { name: path.basename(file), content, sha256 };
  const checked = await checkNodeBuild(redis, build);
  if ('flaw' in checked) return { problem: checked.flaw };
  const { engine, version, distribution, architecture } = checked.manifest;
  const take = async (): Promise<Added> => {
    const before = await nodeBuilds(redis, options);
    const kept = await keepNodeBuild(redis, build, options);
    return {
      file,
      kind: 'node-build',
      engine,
      version,
      system: distribution,
      architecture,
      sha256,
      path: kept.path,
      already: before.some((each) => each.path === kept.path && each.sha256 === sha256),
    };
  };
  return { take };
}

function takeSource(
  file: string,
  { engine, version, sha256 }: Release,
  content: Buffer,
  { cache = cacheHome() }: CacheOptions,
): Added {
  const release = { engine, version, sha256 };
  const before = keptRelease(release, cache);
  if (before === undefined) keepSource(release, content, cache);
  return {
    file,
    kind: 'source',
    ...release,
    system: null,
    architecture: null,
    path: path.join(cache, sourceName(release)),
    already: before !== undefined,
  };
}

/** The most that is read of a digest file, bytes. */
const MOST_DIGEST = 10_000;

/** The content of a regular file, or of the target of a link. */
function readWhole(
  file: string,
  most: number,
): { readonly content: Buffer } | { readonly problem: string } {
  const place = realPath(file);
  if (place === undefined) return { problem: 'there is no such file here' };
  const folder = new Folder(path.dirname(place));
  const name = path.basename(place);
  try {
    const size = folder.readPart(name, 0, 0)?.size;
    if (size === undefined) return { problem: 'it is no regular file, but a folder or a device' };
    if (size > most) return { problem: `it has ${size} bytes, and at most ${most} are taken` };
    const bytes = folder.readPart(name, 0, size)?.bytes;
    return bytes ? { content: bytes } : { problem: 'it was removed meanwhile' };
  } catch (error) {
    if (error instanceof RedisLabError) return { problem: error.message };
    throw error;
  }
}
