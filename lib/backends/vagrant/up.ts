/** Bringing a lab of virtual machines up: what is missing is made, what is stopped is started, and nothing else. */
import path from 'node:path';
import { sleep } from '../../clock.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { digestOf } from '../../model/digest.js';
import { builderOf, type LabModel, type NodeModel } from '../../model/model.js';
import { whatDiffers } from '../../spec/fit.js';
import { Folder } from '../../workspace/folder.js';
import type { UpOptions, UpResult } from '../backend.js';
import { all } from '../machine/all.js';
import { bringHome } from '../machine/bring-home.js';
import { beginAnew } from '../machine/fresh.js';
import { mend } from '../machine/mend.js';
import { outcome } from '../machine/outcome.js';
import { endShare, openShare } from '../machine/share.js';
import { hasService, lacksService, NOTHING, type Survey } from '../machine/survey.js';
import { UNITS } from '../machine/units.js';
import { untilAllRun } from '../machine/wait.js';
import { payloadFor } from '../payload.js';
import { anotherDescription } from '../refusals.js';
import { booted } from './boot.js';
import type { Vagrant } from './client.js';
import { asleep, cutPower, destroy, freeStuck, type Powers, powersOf } from './machines.js';
import { spokenIn } from './messages.js';
import { existing, machineName, madeFrom, remove } from './namesakes.js';
import { madeIn, SSH_CONFIG } from './paths.js';
import { writeProject } from './project.js';
import type { Ssh } from './ssh.js';
import { readState, type State, stateIfAny, writeState } from './state.js';
import { surveyed } from './survey.js';
import { whileTheyRun } from './watch.js';

export interface Context {
  readonly folder: Folder;
  readonly vagrant: Vagrant;
  readonly ssh: Ssh;
}

/** What an `up` did so far, to be undone if it fails. */
interface Done {
  readonly made: string[];
  readonly started: string[];
}

/** @see Backend.up; whoever calls holds the lab's lock */
export async function up(
  here: Context,
  described: LabModel,
  options: UpOptions,
): Promise<UpResult> {
  const { fresh = false, signal } = options;
  const { folder, ssh } = here;
  let state = readState(folder);
  let powers = await powersIn(here, state, signal);
  if (state && state.description !== digestOf(described, 'vagrant')) {
    const lives = [...powers.values()].some((power) => power !== 'stopped');
    if (lives || !fresh) throw anotherDescription(described);
    await removeAll(here);
    state = undefined;
    powers = new Map();
  }
  const before = powers.size === 0 ? NOTHING : await surveyed(ssh, described, powers);
  const done: Done = { made: [], started: [] };
  try {
    await start(here, described, powers, before, done, options);
    if (fresh) {
      const old = described.nodes.filter(({ name }) => !done.made.includes(name));
      await beginAnew(ssh, described, old, signal);
    }
    const known = fresh ? NOTHING : before;
    // What has just booted started its services by itself.
    const awake = described.nodes.filter(({ name }) => !done.started.includes(name));
    await mendNodes(here, described, awake, options);
    const after = await allRun(here, described, known, options);
    return await finished(here, described, state, known, after, options);
  } catch (error) {
    const left = await undo(here, described, before, powers, done);
    // What aborted it is for whoever did; the command says then what is left.
    if (left === undefined || !(error instanceof RedisLabError)) throw error;
    throw new RedisLabError(
      `${error.message}\nWhat was made until then could not be removed (${firstLine(left)}). To remove it: redis-lab down`,
      { exitCode: error.exitCode, cause: error },
    );
  }
}

/** Without a Vagrantfile there is nothing that Vagrant could be asked about. */
async function powersIn(
  { vagrant }: Context,
  state: State | undefined,
  signal: AbortSignal | undefined,
): Promise<Powers> {
  return state ? powersOf(vagrant, signal) : new Map();
}

type Tell = (phase: 'files' | 'start', text: string) => void;

function teller({ onProgress }: UpOptions): Tell {
  return (phase, text) => onProgress?.({ phase, text });
}

/**
 * Makes and starts what does not run, and waits until cloud-init is done with it, and with what runs without its services: that
 * may be booting.
 */
async function start(
  here: Context,
  lab: LabModel,
  powers: Powers,
  before: Survey,
  done: Done,
  options: UpOptions,
): Promise<void> {
  await wake(here, lab, powers, done, options);
  const booting = lab.nodes.filter(
    ({ name }) => powers.get(name) === 'running' && lacksService(before, name),
  );
  await allBooted(here, lab, booting, options.signal, () => undefined);
}

async function wake(
  here: Context,
  lab: LabModel,
  powers: Powers,
  done: Done,
  options: UpOptions,
): Promise<void> {
  const { folder, vagrant } = here;
  const { signal } = options;
  const tell = teller(options);
  signal?.throwIfAborted();
  const sleeping = asleep(lab, powers);
  if (sleeping.length === 0) return;
  const missing = sleeping.filter(({ name }) => !powers.has(name));
  if (missing.length > 0) {
    const onProgress = (text: string) => tell('files', text);
    const payload = await payloadFor(lab.redis, { signal, onProgress });
    signal?.throwIfAborted();
    await clearWay(here, lab, missing, readState(folder));
    folder.makePrivate();
    const known = readState(folder);
    writeState(folder, {
      format: 1,
      description: digestOf(lab, 'vagrant'),
      provider: vagrant.provider,
      lab: known?.lab ?? lab,
      making: missing.map(({ name }) => name),
      server: known?.server,
    });
    writeProject(folder, lab, missing, payload);
    for (const { name, ip, memoryMb } of missing) tell('files', `${name} (${ip}, ${memoryMb} MB)`);
    signal?.throwIfAborted();
  }
  await freeStuck(vagrant, lab, powers);
  const builder = builderOf(lab);
  const isReopened = missing.length > 0 && !missing.includes(builder);
  if (isReopened && !sleeping.includes(builder)) await openShare(here.ssh, lab, signal);
  done.made.push(...missing.map(({ name }) => name));
  done.started.push(...sleeping.map(({ name }) => name));
  const names = new Map(sleeping.map((node) => [node.name, machineName(lab, node)]));
  await whileTheyRun(vagrant.provider, names, signal, async (off, begun) => {
    // What cloud-init does is followed by ssh, below; Vagrant's own provisioner only waits for it.
    await vagrant.call(['up', '--no-provision', ...names.keys()], {
      deadlineMs: UP_MS,
      signal: off,
      onMessage: (message) => {
        const words = spokenIn(message);
        if (words === undefined || message.target === '') return;
        // For its address, or for ssh: with all providers the machine was switched on just before.
        if (words.startsWith('Waiting for ')) begun(message.target);
        tell('start', `${message.target}: ${firstLine(words)}`);
      },
    });
    await rememberSsh(folder, vagrant, off);
    if (isReopened && sleeping.includes(builder)) await openShare(here.ssh, lab, off);
    await allBooted(here, lab, sleeping, off, (text) => tell('start', text));
  });
}

async function allBooted(
  { ssh }: Context,
  lab: LabModel,
  nodes: readonly NodeModel[],
  signal: AbortSignal | undefined,
  onStep: (text: string) => void,
): Promise<void> {
  await all(nodes, signal, async (node, off) =>
    booted(ssh, lab, node, { signal: off, onStep: (text) => onStep(`${node.name}: ${text}`) }),
  );
}

/** A box may have to be downloaded first, and machines boot one after another; milliseconds. */
const UP_MS = 5_400_000;

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

/**
 * What bears the name of a machine that is to be made: the half-made one of a call that was killed is removed.
 * @throws RedisLabError (3) when it is somebody else's
 */
async function clearWay(
  { vagrant: { provider }, folder }: Context,
  lab: LabModel,
  missing: readonly NodeModel[],
  state: State | undefined,
): Promise<void> {
  const nameOf = (node: NodeModel) => machineName(lab, node);
  const there = await existing(provider, missing.map(nameOf));
  if (there.length === 0) return;
  const begun = missing.filter(({ name }) => state?.making.includes(name)).map(nameOf);
  const ours = await madeFrom(
    provider,
    folder.root,
    there.filter((name) => begun.includes(name)),
  );
  const foreign = there.filter((name) => !ours.includes(name));
  if (foreign.length > 0) {
    throw new RedisLabError(
      `There ${foreign.length === 1 ? 'is a machine' : 'are machines'} ${foreign.join(', ')} that this redis-lab did not make (another folder's Vagrantfile, as a rule). Remove it where it was made (vagrant destroy), or give this lab another name and network, such as --set name=lab2 --set network=10.20.0.0/24.`,
      { exitCode: EXIT.noBackend },
    );
  }
  await remove(provider, there);
}

/** How ssh reaches the machines; their ports may change whenever they boot. */
async function rememberSsh(
  folder: Folder,
  vagrant: Vagrant,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      folder.replace(SSH_CONFIG, await vagrant.text(['ssh-config'], { signal }), 0o600);
      return;
    } catch (error) {
      // vagrant-libvirt fails where a busy machine's address is not found out within two seconds.
      if (tries === SSH_CONFIG_TRIES) throw error;
      await sleep(2000, signal);
    }
  }
}

const SSH_CONFIG_TRIES = 5;

/** @see Backend.heal */
export async function heal(here: Context, lab: LabModel, options: UpOptions): Promise<string[]> {
  const powers = await powersOf(here.vagrant, options.signal);
  const before = await surveyed(here.ssh, lab, powers);
  const done: Done = { made: [], started: [] };
  await start(here, lab, powers, before, done, options);
  const awake = lab.nodes.filter(({ name }) => !done.started.includes(name));
  const mended = await mendNodes(here, lab, awake, options);
  await allRun(here, lab, before, options);
  return [...done.started.map((node) => `${node} was started.`), ...mended];
}

async function mendNodes(
  { ssh }: Context,
  lab: LabModel,
  nodes: readonly NodeModel[],
  options: UpOptions,
): Promise<string[]> {
  const { signal } = options;
  signal?.throwIfAborted();
  if (nodes.length === 0) return [];
  const tell = teller(options);
  const { services } = await surveyed(ssh, lab);
  return mend(ssh, lab, nodes, services, { onStep: (text) => tell('start', text), signal });
}

async function allRun({ ssh }: Context, lab: LabModel, before: Survey, options: UpOptions) {
  const tell = teller(options);
  return untilAllRun(ssh, before, async () => surveyed(ssh, lab), {
    onStep: (text) => tell('start', text),
    signal: options.signal,
  });
}

async function finished(
  { folder, vagrant, ssh }: Context,
  described: LabModel,
  state: State | undefined,
  before: Survey,
  after: Survey & { readonly at: number },
  { signal }: UpOptions,
): Promise<UpResult> {
  const found = outcome(described, state?.server, before, after);
  const { lab, server, started } = found;
  const description = digestOf(described, 'vagrant');
  const { provider } = vagrant;
  const next: State = { format: 1, description, provider, lab, making: [], server };
  if (JSON.stringify(next) !== JSON.stringify(state)) writeState(folder, next);
  const notes =
    started.length === 0
      ? []
      : [whatDiffers(described, server), await bringHome(ssh, described, signal)];
  if (started.length > 0) await endShare(ssh, described, signal);
  return { ...found, notes: notes.flatMap((note) => note ?? []) };
}

/** Ends and removes what this call started and made; what was there before stays. Gives why that failed, if it did. */
async function undo(
  here: Context,
  lab: LabModel,
  before: Survey,
  powers: Powers,
  done: Done,
): Promise<string | undefined> {
  const { vagrant, ssh } = here;
  try {
    if (powers.size === 0) {
      await removeAll(here);
      return undefined;
    }
    if (done.made.length > 0) {
      await destroy(vagrant, here.folder, done.made);
      const state = readState(here.folder);
      if (state) writeState(here.folder, { ...state, making: [] });
    }
    const started = lab.nodes.filter(
      ({ name }) => done.started.includes(name) && !done.made.includes(name),
    );
    await cutPower(vagrant, lab, started);
    // A node on which nothing ran may have been booting: its services were about to come by themselves.
    for (const each of before.services) {
      if (each.state !== 'stopped' || !hasService(before, each.node.name)) continue;
      await ssh.attempt(each.node.name, ['systemctl', 'stop', UNITS[each.service]], {
        deadlineMs: 90_000,
      });
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Removes the machines and the folder. */
export async function removeAll({ folder, vagrant }: Context): Promise<void> {
  if (madeIn(folder).length > 0) await destroy(vagrant, folder);
  const state = stateIfAny(folder);
  const halfMade = state?.lab.nodes.filter(({ name }) => state.making.includes(name)) ?? [];
  if (state && halfMade.length > 0) {
    const names = halfMade.map((node) => machineName(state.lab, node));
    const there = await existing(state.provider, names);
    await remove(state.provider, await madeFrom(state.provider, folder.root, there));
  }
  for (const name of folder.list('')) folder.removeTree(name);
  folder.removeEmptyRoot();
  new Folder(path.dirname(folder.root)).removeEmptyRoot();
}
