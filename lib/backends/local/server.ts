/** The server program: from the cache, the programs of this machine, its packages, or the source. */
import { buildFromSource } from '../../cache/build.js';
import { missingTools } from '../../cache/tools.js';
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabModel, RedisModel } from '../../model/model.js';
import { knownSha256, knownVersions, OLDEST_VERSION } from '../../model/releases.js';
import { inTurn, type Message, message } from '../../report/messages.js';
import { sourceProblem } from '../../spec/source.js';
import type { Lack, Remedy } from '../backend.js';
import { bothEngines, type Search, search, TITLE } from './find-server.js';
import { type Here, thisHost } from './here.js';
import type { LocalServer } from './local-server.js';
import { byHand, canInstall, installPackages, type Manager, managerOf } from './packages.js';

/**
 * The server that would run here; undefined if there is none. If the described version was built here, that; else a server of
 * this machine, in any version that redis-lab can configure.
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
 * That there is no server, and how to get one: from the system's package manager, or built from the source.
 * @throws the signal's reason
 */
export async function serverLack(
  lab: LabModel,
  signal?: AbortSignal,
  here: Here = thisHost(),
): Promise<Lack> {
  const { redis } = lab;
  const found = await search(redis, here, signal);
  const what = message('lack.server', { title: TITLE[redis.engine] });
  const seen = seenText(redis, here, found);
  return { code: 'redis-server', what, seen, ...remedyFor(redis, here, found) };
}

function seenText(redis: RedisModel, { platform, folders }: Here, { passed }: Search): Message {
  if (platform === 'win32') return message('lack.server.on-windows');
  const names = bothEngines(redis.engine).flatMap((each) => [
    `${each}-server`,
    `${each}-check-rdb`,
  ]);
  const { engine, version } = redis;
  const places = { names: names.join(', '), folders: folders.join(', ') };
  if (passed.length === 0) return message('lack.server.none', { engine, version, ...places });
  return message('lack.server.none-that-does', {
    engine,
    version,
    ...places,
    said: inTurn(passed),
  });
}

/** The command that does what the fix says. */
const WITH_CONSENT = 'redis-lab up --yes';

function remedyFor(redis: RedisModel, here: Here, found: Search): Pick<Lack, 'fix' | 'remedy'> {
  if (here.platform === 'win32') {
    return {
      fix: message('lack.server.on-windows.fix'),
    };
  }
  const manager = managerOf(here);
  const missing = missingTools(redis, here.folders);
  const canBuild = redis.install === 'source' && !sourceProblem(redis) && missing.length === 0;

  if (manager) {
    const packages = manager.packages[redis.engine].join(' ');
    const command = byHand(manager, `${manager.byHand} ${packages}`, here);
    // If a server is too old, the package probably is, too.
    if (canInstall(manager, here) && !(found.tooOld && canBuild)) {
      return {
        fix: message('lack.server.install-for-you', { command, up: WITH_CONSENT }),
        remedy: packageRemedy(redis, manager, here, canBuild),
      };
    }
    if (!canBuild) return { fix: message('lack.server.install', { command }) };
  }
  if (canBuild) {
    const fix = message('lack.server.build-for-you', { ...builds(redis), up: WITH_CONSENT });
    return { fix, remedy: buildRemedy(redis, here) };
  }
  return { fix: byHandText(redis, missing) };
}

function byHandText(redis: RedisModel, missing: readonly string[]): Message {
  const [first = '', second = ''] = bothEngines(redis.engine).map(
    (each) => `${TITLE[each]} ${OLDEST_VERSION[each]}`,
  );
  if (sourceProblem(redis)) {
    const versions = knownVersions(redis.engine).join(', ');
    return message('lack.server.by-hand-or-version', { first, second, versions });
  }
  return redis.install === 'source'
    ? message('lack.server.by-hand-or-tools', { first, second, tools: missing.join(', ') })
    : message('lack.server.by-hand-or-source', { first, second });
}

/**
 * Builds the described version, whatever other server this machine has; does nothing if that was done before. With `install:
 * package`, running it is an error, because the description names no source.
 */
export function buildRemedy(redis: RedisModel, { cache, folders }: Here = thisHost()): Remedy {
  return {
    describe: message('lack.server.build', builds(redis)),
    run: async (options) => {
      // It is in the cache now, where `findServer` looks first.
      await buildFromSource(redis, { cache, folders, ...options });
    },
  };
}

/** What would be built. What is built will be run, so a source that is not a known release is named. */
function builds({ engine, version, source }: RedisModel) {
  const known = source.sha256 === knownSha256(engine, version);
  const from = known
    ? message('source.its-source')
    : message('lack.server.named-source', { url: source.urls[0] ?? '' });
  return { engine, version, from };
}

function packageRemedy(redis: RedisModel, manager: Manager, here: Here, canBuild: boolean): Remedy {
  const packages = manager.packages[redis.engine].join(' ');
  return {
    describe: message('lack.server.packages', { packages, program: manager.program }),
    run: async (options) => {
      await installPackages(manager, redis.engine, here, options);
      const found = await search(redis, here, options.signal);
      if (found.server) return;
      if (canBuild) {
        options.onProgress?.(message('install.no-use', { said: inTurn(found.passed) }));
        await buildRemedy(redis, here).run(options);
        return;
      }
      const next =
        redis.install === 'source'
          ? `Install what it takes to build one, then run the same command again: ${byHand(manager, manager.tools, here)}`
          : byHandText(redis, []).text;
      throw new RedisLabError(
        `${manager.program} has done its work, and still there is no server that would do: ${seenText(redis, here, found).text}.\n${next}`,
        { exitCode: EXIT.program },
      );
    },
  };
}
