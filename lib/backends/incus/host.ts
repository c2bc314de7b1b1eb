/** The instances of a lab on an Incus or LXD server. */
import { within } from '../../clock.js';
import type { Invocation } from '../../command/call.js';
import { EXIT, RedisLabError, visible } from '../../errors.js';
import type { LabModel, MachineModel } from '../../model/model.js';
import { type Message, message } from '../../report/messages.js';
import { all } from '../all.js';
import type { Lack } from '../backend.js';
import type { Booting } from '../machine/boot.js';
import type {
  Doing,
  Known,
  MachineHost,
  Machines,
  MakeOptions,
  Powers,
  StartOptions,
  Tell,
} from '../machine/host.js';
import { throughShell } from '../machine/relay.js';
import { newShareKey } from '../machine/share.js';
import type { Shell } from '../machine/shell.js';
import { SHUTDOWN_MS } from '../machine/units.js';
import { NO_PAYLOAD } from '../payload.js';
import { bootingOn } from './boot.js';
import type { Client } from './client.js';
import { checkMaintenance, memberFor } from './cluster.js';
import { imageName } from './image.js';
import { addressOf } from './instance.js';
import { PRODUCTS } from './kind.js';
import { missingLimits } from './limits.js';
import {
  makeInstance,
  makeNetwork,
  remember,
  removeAll,
  removeInstances,
  removeNetwork,
  SETTLE_MS,
  settled,
} from './make.js';
import { networkName } from './names.js';
import { architecturesOf, load } from './payload.js';
import { findClient, lacksOf, silent } from './preflight.js';
import { instanceNow, isThere, type Resources, resourcesOf } from './resources.js';
import { heard, shellOf } from './shell.js';
import { shutDown } from './shut-down.js';
import { type State, unpacked } from './state.js';
import { poolOf, uplinkOf } from './storage.js';

export interface IncusOptions {
  /** Folders of `incus` and `lxc`. Default: PATH. */
  readonly folders?: readonly string[] | undefined;
  /** Folder of the locks of labs. Default: `stateHome()`. */
  readonly stateHome?: string | undefined;
  /** Milliseconds in which an instance may shut down before its power is cut. Default: 90 000. */
  readonly shutdownMs?: number | undefined;
  /** Milliseconds in which the server must finish requests of a killed call before `up` fails. Default: 60 000. */
  readonly settleMs?: number | undefined;
}

export interface KnownResources extends Known, Resources {
  readonly state: State | undefined;
}

/** What is known of a lab by its resources; undefined if nothing of it exists. */
export function knownOf(described: LabModel, found: Resources): KnownResources | undefined {
  if (!isThere(found)) return undefined;
  const state = unpacked(found.saved, described.name, networkName(described));
  return { ...found, lab: state?.lab ?? described, server: state?.server, state };
}

/** The power of each machine of a lab. One that never ran is half made: it may lack its files. */
export function powersOf({ instances }: Resources): Powers {
  const made = [...instances].filter(([, { ran }]) => ran);
  return new Map(made.map(([node, { status }]) => [node, status]));
}

/** The server that a description names, once it has answered. */
export class IncusServer implements Machines<KnownResources> {
  readonly name = 'incus';
  readonly #described: LabModel;
  readonly #options: IncusOptions;
  #found: Client | undefined;
  #reach: ((lab: LabModel) => LabModel) | undefined;

  constructor(described: LabModel, options: IncusOptions) {
    this.#described = described;
    this.#options = options;
  }

  async preflight(signal: AbortSignal | undefined): Promise<readonly Lack[]> {
    const found = await this.#find(signal);
    return 'what' in found ? [found] : lacksOf(found, this.#described, signal);
  }

  async open(doing: Doing, signal?: AbortSignal): Promise<MachineHost<KnownResources>> {
    const client = await this.#find(signal);
    if ('what' in client) throw silent(client);
    if (doing === 'up') await this.#settled(client, signal);
    return new Instances(client, this.#described, this.#options.shutdownMs ?? SHUTDOWN_MS);
  }

  /** The server may still work on what a killed call requested. @throws RedisLabError (5) if it does not end */
  async #settled(client: Client, signal: AbortSignal | undefined): Promise<void> {
    const { settleMs: withinMs = SETTLE_MS } = this.#options;
    const doing = await settled(client, this.#described, { withinMs, signal });
    if (doing === undefined) return;
    throw new RedisLabError(
      `${PRODUCTS[client.kind].server} has been at work on the lab ${this.#described.name} for ${withinMs / 1000} s, since an earlier call was ended: ${visible(doing)}. When that is done (${client.kind} operation list ${client.at('')}), run the same command again.`,
      { exitCode: EXIT.deadline },
    );
  }

  reached(lab: LabModel): LabModel {
    if (lab.incus.hostAddress !== false || !this.#found) return lab;
    this.#reach ??= throughShell(shellOf(this.#found, lab.name));
    return this.#reach(lab);
  }

  async #find(signal: AbortSignal | undefined): Promise<Client | Lack> {
    if (this.#found) return this.#found;
    const found = await findClient(this.#described, this.#options.folders, signal);
    if (!('what' in found)) this.#found = found;
    return found;
  }
}

/** In which an instance is started, and after which it is told that it takes long; milliseconds. */
const START_MS = 120_000;
const SAID_MS = 45_000;

class Instances implements MachineHost<KnownResources> {
  readonly shell: Shell;
  readonly #client: Client;
  readonly #described: LabModel;
  readonly #shutdownMs: number;

  constructor(client: Client, described: LabModel, shutdownMs: number) {
    this.#client = client;
    this.#described = described;
    this.#shutdownMs = shutdownMs;
    this.shell = shellOf(client, described.name);
  }

  async isThere(): Promise<boolean> {
    return isThere(await resourcesOf(this.#client, this.#described));
  }

  async known(): Promise<KnownResources | undefined> {
    const known = knownOf(this.#described, await resourcesOf(this.#client, this.#described));
    if (known) await checkMaintenance(this.#client, this.#described.name, known);
    return known;
  }

  async powers(known: KnownResources): Promise<Powers> {
    return this.glance(known);
  }

  async glance(known: KnownResources): Promise<Powers> {
    return powersOf(known);
  }

  async listens({ instances }: KnownResources, node: string): Promise<boolean> {
    return instances.get(node)?.status === 'running';
  }

  async anyRuns({ instances }: KnownResources): Promise<boolean> {
    return [...instances.values()].some(({ status }) => status !== 'stopped');
  }

  attached(node: string, argv: readonly string[]): Invocation {
    const command = heard(this.#client, argv);
    return this.#client.invocation('exec', this.#at(node), '--cwd', '/root', '--', ...command);
  }

  booting(lab: LabModel): Booting {
    return bootingOn(this.#client, lab);
  }

  async make(
    lab: LabModel,
    known: KnownResources | undefined,
    missing: readonly MachineModel[],
    { begins, payload: gathered, tell, signal }: MakeOptions,
  ): Promise<void> {
    const client = this.#client;
    if (missing.length === 0 && known?.network) return;
    const [member, pool = 'default', uplink, payload] = await Promise.all([
      memberFor(client, lab, signal),
      poolOf(client),
      uplinkOf(client, lab),
      // A virtual machine takes files only when it runs, which is too late: it downloads the source itself. The image of a class has all.
      lab.incus.vm || lab.incus.template !== undefined || missing.length === 0
        ? NO_PAYLOAD
        : architecturesOf(client).then((found) => gathered(imageName(client, lab), found)),
    ]);
    const shareKey = known?.shareKey ?? newShareKey();
    signal?.throwIfAborted();
    const halfMade = missing.flatMap(({ name }) => (known?.instances.has(name) ? [name] : []));
    await removeInstances(client, lab.name, halfMade);
    if (!known?.network) {
      await makeNetwork(client, lab);
      tell('files', message('files.network', { cidr: lab.network.cidr }));
    }
    await all(missing, signal, async (node, off) => {
      begins(node);
      await makeInstance(client, lab, node, { pool, uplink, shareKey, member }, off);
      off.throwIfAborted();
      await load(client, lab, node, payload);
      tell('files', `${node.name} (${node.ip}, ${node.memoryMb} MB)`);
    });
  }

  async start(
    _lab: LabModel,
    asleep: readonly MachineModel[],
    { booting, begins, follow, tell, signal }: StartOptions,
  ): Promise<void> {
    signal?.throwIfAborted();
    await all([...asleep, ...booting], signal, async (node, off) => {
      if (asleep.includes(node)) {
        begins(node);
        tell('start', message('start.booting', { node: node.name }));
        await this.#start(node, tell);
        off.throwIfAborted();
      }
      await follow(node, off);
    });
  }

  async #start({ name }: MachineModel, tell: Tell): Promise<void> {
    const client = this.#client;
    // Starting a frozen one resumes it.
    const words = ['start', '--quiet', this.#at(name)];
    const starting = client.attempt(words, { deadlineMs: START_MS });
    if (!(await within(SAID_MS, starting, undefined))) {
      const program = PRODUCTS[client.kind].server;
      tell('start', message('start.slow', { node: name, program, seconds: SAID_MS / 1000 }));
    }
    const ran = await starting;
    if (ran.code === 0) return;
    const log = await client.attempt(['info', this.#at(name), '--show-log'], {
      deadlineMs: 20_000,
    });
    const [, text = ''] = log.stdout.split(/^Log:$/m);
    const lines = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-10);
    const { message: failed } = client.failure(ran);
    throw new RedisLabError(
      [`${name} does not start. ${failed}`, ...lines.map((line) => `  ${line.trim()}`)].join('\n'),
      { exitCode: EXIT.program },
    );
  }

  async cutPower(_lab: LabModel, nodes: readonly MachineModel[]): Promise<void> {
    const client = this.#client;
    for (const { name } of nodes) {
      const ran = await client.attempt(['stop', '--force', this.#at(name)]);
      if (ran.code === 0) continue;
      const now = await instanceNow(client, this.#described.name, name);
      if (now !== 'stopped') throw client.failure(ran);
    }
  }

  async shutDown({ lab, instances }: KnownResources): Promise<readonly string[]> {
    const running = [...instances.values()].filter(({ status }) => status !== 'stopped');
    await Promise.all(
      running.map(async (each) => shutDown(this.#client, lab.name, each, this.#shutdownMs)),
    );
    return running.map(({ node }) => node);
  }

  async remember(
    known: KnownResources | undefined,
    { lab, server }: Pick<Known, 'lab' | 'server'>,
  ): Promise<void> {
    const state = { lab, server };
    if (JSON.stringify(known?.state) !== JSON.stringify(state)) await remember(this.#client, state);
  }

  async notes({ incus }: LabModel): Promise<readonly Message[]> {
    const limits = incus.vm ? [] : await missingLimits(this.#client);
    if (limits.length === 0) return [];
    return [message('note.limits', { said: limits.join('; ') })];
  }

  async unmake(
    known: KnownResources | undefined,
    _powers: Powers,
    made: readonly string[],
  ): Promise<void> {
    const client = this.#client;
    await settled(client, this.#described);
    // Only labelled ones: an instance that was in the way is somebody else's.
    const { instances, network } = await resourcesOf(client, this.#described);
    const ours = made.filter((node) => instances.has(node));
    await removeInstances(client, this.#described.name, ours);
    if (network && !known?.network) await removeNetwork(client, this.#described);
  }

  async removeAll(): Promise<void> {
    await removeAll(this.#client, this.#described);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // There is no connection to close.
  }

  #at(node: string): string {
    return addressOf(this.#client.remote, this.#described.name, node);
  }
}
