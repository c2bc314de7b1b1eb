/** Finding a server on this machine. */
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
  /** Why programs were not used. */
  readonly passed: readonly Message[];
  /** Whether one of them is a server that is too old. */
  readonly tooOld: boolean;
}

/**
 * Looks in the cache for a build of exactly the described source, then in the folders of programs for the first server of the
 * described engine, and at last for one of the other engine.
 *
 * Builds in the cache must belong to this user or root. Programs in PATH may belong to another user (Homebrew, modules of a
 * cluster), as for a shell; but no program is run, not even for its version, that everybody may have put there.
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
  /** Path as found. */
  readonly file: string;
  /** Path with all links resolved, as a running process shows it. */
  readonly program: string;
  readonly argv0: string;
}

/**
 * Server and redis-check-rdb are one program, which decides by the name that it is called by. Debian's redis-tools has it as
 * redis-check-rdb, without the service of redis-server. So links are followed, and the server's name is always given.
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
