/** What a lab needs before its first server starts: addresses, files, and that somebody remembers them. */
import { EXIT, RedisLabError } from '../../errors.js';
import { locked } from '../../process/lock.js';
import { message } from '../../report/messages.js';
import { fitTo } from '../../spec/fit.js';
import type { Lack } from '../backend.js';
import type { Claim } from './claim.js';
import type { Context } from './context.js';
import { digest } from './digest.js';
import { writeNodes } from './files.js';
import { isKnown } from './known-server.js';
import type { LocalServer } from './local-server.js';
import { type Addressing, localise } from './localise.js';
import { newPassword, passwordOf } from './password.js';
import { below, type LabPaths, NODES } from './paths.js';
import { chooseAddressing, refusal } from './ports.js';
import { addressingIn, type State, writeState } from './state.js';

/** A lock's name that can be no lab's. */
const CHOOSING = '.choosing';
const CHOOSING_MS = 10_000;

/**
 * A lab with new files, on the addresses that it had before if it had some; `claim` holds them. Nothing of it may live.
 */
export async function prepare(
  here: Context,
  before: Addressing | undefined,
  claim: Claim,
  signal: AbortSignal | undefined,
): Promise<State> {
  const { described, paths, table } = here;
  const server = await serverOf(here, signal);
  const fitted = fitTo(described, server);
  const folderLack = unfit(paths, server);
  if (folderLack) throw refusal(folderLack);
  signal?.throwIfAborted();
  // Two labs that choose at the same moment must not choose the same.
  const waiting = { doing: 'up', what: 'the addresses of labs', waitMs: CHOOSING_MS };
  const state = await locked(paths.root, CHOOSING, table, waiting, async () => {
    // Whoever holds them chooses at this moment: before anything starts it is looked at who listens there.
    if (before) await claim.take(fitted, before);
    const addressing = before ?? (await chosen(here, claim));
    const lab = localise(fitted, addressing);
    const state: State = {
      format: 1,
      description: digest(described),
      lab,
      server,
      addressing,
      prepared: false,
      processes: {},
    };
    writeState(paths, state);
    return state;
  });
  paths.folder.removeTree(NODES);
  newPassword(paths);
  const ready = { ...state, prepared: true, password: true };
  writeNodes(paths, state.lab, server, passwordOf(here, ready));
  return ready;
}

/** The lab as it is, brought to the server that will run what does not live. */
export async function refit(
  here: Context,
  state: State,
  lives: boolean,
  signal: AbortSignal | undefined,
): Promise<State> {
  const server = await serverFor(here, state.server, lives, signal);
  const lab = fitTo(state.lab, server);
  writeNodes(here.paths, lab, server, passwordOf(here, state));
  return { ...state, lab, server };
}

/** Removes the folder of all labs if none is left, even if somebody was killed while he chose addresses. */
export async function tidy({ paths: { root }, table }: Context): Promise<void> {
  if (!root.isOwn()) return;
  if (root.claimed(CHOOSING) !== undefined) {
    const asking = { doing: 'down', what: 'the addresses of labs' };
    // Taken over from the dead and given back. Somebody who lives makes a lab: the folder stays anyway.
    await locked(root, CHOOSING, table, asking, async () => undefined).catch(() => undefined);
  }
  root.removeEmptyRoot();
}

async function chosen(here: Context, claim: Claim): Promise<Addressing> {
  const result = await candidate(here, claim);
  if ('kind' in result) return result;
  throw refusal(result);
}

/** The addresses that the lab would get, or why there are none. */
export async function candidate(
  { described, paths, addressing }: Pick<Context, 'described' | 'paths' | 'addressing'>,
  claim?: Claim,
): Promise<Addressing | Lack> {
  const { root } = paths;
  const others = root.isOwn()
    ? root
        .list('')
        .filter((name) => name !== described.name)
        .flatMap((name) => addressingIn(below(root, name)) ?? [])
    : [];
  return chooseAddressing(described, addressing, `${root.root}\n${described.name}`, others, claim);
}

/** What the folder's name would do to a server. */
export function unfit(
  { folder }: LabPaths,
  { engine }: Pick<LocalServer, 'engine'>,
): Lack | undefined {
  if (/[*?[]/.test(folder.root)) {
    // From 7.0 on: where none matches it runs without a configuration, for everybody; else on whosever file that is.
    return {
      code: 'folder',
      what: folder.root,
      seen: message('folder.pattern'),
      fix: message('folder.other'),
    };
  }
  if (engine !== 'valkey' || !/["\\]/.test(folder.root)) return undefined;
  return {
    code: 'folder',
    what: folder.root,
    seen: message('folder.quote'),
    fix: message('folder.other'),
  };
}

/**
 * Servers of different versions may not read each other's data: as long as one lives, the others
 * are to be like it; and what wrote the data is the surest to read it. What was noted down counts only where it is a
 * server that would be found here.
 */
async function serverFor(
  here: Context,
  recorded: LocalServer,
  lives: boolean,
  signal: AbortSignal | undefined,
): Promise<LocalServer> {
  const there = isKnown(recorded);
  if (lives && there) return recorded;
  const found = await here.find(signal);
  if (found && (!there || found.program === recorded.program)) return found;
  if (there) return recorded;
  return serverOf(here, signal);
}

async function serverOf(
  { find, described }: Context,
  signal: AbortSignal | undefined,
): Promise<LocalServer> {
  const server = await find(signal);
  if (server) return server;
  throw new RedisLabError(
    `There is no ${described.redis.engine} server on this machine that could run the lab. Install one, or let redis-lab do it: redis-lab up --yes.`,
    { exitCode: EXIT.noBackend, code: 'host.no-server' },
  );
}
