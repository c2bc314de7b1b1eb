/** Mending servers that run and do not answer as they should: a process that is there is no server yet. */
import type { Backend, Service, Stuck } from '../backends/backend.js';
import { now, sleep } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { NoAnswer, Refusal, withConnection } from '../redis-view/connection.js';
import { redisEndpoint, sentinelEndpoint } from '../redis-view/endpoints.js';
import { infoFields } from '../redis-view/fields.js';
import { type Message, message } from '../report/messages.js';
import { agreedMaster, type Flaw, flawsOf } from './health.js';
import { type Observation, Observer } from './observe.js';
import { ProcessWatch } from './process-watch.js';

/**
 * A server in a script says nothing for 5 s (busy-reply-threshold), and then what it is doing: until then it is not known
 * what to do about it. One that says nothing for longer hangs. Milliseconds.
 */
const SILENT_MS = 7000;
const LOOK_EVERY_MS = 100;

/** Between a command and what comes of it: a promotion, a save, the end of a server. Milliseconds. */
const EFFECT_MS = 15_000;

export interface MendOptions {
  readonly signal?: AbortSignal | undefined;
  /** What is waited for. */
  readonly onWaiting?: ((flaw: Message) => void) | undefined;
}

/**
 * Undoes faults, starts what does not run, and then mends what runs and refuses or says nothing, the master last. What data
 * it has is kept: a script that has not written is ended alone; a master that cannot save hands over first.
 * @throws what `backend.heal` throws, and the signal's reason
 */
export async function mend(backend: Backend, options: MendOptions = {}): Promise<Message[]> {
  const mended = [...(await backend.heal({ signal: options.signal }))];
  const { lab } = await backend.status();
  if (!lab) return mended;
  const observer = new Observer(lab);
  const tried = new Set<string>();
  try {
    for (;;) {
      const { seen, flaws } = await stuckServers({ lab, backend, observer }, options);
      // A second cause may show once the first one is gone; the same one again is beyond us.
      const open = flaws.filter((flaw) => !tried.has(keyOf(flaw)));
      if (open.length === 0) break;
      for (const flaw of open) tried.add(keyOf(flaw));
      mended.push(...(await mendAll({ lab, backend, observer }, seen, open, options)));
    }
    return mended;
  } finally {
    observer.close();
  }
}

/** What is wrong with servers, and is not over by itself: what loads is let load, and what is silent may have a reason yet to say. */
async function stuckServers(
  { lab, backend, observer }: Ward,
  { signal, onWaiting }: MendOptions,
): Promise<{ readonly seen: Observation; readonly flaws: readonly Flaw[] }> {
  const processes = new ProcessWatch(backend);
  const silentSince = new Map<string, number>();
  for (;;) {
    const seen = await observer.look();
    const flaws = flawsOf(lab, seen).filter(({ code }) => MENDING[code]);
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

function keyOf({ code, values }: Flaw): string {
  return `${code} ${values['node']}`;
}

interface Ward {
  readonly lab: LabModel;
  readonly backend: Backend;
  readonly observer: Observer;
}

/** Does what can be done about each; gives what came of it. */
async function mendAll(
  ward: Ward,
  seen: Observation,
  flaws: readonly Flaw[],
  { signal }: MendOptions,
): Promise<Message[]> {
  const master = agreedMaster(ward.lab, seen)?.name;
  const last = ({ code, values }: Flaw) =>
    code.startsWith('servers.sentinel') ? 0 : values['node'] === master ? 2 : 1;
  const mended: Message[] = [];
  for (const flaw of flaws.toSorted((a, b) => last(a) - last(b))) {
    signal?.throwIfAborted();
    const node = ward.lab.nodes.find(({ name }) => name === flaw.values['node']);
    if (!node) continue;
    const work = MENDING[flaw.code];
    mended.push(...((await work?.(ward, node, flaw, signal)) ?? []));
  }
  return mended;
}

type Mending = (
  ward: Ward,
  node: NodeModel,
  flaw: Flaw,
  signal: AbortSignal | undefined,
) => Promise<readonly Message[]>;

/** By what is wrong. What is not here no end and no start would mend: data that is loading, memory that is full, a missing replica. */
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

function restart(service: Service): Mending {
  return async ({ backend }, { name: node }, { values }, signal) => {
    const stuck: Stuck = { node, service, said: String(values['said'] ?? '') };
    return backend.heal({ signal, restart: [stuck] });
  };
}

/** What saves when it is asked to end loses nothing; what hangs is killed, and what has no persistence saves nothing. */
async function restartRedis(
  ...[ward, node, flaw, signal]: Parameters<Mending>
): ReturnType<Mending> {
  const { persistence } = ward.lab.redis;
  const ends = flaw.code !== 'servers.redis-silent';
  const isKept = persistence === 'aof' || (persistence === 'rdb' && ends);
  const before = isKept ? [] : await handOver(ward, node, signal);
  return [...before, ...(await restart('redis')(ward, node, flaw, signal))];
}

async function endScript(...given: Parameters<Mending>): ReturnType<Mending> {
  const [ward, node, , signal] = given;
  const endpoint = redisEndpoint(node);
  const { name } = node;
  const answers: string[] = [];
  for (const command of ['SCRIPT KILL', 'FUNCTION KILL']) {
    const [first = '', second = ''] = command.split(' ');
    const refused = await said(() => withConnection(endpoint, (line) => line.ask(first, second)));
    if (refused === undefined) return [message('mended.script-ended', { node: name, command })];
    // It has ended by itself meanwhile.
    if (refused.startsWith('NOTBUSY')) return [];
    answers.push(refused);
  }
  if (!answers.some((refused) => refused.startsWith('UNKILLABLE'))) return restartRedis(...given);
  const command = 'SHUTDOWN NOSAVE';
  const before = ward.lab.redis.persistence === 'aof' ? [] : await handOver(ward, node, signal);
  await said(() => withConnection(endpoint, (line) => line.ask('SHUTDOWN', 'NOSAVE')));
  await settles(signal, async () => {
    const { services } = await ward.backend.status();
    return services.some(
      (each) => each.node === name && each.service === 'redis' && each.state === 'stopped',
    );
  });
  await ward.backend.heal({ signal });
  return [...before, message('mended.script-unkillable', { node: name, command })];
}

/** Whatever was in the way may be gone; if it is not, nothing is said: what is wrong is told afterwards. */
async function saveAgain(...[, node, , signal]: Parameters<Mending>): ReturnType<Mending> {
  const ask = (...words: [string, ...string[]]) =>
    withConnection(redisEndpoint(node), (line) => line.ask(...words));
  const command = 'BGSAVE';
  if ((await said(() => ask(command))) !== undefined) return [];
  await settles(signal, async () => {
    const fields = infoFields(await ask('INFO', 'persistence'));
    return fields['rdb_bgsave_in_progress'] === '0';
  });
  const refused = await said(() => ask('PING'));
  return refused === undefined ? [message('mended.saved', { node: node.name, command })] : [];
}

/** A replica takes over from a node, if that is the master and can be replaced: it is about to lose what it has not saved. */
async function handOver(
  { lab, observer }: Ward,
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
  const refused = await said(ask);
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

/** Waits until it is so, or its time is up: what is not so then is told by whoever looks next. */
async function settles(
  signal: AbortSignal | undefined,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const end = now() + EFFECT_MS;
  while (!(await isSo().catch(() => false)) && now() < end) await sleep(LOOK_EVERY_MS, signal);
}

/** Why a server does not do it, or the word that it does not answer; undefined: it does. */
async function said(ask: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal || error instanceof NoAnswer) return error.message;
    throw error;
  }
}
