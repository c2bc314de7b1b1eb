/** Before the first server of a lab starts: choosing addresses, writing state and files. */
import { EXIT, RedisLabError } from '../../errors.js';
import { locked } from '../../process/lock.js';
import { ownNetwork } from '../../process/own-network.js';
import { message } from '../../report/messages.js';
import { fitTo } from '../../spec/fit.js';
import type { Lack } from '../backend.js';
import type { Context } from './context.js';
import { digest } from './digest.js';
import { writeNodes } from './files.js';
import { isKnown } from './known-server.js';
import type { LocalServer } from './local-server.js';
import { type Addressing, localise } from './localise.js';
import { newPassword, passwordOf } from './password.js';
import { below, type LabPaths, NODES } from './paths.js';
import { chooseAddressing, refusal } from './ports.js';
import type { Reservation } from './reservation.js';
import { addressingIn, type State, writeState } from './state.js';

/** Name of the lock; no lab's name begins with a dot. */
const CHOOSING = '.choosing';
const CHOOSING_MS = 10_000;

/**
 * Makes a lab with new files, on its addresses of before, if any. `reservation` reserves them. None of its servers may run.
 */
export async function prepare(
  here: Context,
  before: Addressing | undefined,
  reservation: Reservation,
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
    // If they are reserved, another lab is being started there: whether the ports are free is checked before our servers start.
    if (before) await reservation.take(fitted, before);
    const addressing = before ?? (await chosen(here, reservation));
    const lab = localise(fitted, addressing);
    const state: State = {
      format: 1,
      description: digest(described),
      lab,
      server,
      addressing,
      prepared: false,
      ...networked(),
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

/** Adapts the lab to the server program that will run what does not run now. */
export async function refit(
  here: Context,
  state: State,
  lives: boolean,
  signal: AbortSignal | undefined,
): Promise<State> {
  const server = await serverFor(here, state.server, lives, signal);
  const lab = fitTo(state.lab, server);
  writeNodes(here.paths, lab, server, passwordOf(here, state));
  return { ...state, lab, server, ...networked() };
}

/** A network of its own ends with its last process, and the next one has another name. */
function networked(): Pick<State, 'network'> {
  const network = ownNetwork();
  return network === undefined ? {} : { network };
}

/** Removes the folder of all labs if it is empty, but for a lock that a killed redis-lab left there. */
export async function tidy({ paths: { root }, table }: Context): Promise<void> {
  if (!root.isOwn()) return;
  if (root.readLock(CHOOSING) !== undefined) {
    const asking = { doing: 'down', what: 'the addresses of labs' };
    // Taking a dead holder's lock and giving it back removes it. A living holder is making a lab, so the folder stays anyway.
    await locked(root, CHOOSING, table, asking, async () => undefined).catch(() => undefined);
  }
  root.removeEmptyRoot();
}

async function chosen(here: Context, reservation: Reservation): Promise<Addressing> {
  const result = await candidate(here, reservation);
  if ('kind' in result) return result;
  throw refusal(result);
}

/** The addresses that the lab would get, or what is lacking. */
export async function candidate(
  { described, paths, addressing }: Pick<Context, 'described' | 'paths' | 'addressing'>,
  reservation?: Reservation,
): Promise<Addressing | Lack> {
  const { root } = paths;
  const others = root.isOwn()
    ? root
        .list('')
        .filter((name) => name !== described.name)
        .flatMap((name) => addressingIn(below(root, name)) ?? [])
    : [];
  return chooseAddressing(
    described,
    addressing,
    `${root.root}\n${described.name}`,
    others,
    reservation,
  );
}

/** What is wrong with the path of the lab's folder; undefined: nothing. */
export function unfit(
  { folder }: LabPaths,
  { engine }: Pick<LocalServer, 'engine'>,
): Lack | undefined {
  if (/[*?[]/.test(folder.root)) {
    // From 7.0 on the server takes it as a pattern: without a match it runs without a configuration, open to everybody.
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
 * The server program for what does not run. Another version may be unable to read the data: so as long as one server runs, the
 * others use its program, and afterwards that which wrote the data is preferred. The recorded program counts only if it is
 * trusted.
 */
async function serverFor(
  here: Context,
  recorded: LocalServer,
  lives: boolean,
  signal: AbortSignal | undefined,
): Promise<LocalServer> {
  const trusted = isKnown(recorded);
  if (lives && trusted) return recorded;
  const found = await here.find(signal);
  if (found && (!trusted || found.program === recorded.program)) return found;
  if (trusted) return recorded;
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
    { exitCode: EXIT.notReady, code: 'host.no-server' },
  );
}
