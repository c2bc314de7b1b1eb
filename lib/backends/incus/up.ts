/** Bringing a lab up on a server: what is missing is made, what is stopped is started, and nothing else. */
import { EXIT, RedisLabError, usage } from '../../errors.js';
import { builderOf, type LabModel, masterOf, type NodeModel } from '../../model/model.js';
import { whatDiffers } from '../../spec/fit.js';
import type { RunningServer, UpOptions, UpResult } from '../backend.js';
import { all } from '../machine/all.js';
import { bringHome } from '../machine/bring-home.js';
import { beginAnew } from '../machine/fresh.js';
import { mend } from '../machine/mend.js';
import { outcome } from '../machine/outcome.js';
import { endShare, newShareKey, openShare } from '../machine/share.js';
import { lacksService, NOTHING, type Survey } from '../machine/survey.js';
import { UNITS } from '../machine/units.js';
import { untilAllRun } from '../machine/wait.js';
import { NO_PAYLOAD, payloadFor } from '../payload.js';
import { anotherDescription } from '../refusals.js';
import { booted } from './boot.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';
import { missingLimits } from './limits.js';
import {
  makeInstance,
  makeNetwork,
  remember,
  removeAll,
  removeInstances,
  removeNetwork,
  settled,
} from './make.js';
import { load } from './payload.js';
import { shellOf } from './shell.js';
import { poolOf, uplinkOf } from './storage.js';
import { instanceNow, isThere, look, type Things, thingsOf } from './things.js';

/** What an `up` did so far, to be undone if it fails. */
interface Done {
  network: boolean;
  readonly made: string[];
  readonly started: string[];
}

/** @see Backend.up; whoever calls holds the lab's lock */
export async function up(
  client: Client,
  described: LabModel,
  options: UpOptions,
): Promise<UpResult> {
  const { fresh = false, signal } = options;
  // One that was killed may have left the server at work.
  await settled(client, described);
  let things = await thingsOf(client, described);
  if (isThere(things) && !things.sameDescription) {
    const lives = [...things.instances.values()].some(({ status }) => status !== 'stopped');
    if (lives || !fresh) throw anotherDescription(described);
    await removeAll(client, described);
    things = await thingsOf(client, described);
  }
  const halfMade = [...things.instances.values()].flatMap(({ ran, node }) => (ran ? [] : [node]));
  if (halfMade.length > 0) {
    await removeInstances(client, described.name, halfMade);
    things = await thingsOf(client, described);
  }
  const shell = shellOf(client, described.name);
  const before = await look(client, described, things);
  const done: Done = { network: false, made: [], started: [] };
  try {
    await make(client, described, things, done, options);
    await start(client, described, things, before, done, options);
    if (fresh) {
      const old = described.nodes.filter(({ name }) => !done.made.includes(name));
      await beginAnew(shell, described, old, signal);
    }
    // What has just booted started its services by itself.
    const awake = described.nodes.filter(({ name }) => !done.started.includes(name));
    await mendNodes(client, described, awake, options);
    const after = await allRun(client, described, fresh ? NOTHING : before, options);
    return await finished(client, described, things, fresh ? NOTHING : before, after, signal);
  } catch (error) {
    await undo(client, described, before, done);
    throw error;
  }
}

type Tell = (phase: 'files' | 'start', text: string) => void;

function teller({ onProgress }: UpOptions): Tell {
  return (phase, text) => onProgress?.({ phase, text });
}

/** Network and instances that are not there. */
async function make(
  client: Client,
  lab: LabModel,
  things: Things,
  done: Done,
  options: UpOptions,
): Promise<void> {
  const { signal } = options;
  const tell = teller(options);
  const missing = lab.nodes.filter(({ name }) => !things.instances.has(name));
  if (missing.length === 0 && things.network) return;
  const [pool = 'default', uplink, payload] = await Promise.all([
    poolOf(client),
    uplinkOf(client, lab),
    // A virtual machine takes files only once it runs, which is too late: it fetches by itself.
    lab.incus.vm
      ? NO_PAYLOAD
      : payloadFor(lab.redis, { signal, onProgress: (text) => tell('files', text) }),
  ]);
  const shareKey = things.shareKey ?? newShareKey();
  signal?.throwIfAborted();
  if (!things.network) {
    done.network = true;
    await makeNetwork(client, lab, lab);
    tell('files', `network ${lab.network.cidr}`);
  }
  await all(missing, signal, async (node, off) => {
    done.made.push(node.name);
    await makeInstance(client, lab, node, { pool, uplink, shareKey }, off);
    off.throwIfAborted();
    await load(client, lab, node, payload);
    tell('files', `${node.name} (${node.ip}, ${node.memoryMb} MB)`);
  });
}

/**
 * Starts what does not run, and waits until cloud-init is done with it, and with what runs without its services: its first
 * boot may have been begun by a call that was ended.
 */
async function start(
  client: Client,
  lab: LabModel,
  things: Things,
  before: Survey,
  done: Done,
  options: UpOptions,
): Promise<void> {
  const { signal } = options;
  const tell = teller(options);
  signal?.throwIfAborted();
  const asleep = lab.nodes.filter(({ name }) => things.instances.get(name)?.status !== 'running');
  // The first to come has the others wait for nothing: the builder's build, the master's answer.
  const first = [builderOf(lab), masterOf(lab)];
  const order = [...new Set([...first, ...asleep])].filter((node) => asleep.includes(node));
  const halfBooted = lab.nodes.filter(
    (node) => !asleep.includes(node) && lacksService(before, node.name),
  );
  const builder = builderOf(lab);
  const isReopened = done.made.length > 0 && !done.made.includes(builder.name);
  const reopen = async () => openShare(shellOf(client, lab.name), lab, signal);
  if (isReopened && !asleep.includes(builder)) await reopen();
  await all([...order, ...halfBooted], signal, async (node, off) => {
    const begunBefore = halfBooted.includes(node);
    if (!begunBefore) {
      done.started.push(node.name);
      tell('start', `${node.name}: booting`);
      await startInstance(client, lab, node);
      off.throwIfAborted();
    }
    await booted(client, lab, node, {
      signal: off,
      begunBefore,
      onStep: (text) => begunBefore || tell('start', `${node.name}: ${text}`),
    });
    if (isReopened && node === builder && !begunBefore) await reopen();
  });
}

async function startInstance(client: Client, lab: LabModel, node: NodeModel): Promise<void> {
  const instance = addressOf(client.remote, lab.name, node.name);
  // Starting one that is frozen makes it go on.
  const ran = await client.attempt(['start', '--quiet', instance], { deadlineMs: 120_000 });
  if (ran.code === 0) return;
  const log = await client.attempt(['info', instance, '--show-log'], { deadlineMs: 20_000 });
  const [, text = ''] = log.stdout.split(/^Log:$/m);
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-10);
  const { message } = client.failure(ran);
  throw new RedisLabError(
    [`${node.name} does not start. ${message}`, ...lines.map((line) => `  ${line.trim()}`)].join(
      '\n',
    ),
    { exitCode: EXIT.program },
  );
}

/** @see Backend.heal */
export async function heal(
  client: Client,
  lab: LabModel,
  described: LabModel,
  options: UpOptions,
): Promise<string[]> {
  const things = await thingsOf(client, described);
  const gone = lab.nodes.filter(({ name }) => !things.instances.has(name));
  if (gone.length > 0) {
    const names = gone.map(({ name }) => name).join(', ');
    throw usage(
      `Of ${names} the server has no instance any more: somebody removed it. Make it anew: redis-lab up.`,
    );
  }
  const before = await look(client, lab, things);
  const done: Done = { network: false, made: [], started: [] };
  await start(client, lab, things, before, done, options);
  const awake = lab.nodes.filter(({ name }) => !done.started.includes(name));
  const mended = await mendNodes(client, lab, awake, options);
  await allRun(client, lab, before, options);
  return [...done.started.map((node) => `${node} was started.`), ...mended];
}

async function mendNodes(
  client: Client,
  lab: LabModel,
  nodes: readonly NodeModel[],
  options: UpOptions,
): Promise<string[]> {
  const { signal } = options;
  signal?.throwIfAborted();
  if (nodes.length === 0) return [];
  const tell = teller(options);
  const { services } = await look(client, lab, await thingsOf(client, lab));
  const onStep = (text: string) => tell('start', text);
  return mend(shellOf(client, lab.name), lab, nodes, services, { onStep, signal });
}

async function allRun(client: Client, lab: LabModel, before: Survey, options: UpOptions) {
  const tell = teller(options);
  return untilAllRun(
    shellOf(client, lab.name),
    before,
    async () => look(client, lab, await thingsOf(client, lab)),
    { onStep: (text) => tell('start', text), signal: options.signal },
  );
}

async function finished(
  client: Client,
  described: LabModel,
  things: Things,
  before: Survey,
  after: Survey & { readonly at: number },
  signal: AbortSignal | undefined,
): Promise<UpResult> {
  const found = outcome(described, things.state?.server, before, after);
  const { lab, server, started } = found;
  const changed = JSON.stringify(things.state) !== JSON.stringify({ lab, server });
  if (changed) await remember(client, { lab, server });
  const notes = started.length === 0 ? [] : await notesOn(client, described, server, signal);
  if (started.length > 0) await endShare(shellOf(client, described.name), described, signal);
  return { ...found, notes };
}

async function notesOn(
  client: Client,
  described: LabModel,
  server: RunningServer,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const limits = described.incus.vm ? [] : await missingLimits(client);
  return [
    whatDiffers(described, server),
    limits.length === 0
      ? undefined
      : `The server does not hold the nodes to their memory and CPUs (${limits.join('; ')}).`,
    await bringHome(shellOf(client, described.name), described, signal),
  ].flatMap((note) => note ?? []);
}

/** Ends and removes what this call started and made; what was there before stays. */
async function undo(client: Client, lab: LabModel, before: Survey, done: Done): Promise<void> {
  try {
    await settled(client, lab);
    // By their labels: what was in the way of ours is somebody else's.
    const { instances, network } = await thingsOf(client, lab);
    const made = done.made.filter((node) => instances.has(node));
    await removeInstances(client, lab.name, made);
    if (done.network && network) await removeNetwork(client, lab);
    for (const node of done.started) {
      if (done.made.includes(node)) continue;
      await client.attempt(['stop', '--force', addressOf(client.remote, lab.name, node)]);
    }
    await stopAgain(client, lab, before);
  } catch {
    // Why it came to nothing is what the user must hear; `down` removes the rest.
  }
}

async function stopAgain(client: Client, lab: LabModel, before: Survey): Promise<void> {
  for (const each of before.services) {
    if (each.state !== 'stopped') continue;
    if ((await instanceNow(client, lab.name, each.node.name)) !== 'running') continue;
    await shellOf(client, lab.name).attempt(
      each.node.name,
      ['systemctl', 'stop', UNITS[each.service]],
      { deadlineMs: 90_000 },
    );
  }
}
