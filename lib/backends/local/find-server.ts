/** Which Redis server this host has. */
import path from 'node:path';
import { askServer } from '../../cache/ask-server.js';
import { cachedBuild, foreignBuild } from '../../cache/cached-build.js';
import type { RedisModel } from '../../model/model.js';
import { compareVersions, type Engine, OLDEST_VERSION } from '../../model/releases.js';
import { type Message, message } from '../../report/messages.js';
import { isProgram, realPath } from '../../workspace/inspect.js';
import { everybodysPlace } from '../../workspace/trust.js';
import type { Here } from './here.js';
import type { LocalServer } from './local-server.js';

export interface Search {
  readonly server: LocalServer | undefined;
  /** Programs that were passed over, and why. */
  readonly passed: readonly Message[];
  /** Whether one of them is a server, but too old. */
  readonly tooOld: boolean;
}

/**
 * Looks into the cache for the very build that is described, then into the folders of programs: there
 * the first of the described engine is taken, and only if there is none, one of the other engine.
 *
 * What lies in the cache must be this user's or root's alone. What a PATH names is its owner's choice, as it is
 * for a shell, and may be another user's (Homebrew, a cluster's modules); but nothing is asked, and so run, that
 * everybody may have put there.
 * @throws the signal's reason
 */
export async function search(redis: RedisModel, here: Here, signal?: AbortSignal): Promise<Search> {
  const built = await cachedBuild(redis, { cache: here.cache, signal });
  const { engine } = redis;
  if (built) {
    const program = realPath(built.server) ?? built.server;
    const named = { engine, version: redis.version, argv0: `${engine}-server` };
    const server = { ...named, program, cli: built.cli };
    return { server, passed: [], tooOld: false };
  }

  let other: LocalServer | undefined;
  let tooOld = false;
  const foreign = foreignBuild(redis, here.cache);
  const passed = foreign
    ? [message('server.foreign-build', { said: foreign.seen, fix: foreign.fix })]
    : [];
  for (const { file, program, argv0 } of candidates(engine, here)) {
    const everybodys = everybodysPlace(file);
    if (everybodys !== undefined) {
      passed.push(message('server.unasked', { file, place: everybodys }));
      continue;
    }
    const answer = await askServer(program, argv0, signal);
    if ('flaw' in answer) {
      passed.push(message('server.flawed', { file, said: answer.flaw }));
      continue;
    }
    const oldest = OLDEST_VERSION[answer.engine];
    const cli = cliFor(answer.engine, [path.dirname(file), path.dirname(program), ...here.folders]);
    if (compareVersions(answer.version, oldest) < 0) {
      tooOld = true;
      const { version } = answer;
      passed.push(
        message('server.too-old', { file, title: TITLE[answer.engine], version, oldest }),
      );
    } else if (cli === undefined) {
      passed.push(message('server.no-client', { file }));
    } else {
      const server = { ...answer, program, argv0, cli };
      if (answer.engine === engine) return { server, passed, tooOld };
      other ??= server;
    }
  }
  return { server: other, passed, tooOld };
}

export const TITLE: Readonly<Record<Engine, string>> = { redis: 'Redis', valkey: 'Valkey' };

/** The described one first. */
export function bothEngines(first: Engine): Engine[] {
  return first === 'redis' ? ['redis', 'valkey'] : ['valkey', 'redis'];
}

interface Candidate {
  /** As it was found. */
  readonly file: string;
  /** The file in the end; the running process shows this one. */
  readonly program: string;
  readonly argv0: string;
}

/**
 * Server and checker of dumps are one program that looks at the name it was called by. Debian's
 * redis-tools has it as redis-check-rdb, without the service that redis-server brings. So links are
 * followed, and the name that makes it a server is always given.
 */
function candidates(engine: Engine, { folders, platform }: Here): Candidate[] {
  if (platform === 'win32') return [];
  const found = bothEngines(engine).flatMap((each) =>
    [`${each}-server`, `${each}-check-rdb`].flatMap((name) =>
      folders
        .map((folder) => path.join(folder, name))
        .filter(isProgram)
        .map((file) => ({ file, program: realPath(file) ?? file, argv0: `${each}-server` })),
    ),
  );
  // Of the same program under the same name, the first.
  const keyOf = ({ program, argv0 }: Candidate) => `${program}\0${argv0}`;
  return found.filter((one, at) => found.findIndex((each) => keyOf(each) === keyOf(one)) === at);
}

function cliFor(engine: Engine, folders: readonly string[]): string | undefined {
  const [own = '', other = ''] = bothEngines(engine).map((each) => `${each}-cli`);
  const [first, second] = [own, other].map((name) =>
    folders
      .map((folder) => path.join(folder, name))
      .find((file) => isProgram(file) && everybodysPlace(file) === undefined),
  );
  return first ?? second;
}
