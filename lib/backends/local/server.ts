/** Where the local backend gets its server from: the build cache, this host's programs, its packages, the source. */
import { buildFromSource } from '../../cache/build.js';
import { missingTools } from '../../cache/tools.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabModel, RedisModel } from '../../model/model.js';
import { knownSha256, OLDEST_VERSION } from '../../model/releases.js';
import { sourceProblem } from '../../spec/source.js';
import type { Lack, Remedy } from '../backend.js';
import { bothEngines, type Search, search, TITLE } from './find-server.js';
import { type Here, thisHost } from './here.js';
import type { LocalServer } from './local-server.js';
import { byHand, canInstall, installPackages, type Manager, managerOf } from './packages.js';

/**
 * The server that would run here; undefined if there is none. It is the described engine and version
 * if that was built here; else what this host has, in any version that redis-lab can configure.
 * @throws the signal's reason
 */
export async function findServer(
  lab: LabModel,
  signal?: AbortSignal,
  here: Here = thisHost(),
): Promise<LocalServer | undefined> {
  return (await search(lab.redis, here, signal)).server;
}

/**
 * What is missing, and how it can be had: from the system's package manager, or else built from the source.
 * @throws the signal's reason
 */
export async function serverLack(
  lab: LabModel,
  signal?: AbortSignal,
  here: Here = thisHost(),
): Promise<Lack> {
  const { redis } = lab;
  const found = await search(redis, here, signal);
  const what = `${TITLE[redis.engine]} server`;
  const seen = seenText(redis, here, found);
  return { code: 'redis-server', what, seen, ...wayOut(redis, here, found) };
}

/**
 * Builds the very version that is described, whatever else this host has. Does nothing if that was
 * done. With `install: package`, running it is an error: such a description names no source.
 */
export function sourceRemedy({ redis }: LabModel, here: Here = thisHost()): Remedy {
  return buildRemedy(redis, here);
}

function seenText(redis: RedisModel, { platform, folders }: Here, { passed }: Search): string {
  if (platform === 'win32') return 'Redis does not run on Windows';
  const names = bothEngines(redis.engine).flatMap((each) => [
    `${each}-server`,
    `${each}-check-rdb`,
  ]);
  const none = `no build of ${redis.engine} ${redis.version} in the cache, and none of ${names.join(', ')} in ${folders.join(', ')}`;
  return passed.length === 0 ? none : `${none} that would do: ${passed.join('; ')}`;
}

/** The command that does with consent what a lack's fix says. */
const WITH_CONSENT = 'redis-lab up --yes';

function wayOut(redis: RedisModel, here: Here, found: Search): Pick<Lack, 'fix' | 'remedy'> {
  if (here.platform === 'win32') {
    return {
      fix: 'Run redis-lab inside WSL (wsl --install), or the generated files with Vagrant.',
    };
  }
  const manager = managerOf(here);
  const missing = missingTools(redis, here.folders);
  const canBuild = redis.install === 'source' && !sourceProblem(redis) && missing.length === 0;

  if (manager) {
    const packages = manager.packages[redis.engine].join(' ');
    const command = byHand(manager, `${manager.byHand} ${packages}`, here);
    // What the package brings is most likely the old one that was seen.
    if (canInstall(manager, here) && !(found.tooOld && canBuild)) {
      return {
        fix: `Install it: ${command}; "${WITH_CONSENT}" does that for you.`,
        remedy: packageRemedy(redis, manager, here, canBuild),
      };
    }
    if (!canBuild) return { fix: `Install it: ${command}` };
  }
  if (canBuild) {
    const fix = `"${WITH_CONSENT}" builds ${redis.engine} ${redis.version} from ${sourceText(redis)}.`;
    return { fix, remedy: buildRemedy(redis, here) };
  }
  return { fix: byHandText(redis, missing) };
}

function byHandText(redis: RedisModel, missing: readonly string[]): string {
  const servers = bothEngines(redis.engine)
    .map((each) => `${TITLE[each]} ${OLDEST_VERSION[each]}`)
    .join(' or ');
  const install = `Install ${servers} or newer, with its client, where PATH finds both`;
  const problem = sourceProblem(redis);
  if (problem) return `${install}; or choose a version that can be built: ${problem.fix}.`;
  return redis.install === 'source'
    ? `${install}; or what it takes to build it, which redis-lab then does: ${missing.join(', ')}.`
    : `${install}; or set redis.install=source.`;
}

function buildRemedy(redis: RedisModel, { cache, folders }: Here): Remedy {
  return {
    describe: `build ${redis.engine} ${redis.version} from ${sourceText(redis)}, which takes a minute or more`,
    run: async (options) => {
      // What it gives has been asked for its version where `findServer` looks first.
      await buildFromSource(redis, { cache, folders, ...options });
    },
  };
}

/** What is built is run: a description may name a source of somebody's own, digest and all. */
function sourceText({ engine, version, source }: RedisModel): string {
  if (source.sha256 === knownSha256(engine, version)) return 'its source';
  return `what the description names as its source, ${source.urls[0]} (a digest that redis-lab does not know)`;
}

function packageRemedy(redis: RedisModel, manager: Manager, here: Here, canBuild: boolean): Remedy {
  const packages = manager.packages[redis.engine].join(' ');
  return {
    describe: `install ${packages} with ${manager.program}`,
    run: async (options) => {
      await installPackages(manager, redis.engine, here, options);
      const found = await search(redis, here, options.signal);
      if (found.server) return;
      if (canBuild) {
        options.onProgress?.(`what was installed is of no use: ${found.passed.join('; ')}`);
        await buildRemedy(redis, here).run(options);
        return;
      }
      const next =
        redis.install === 'source'
          ? `Install what it takes to build one, then run the same command again: ${byHand(manager, manager.tools, here)}`
          : byHandText(redis, []);
      throw new RedisLabError(
        `${manager.program} has done its work, and still there is no server that would do: ${seenText(redis, here, found)}.\n${next}`,
        { exitCode: EXIT.program },
      );
    },
  };
}
