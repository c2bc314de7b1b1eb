/** Mending servers that run and do not answer as they should: a process that is there is no server yet. */
import type { Backend, Service, Stuck } from '../backends/backend.js';
import { now, sleep } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { NoAnswer, Refusal, withConnection } from '../redis-view/connection.js';
import { type Endpoint, redisEndpoint, sentinelEndpoint } from '../redis-view/endpoints.js';
import { type Message, message } from '../report/messages.js';
import { withCauses } from './causes.js';
import { agreedMaster, type Flaw, flawsOf } from './health.js';
import { type Observation, Observer } from './observe.js';
import { ProcessWatch } from './process-watch.js';
import { save } from './save.js';
import { canSetBack, setBackOf } from './set-back.js';
import { shunnedIn } from './shunned.js';

/**
 * A server in a script says nothing for 5 s (busy-reply-threshold), and then what it is doing: until then it is not known
 * what to do about it. One that says nothing for longer hangs. Milliseconds.
 */
const SILENT_MS = 7000;
const LOOK_EVERY_MS = 100;

/** A Sentinel may keep a connection that a partition broke for 15 s; whoever has no answer after this will get none. Milliseconds. */
const SHUNNED_MS = 25_000;
const SHUNNED_LOOK_MS = 500;

/** Between a command and what comes of it: a promotion, a save, the end of a server. Milliseconds. */
const EFFECT_MS = 15_000;

export interface MendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with what is waited for. */
  readonly onWaiting?: ((flaw: Message) => void) | undefined;
}

/**
 * Undoes faults, starts what does not run, and then mends what runs and refuses or says nothing, the master last, and at the
 * end what does not let the others in. What data
 * it has is kept: a script that has not written is ended alone; a master that cannot save hands over first.
 * @throws what `backend.heal` throws, and the signal's reason
 */
export async function mend(backend: Backend, options: MendOptions = {}): Promise<Message[]> {
  const mended = [...(await backend.heal({ signal: options.signal }))];
  const { lab } = await backend.status();
  if (!lab) return mended;
  const observer = new Observer(lab);
  const context = { lab, backend, observer };
  const tried = new Set<string>();
  try {
    for (;;) {
      const { seen, flaws } = await stuckServers(context, options);
      // A second cause may show once the first one is gone; the same one again cannot be mended here.
      const open = flaws.filter((flaw) => !tried.has(keyOf(flaw)));
      for (const flaw of open) tried.add(keyOf(flaw));
      mended.push(...(await mendAll(context, seen, open, options)));
      if (open.length > 0) continue;
      const shunned = await shunnedServers(context, tried, options);
      if (shunned.length === 0) return mended;
      for (const each of shunned) tried.add(stuckKey(each));
      mended.push(...(await backend.heal({ signal: options.signal, restart: shunned })));
    }
  } finally {
    observer.close();
  }
}

/** What is wrong with servers and does not pass by itself. A silent one is given time to say why. */
async function stuckServers(
  { lab, backend, observer }: MendContext,
  { signal, onWaiting }: MendOptions,
): Promise<{ readonly seen: Observation; readonly flaws: readonly Flaw[] }> {
  const processes = new ProcessWatch(backend);
  const silentSince = new Map<string, number>();
  for (;;) {
    const seen = await observer.look();
    const flaws = flawsOf(lab, seen).filter((flaw) => flaw.code in MENDING || canSetBack(flaw));
    const silent = flaws.filter(({ code }) => code.endsWith('-silent'));
    const keys = silent.map(keyOf);
    for (const key of silentSince.keys()) if (!keys.includes(key)) silentSince.delete(key);
    for (const key of keys) silentSince.set(key, silentSince.get(key) ?? now());
    const [first] = silent;
    if (!first || now() - Math.max(...silentSince.values()) >= SILENT_MS) return { seen, flaws };
    await processes.look(signal);
    onWaiting?.(first);
    await sleep(LOOK_EVERY_MS, signal);
  }
}

/** Servers that answer, and not each other, for so long that it is not about to be over. */
async function shunnedServers(
  { lab, backend, observer }: MendContext,
  tried: ReadonlySet<string>,
  { signal, onWaiting }: MendOptions,
): Promise<Stuck[]> {
  const since = now();
  for (;;) {
    const seen = await observer.look();
    const flaws = await withCauses(flawsOf(lab, seen), backend);
    const found = shunnedIn(lab, seen, flaws, (each) => tried.has(stuckKey(each)));
    const [why] = flaws;
    if (!why || found.length === 0 || now() - since >= SHUNNED_MS) return found;
    onWaiting?.(why);
    await sleep(SHUNNED_LOOK_MS, signal);
  }
}

function keyOf({ code, values }: Flaw): string {
  return `${code} ${values['node']} ${values['name']}`;
}

function stuckKey({ node, service }: Stuck): string {
  return `restarted ${node} ${service}`;
}

interface MendContext {
  readonly lab: LabModel;
  readonly backend: Backend;
  readonly observer: Observer;
}

/** Does what can be done about each; gives what came of it. */
async function mendAll(
  context: MendContext,
  seen: Observation,
  flaws: readonly Flaw[],
  { signal }: MendOptions,
): Promise<Message[]> {
  const master = agreedMaster(context.lab, seen)?.name;
  const last = ({ code, values }: Flaw) =>
    code.startsWith('servers.sentinel') ? 0 : values['node'] === master ? 2 : 1;
  const mended: Message[] = [];
  for (const flaw of flaws.toSorted((a, b) => last(a) - last(b))) {
    signal?.throwIfAborted();
    const node = context.lab.nodes.find(({ name }) => name === flaw.values['node']);
    if (!node) continue;
    const work = MENDING[flaw.code] ?? setBack;
    mended.push(...(await work(context, node, flaw, signal)));
  }
  return mended;
}

type Mending = (
  context: MendContext,
  node: NodeModel,
  flaw: Flaw,
  signal: AbortSignal | undefined,
) => Promise<readonly Message[]>;

/** By what is wrong. Ending and starting would not mend what is not here: data that is loading, a missing replica. */
const MENDING: Readonly<Record<string, Mending>> = {
  'servers.redis-busy': endScript,
  'servers.redis-unsaved': saveAgain,
  'servers.redis-locked': restartRedis,
  'servers.redis-refuses': restartRedis,
  'servers.redis-silent': restartRedis,
  'servers.sentinel-locked': restart('sentinel'),
  'servers.sentinel-refuses': restart('sentinel'),
  'servers.sentinel-silent': restart('sentinel'),
};

/** Sets back what somebody set at run time; nothing is said where that was not it. */
async function setBack(...[context, node, flaw]: Parameters<Mending>): ReturnType<Mending> {
  const { lab, observer } = context;
  const way = setBackOf(lab, node, flaw);
  if (!way) return [];
  const { endpoint, words } = way;
  if ((await whyNot(() => withConnection(endpoint, (line) => line.ask(...words)))) !== undefined) {
    return [];
  }
  const left = flawsOf(lab, await observer.look()).map(keyOf);
  if (left.includes(keyOf(flaw))) return [];
  return [message('mended.set-back', { node: node.name, command: words.join(' ') })];
}

function restart(service: Service): Mending {
  return async ({ backend }, { name: node }, { values }, signal) => {
    const stuck: Stuck = { node, service, said: String(values['said'] ?? '') };
    return backend.heal({ signal, restart: [stuck] });
  };
}

/** A server that is asked to end saves its data first; one that hangs is killed, and without persistence nothing is saved. */
async function restartRedis(
  ...[context, node, flaw, signal]: Parameters<Mending>
): ReturnType<Mending> {
  const { persistence } = context.lab.redis;
  const ends = flaw.code !== 'servers.redis-silent';
  const isKept = persistence === 'aof' || (persistence === 'rdb' && ends);
  const before = isKept ? [] : await handOver(context, node, signal);
  return [...before, ...(await restart('redis')(context, node, flaw, signal))];
}

async function endScript(...given: Parameters<Mending>): ReturnType<Mending> {
  const [context, node, flaw, signal] = given;
  const endpoint = redisEndpoint(node);
  const { name } = node;
  const answers: string[] = [];
  for (const command of ['SCRIPT KILL', 'FUNCTION KILL']) {
    const [first = '', second = ''] = command.split(' ');
    const refused = await whyNot(() => withConnection(endpoint, (line) => line.ask(first, second)));
    if (refused === undefined) return [message('mended.script-ended', { node: name, command })];
    // It has ended by itself meanwhile.
    if (refused.startsWith('NOTBUSY')) return [];
    answers.push(refused);
  }
  if (!answers.some((refused) => refused.startsWith('UNKILLABLE'))) return restartRedis(...given);
  const before =
    context.lab.redis.persistence === 'aof' ? [] : await handOver(context, node, signal);
  const command = await shutDown(endpoint);
  const ended = await settles(signal, async () => {
    const { services } = await context.backend.status();
    return services.some(
      (each) => each.node === name && each.service === 'redis' && each.state === 'stopped',
    );
  });
  if (!ended) return [...before, ...(await restart('redis')(context, node, flaw, signal))];
  await context.backend.heal({ signal });
  return [...before, message('mended.script-unkillable', { node: name, command })];
}

/**
 * Has a server in a script end without saving; gives the command. Since 7.0 it waits for replicas that lag, and within a script
 * never looks again whether they have caught up: NOW has it not wait. Versions before know no such word.
 */
async function shutDown(endpoint: Endpoint): Promise<string> {
  const command = ['SHUTDOWN', 'NOSAVE', 'NOW'] as const;
  const refused = await whyNot(() => withConnection(endpoint, (line) => line.ask(...command)));
  if (!refused?.startsWith('ERR syntax')) return command.join(' ');
  await whyNot(() => withConnection(endpoint, (line) => line.ask('SHUTDOWN', 'NOSAVE')));
  return 'SHUTDOWN NOSAVE';
}

/** The obstacle may be gone by now. If it is not, the status that follows tells so. */
async function saveAgain(
  ...[, node, { values }, signal]: Parameters<Mending>
): ReturnType<Mending> {
  // What could not be added to an append-only file is tried again each second.
  if (values['status'] !== 'rdb_last_bgsave_status:err') return [];
  const refused = await whyNot(() =>
    withConnection(redisEndpoint(node), async (line) => {
      await save(line, node.name, signal);
      await line.ask('PING');
    }),
  );
  const command = 'BGSAVE';
  return refused === undefined ? [message('mended.saved', { node: node.name, command })] : [];
}

/** A replica takes over from a node, if that is the master and can be replaced: it is about to lose what it has not saved. */
async function handOver(
  { lab, observer }: MendContext,
  node: NodeModel,
  signal: AbortSignal | undefined,
): Promise<readonly Message[]> {
  const seen = await observer.look();
  if (agreedMaster(lab, seen) !== node) return [];
  const witness = seen.nodes.find(({ sentinel }) => sentinel && 'view' in sentinel)?.node;
  if (!witness) return [];
  const ask = () =>
    withConnection(sentinelEndpoint(witness), (line) =>
      line.ask('SENTINEL', 'FAILOVER', lab.sentinel.masterName),
    );
  const refused = await whyNot(ask);
  if (refused !== undefined && !refused.startsWith('INPROG')) return [];
  let heir: string | undefined;
  await settles(signal, async () => {
    const { nodes } = await observer.look();
    heir = nodes.find(
      (each) =>
        each.node !== node &&
        each.redis &&
        'view' in each.redis &&
        each.redis.view.role === 'master',
    )?.node.name;
    return heir !== undefined;
  });
  return heir === undefined ? [] : [message('mended.handed-over', { from: node.name, to: heir })];
}

/** Waits until it is so, or {@link EFFECT_MS} have passed; whether it is so. */
async function settles(
  signal: AbortSignal | undefined,
  isSo: () => Promise<boolean>,
): Promise<boolean> {
  const end = now() + EFFECT_MS;
  for (;;) {
    if (await isSo().catch(() => false)) return true;
    if (now() >= end) return false;
    await sleep(LOOK_EVERY_MS, signal);
  }
}

/** Why a server refused, or that it did not answer; undefined if it did what was asked. */
async function whyNot(ask: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal || error instanceof NoAnswer) return error.message;
    throw error;
  }
}
