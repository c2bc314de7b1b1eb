/** Redis, compiled here: slow once, then at hand for every lab that asks for the same source. */
import path from 'node:path';
import { findProgram, searchPath } from '../command/programs.js';
import { EXIT } from '../errors.js';
import type { RedisModel } from '../model/model.js';
import { message } from '../report/messages.js';
import { requireDigest } from '../spec/source.js';
import { Folder } from '../workspace/folder.js';
import { exists } from '../workspace/inspect.js';
import { cacheHome } from '../workspace/xdg.js';
import { ASK_FOR_ANOTHER, buildFailure } from './build-failure.js';
import { type Build, cachedBuild, flawOf, programsOf } from './cached-build.js';
import { compile } from './compile.js';
import { refuseForeign } from './foreign.js';
import { halfMade, removeLeftovers } from './half-made.js';
import { BUILDS, buildName, releaseOf } from './names.js';
import { type BuildOptions, sourceOf } from './source.js';
import { missingTools } from './tools.js';
import { unpack } from './unpack.js';

/**
 * Compiles the server and the client of a description from its source, whose digest is checked before
 * anything of it is unpacked, and keeps both in the cache; gives what is there already without a
 * look at the network. About a minute. Several at once do not disturb each other.
 * When it is aborted, make and all that it started are ended, and nothing half-made stays.
 * @throws RedisLabError when the description has no source, which is so with `install: package` (2);
 * when a program that it takes is missing (3); when there is no source to be had or the build
 * fails, with the last lines that were said (4)
 * @throws WorkspaceError when others may write to the cache
 */
export async function buildFromSource(
  redis: RedisModel,
  options: BuildOptions = {},
): Promise<Build> {
  const { cache = cacheHome(), folders = searchPath(), onProgress, signal } = options;
  refuse(redis, folders);
  const ready = await cachedBuild(redis, { cache, signal });
  if (ready) return ready;

  refuseForeign(cache, BUILDS);
  const tool = (name: string) => findProgram(name, folders) ?? name;
  const source = await sourceOf(redis, options);
  const folder = new Folder(cache);
  removeLeftovers(folder, BUILDS);
  const making = halfMade(BUILDS);
  try {
    onProgress?.(message('cache.unpacking', { engine: redis.engine, version: redis.version }));
    folder.makeFolder(`${making}/source`);
    const tree = path.join(cache, making, 'source');
    // A cache that was not there before may have been made by somebody faster.
    refuseForeign(cache, `${making}/source`);
    await unpack(redis, source, tree, { program: tool('tar'), signal });
    await compile(redis, tree, { program: tool('make'), onProgress, signal });
    const [server] = programsOf(redis);
    const flaw = await flawOf(path.join(tree, 'src', server), redis, signal);
    if (flaw !== undefined) throw buildFailure(redis, `what was built ${flaw}`, ASK_FOR_ANOTHER);
    folder.makeFolder(`${making}/finished/bin`);
    for (const name of programsOf(redis)) {
      const program = `${making}/finished/bin/${name}`;
      folder.rename(`${making}/source/src/${name}`, program);
      // make leaves the mode to the umask, which may let others write.
      folder.setMode(program, 0o755);
    }
    return await keep(redis, folder, `${making}/finished`, signal);
  } finally {
    folder.removeTree(making);
  }
}

function refuse(redis: RedisModel, folders: readonly string[]): void {
  if (redis.install !== 'source') {
    const seen = 'with install: package the description names no source';
    throw buildFailure(redis, seen, 'Set redis.install=source.', EXIT.usage);
  }
  requireDigest(redis);
  if (process.platform === 'win32') {
    const seen = 'Redis does not run on Windows';
    throw buildFailure(redis, seen, 'Run redis-lab inside WSL.', EXIT.noBackend);
  }
  const missing = missingTools(redis, folders);
  if (missing.length > 0) {
    const next = 'Install what is missing: make, tar and a compiler for C and C++.';
    throw buildFailure(redis, `there is no ${missing.join(', no ')}`, next, EXIT.noBackend);
  }
}

/** Puts a finished build in its place in one step, unless another redis-lab was faster. */
async function keep(
  redis: RedisModel,
  folder: Folder,
  finished: string,
  signal: AbortSignal | undefined,
): Promise<Build> {
  const here = () => cachedBuild(redis, { cache: folder.root, signal });
  const name = buildName(releaseOf(redis));
  try {
    folder.rename(finished, name);
  } catch (error) {
    const others = await here();
    if (others) return others;
    if (!exists(path.join(folder.root, name))) throw error;
    // It does not run, or somebody else could have made it: it would have been taken before.
    folder.removeTree(name);
    folder.rename(finished, name);
  }
  const kept = await here();
  if (!kept) throw buildFailure(redis, `${name} does not run`, 'Try again.');
  return kept;
}
