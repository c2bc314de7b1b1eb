/** Starting the servers that do not run. */
import { foreignBuild } from '../../cache/cached-build.js';
import { usage } from '../../errors.js';
import { ownNetwork } from '../../process/own-network.js';
import { end, signal as send } from '../../process/processes.js';
import { asTold, type Message, message } from '../../report/messages.js';
import { all } from '../all.js';
import type { HealOptions, UpOptions, UpResult } from '../backend.js';
import { otherServer } from '../notes.js';
import { anotherDescription } from '../refusals.js';
import { isMeant, type LabService, servicesOf } from '../services.js';
import type { Context } from './context.js';
import { digest } from './digest.js';
import { endAll, GRACE } from './end.js';
import { restoreAccess, startsAsReplica } from './files.js';
import { enterable, NO_PASSWORD, noteOnOldServer, passwordOf } from './password.js';
import { type LabPaths, NODES, PASSWORD, STATE } from './paths.js';
import { portLack, refusal } from './ports.js';
import { prepare, refit } from './prepare.js';
import { Reservation } from './reservation.js';
import { answered, type Started, start } from './start.js';
import { type Recorded, type State, writeState } from './state.js';
import { type Surveyed, stateOf, strays, survey } from './survey.js';
import { checkConfigurations } from './trust.js';

/** @see Backend.up; the caller holds the lock */
export async function up(here: Context, options: UpOptions): Promise<UpResult> {
  const { paths, table } = here;
  const { fresh = false, signal } = options;
  const before = await stateOf(paths, table);
  const found = before ? await survey(paths, table, before) : [];
  const lives = found.some((each) => each.process);
  if (before && (lives || !fresh)) refuseOther(here, before, lives);
  if (before && !fresh) refuseOtherNetwork(before);
  if (!before?.prepared || fresh) {
    const endings = [...endingsOf(found), ...(await strayEndings(here))];
    await endAll(table, endings, GRACE.unwanted);
    return begin(here, before, options);
  }
  await resume(here, found, options);
  const missing = found.filter((each) => !each.process);
  if (missing.length === 0) return upped(here, before, []);
  const state = await refit(here, before, lives, signal);
  return startMissing(here, recorded(state, found), missing, options);
}

/** Restarts what is to be restarted, and starts what does not run; gives a sentence for each thing mended. */
export async function mend(
  here: Context,
  state: State,
  seen: readonly Surveyed[],
  { signal, restart = [], only }: HealOptions,
): Promise<Message[]> {
  const stuck = (each: Surveyed) =>
    restart.find(({ node, service }) => node === each.node.name && service === each.service);
  const meant = (each: Surveyed) => isMeant(each, only);
  const resumed = await resume(
    here,
    seen.filter((each) => meant(each) && !stuck(each)),
    { signal },
  );
  const restarted: Message[] = [];
  const found: Surveyed[] = [];
  for (const each of seen) {
    const why = stuck(each);
    if (!why || !each.process) {
      found.push(each);
      continue;
    }
    const how = await end(here.table, each.name, each.process, GRACE.kept);
    restoreAccess(here.paths, state.lab, each, passwordOf(here, state));
    found.push({ ...each, process: undefined, state: 'stopped' });
    const code = `mended.${each.service}-${how === 'killed' ? 'killed' : 'restarted'}` as const;
    restarted.push(message(code, { node: each.node.name, said: why.said }));
  }
  const missing = found.filter((each) => meant(each) && !each.process);
  if (missing.length === 0) return resumed;
  await startEnded(here, state, found, missing, { signal });
  return [
    ...resumed,
    ...restarted,
    ...missing
      .filter((each) => !stuck(each))
      .map(({ node, service }) => message(`mended.${service}-started`, { node: node.name })),
  ];
}

/**
 * Starts servers that have ended, and waits until they answer.
 * @param first what is done as late as can be before they are started, such as ending them
 */
export async function startEnded(
  here: Context,
  state: State,
  found: readonly Surveyed[],
  ended: readonly Surveyed[],
  {
    env,
    signal,
    first,
  }: {
    readonly env?: Readonly<Record<string, string>> | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly first?: (() => Promise<void>) | undefined;
  } = {},
): Promise<void> {
  const ready = await refit(here, state, true, signal);
  await first?.();
  await startMissing(here, recorded(ready, found), ended, { signal }, env);
}

async function begin(
  here: Context,
  before: State | undefined,
  options: UpOptions,
): Promise<UpResult> {
  const { paths } = here;
  await using reservation = new Reservation();
  try {
    const state = await prepare(here, before?.addressing, reservation, options.signal);
    options.onProgress?.({ phase: 'files', text: paths.folder.root });
    return await startMissing(here, state, servicesOf(state.lab), options);
  } catch (error) {
    if (!before) forget(here);
    throw error;
  }
}

/** Removes what a failed first `up` made. */
function forget({ paths: { folder } }: Context): void {
  try {
    folder.removeTree(STATE);
    folder.removeTree(NODES);
    folder.removeTree(PASSWORD);
  } catch {
    // The user must see why `up` failed; `down` removes the rest.
  }
}

/** How long servers of a failed `up` may take to end, milliseconds. */
const UNDO_GRACE_MS = 5000;

async function startMissing(
  here: Context,
  state: State,
  missing: readonly LabService[],
  options: UpOptions,
  env?: Readonly<Record<string, string>>,
): Promise<UpResult> {
  const { paths, table } = here;
  checkConfigurations(here, state, missing);
  const lack = await portLack(state.lab, missing, options.signal);
  if (lack) throw refusal(lack);
  const started: Started[] = [];
  let processes: State['processes'] = state.processes;
  const record = (changes: State['processes']) => {
    processes = { ...processes, ...changes };
    writeState(paths, { ...state, processes });
  };
  options.signal?.throwIfAborted();
  record(Object.fromEntries(missing.map(({ name }) => [name, null])));
  try {
    for (const batch of batches(paths, missing)) {
      await startBatch(here, { ...state, env }, batch, started, record, options);
    }
  } catch (error) {
    const gone = started.map(({ name, identity }) => ({ name, identity }));
    await endAll(table, gone, UNDO_GRACE_MS);
    throw error;
  }
  return upped(here, state, started);
}

/**
 * Services that are started together. The master comes first: a replica that does not find it tries again only a second later,
 * and a Sentinel takes it for dead.
 */
function batches(paths: LabPaths, missing: readonly LabService[]): LabService[][] {
  const isFirst = ({ node, service }: LabService) =>
    service === 'redis' && !startsAsReplica(paths, node);
  return [
    missing.filter(isFirst),
    missing.filter((each) => each.service === 'redis' && !isFirst(each)),
    missing.filter((each) => each.service === 'sentinel'),
  ].filter((batch) => batch.length > 0);
}

async function startBatch(
  { paths, table }: Context,
  { env, ...state }: State & { readonly env?: Readonly<Record<string, string>> | undefined },
  batch: readonly LabService[],
  started: Started[],
  record: (changes: Record<string, Recorded>) => void,
  { signal, onProgress }: UpOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const results = await Promise.allSettled(
    batch.map((service) => start(paths, table, state.server, service, env)),
  );
  const now = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  started.push(...now);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  record(Object.fromEntries(now.map(({ name, identity }) => [name, identity])));
  await all(now, signal, async (each, off) => {
    await answered(paths, state.server, each, off);
    onProgress?.({ phase: 'start', text: each.name });
  });
  signal?.throwIfAborted();
  record(
    Object.fromEntries(now.map(({ name, identity }) => [name, { ...identity, listens: true }])),
  );
}

/** Continues hung servers; gives a sentence for each. */
async function resume(
  { table }: Context,
  found: readonly Surveyed[],
  { onProgress }: UpOptions,
): Promise<Message[]> {
  const resumed: Message[] = [];
  for (const each of found) {
    if (each.state !== 'hung' || !each.process) continue;
    if (!(await send(table, each.process, 'SIGCONT'))) continue;
    const told = message(`mended.${each.service}-continued`, { node: each.node.name });
    onProgress?.({ phase: 'start', ...asTold(told) });
    resumed.push(told);
  }
  return resumed;
}

/** The state, with the processes that were found. */
function recorded(state: State, found: readonly Surveyed[]): State {
  const processes = found.flatMap(({ name, process }) => {
    if (!process) return [];
    const before = state.processes[name];
    const same = before?.pid === process.pid && before.started === process.started;
    return [[name, same ? before : { pid: process.pid, started: process.started }] as const];
  });
  return { ...state, processes: Object.fromEntries(processes) };
}

function endingsOf(found: readonly Surveyed[]) {
  return found.flatMap(({ name, process }) => (process ? [{ name, identity: process }] : []));
}

async function strayEndings({ paths, table }: Context) {
  return (await strays(paths, table)).map(({ name, process }) => ({ name, identity: process }));
}

/** Its files say where connections come from, and what is outside of a network cannot reach what is inside. */
function refuseOtherNetwork({ lab, network }: State): void {
  const own = ownNetwork() !== undefined;
  if (own === (network !== undefined)) return;
  throw usage(
    own
      ? `The lab ${lab.name} was brought up in the machine's own network. Take it down first: redis-lab down.`
      : `The lab ${lab.name} was brought up in a network of its own. Bring it up there (redis-lab up --own-network), or take it down first: redis-lab down.`,
    'lab.other-description',
  );
}

function refuseOther({ described }: Context, before: State, lives: boolean): void {
  if (before.description === digest(described)) return;
  throw anotherDescription(described, before.lab, { lives, ofMachines: false });
}

function upped(here: Context, state: State, started: readonly Started[]): UpResult {
  const { described } = here;
  const { server, password = false } = state;
  const notes = [
    ...(started.length === 0 ? [] : notesOn(described, server)),
    ...(password ? [] : [NO_PASSWORD]),
  ];
  return {
    lab: enterable(here, state),
    server,
    started: started.map(({ name }) => name),
    startedAt: started.length === 0 ? undefined : Math.max(...started.map(({ at }) => at)),
    notes,
  };
}

function notesOn(described: Context['described'], server: State['server']): Message[] {
  const foreign = foreignBuild(described.redis);
  return [
    noteOnOldServer(server),
    foreign && message('note.foreign-build', { said: foreign.seen, fix: foreign.fix }),
    otherServer(described, server),
    described.redis.restartMs === null ? undefined : message('note.restart'),
  ].flatMap((note) => note ?? []);
}
