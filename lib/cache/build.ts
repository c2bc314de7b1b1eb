/** Compiling Redis or Valkey on this machine: slow once, then kept for every lab with the same source. */
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
 * Compiles the server and the client of a description from its source, and keeps both in the cache; gives a build that is
 * there already without using the network. The digest of the source is checked before it is unpacked. Takes about a minute.
 * Several calls at once do not disturb each other. When it is aborted, make and all that it started are ended, and half-made
 * files removed.
 * @throws RedisLabError when the description has no source, as with `install: package` (2); when a program is missing that the
 * build needs (3); when the source cannot be had, or the build fails, with its last lines (4)
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
    // If the cache is new, another user may have made it a moment before us.
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
      // make leaves the mode to the umask, which may allow others to write.
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
    throw buildFailure(redis, seen, 'Run redis-lab inside WSL.', EXIT.notReady);
  }
  const missing = missingTools(redis, folders);
  if (missing.length > 0) {
    const next = 'Install what is missing: make, tar and a compiler for C and C++.';
    throw buildFailure(redis, `there is no ${missing.join(', no ')}`, next, EXIT.notReady);
  }
}

/** Moves a finished build into its place in one step, unless another redis-lab was faster. */
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
    // The one in the way does not run, or is not ours: else it had been used in the first place.
    folder.removeTree(name);
    folder.rename(finished, name);
  }
  const kept = await here();
  if (!kept) throw buildFailure(redis, `${name} does not run`, 'Try again.');
  return kept;
}
