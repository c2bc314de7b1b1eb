/** The virtual machines of a lab, made by Vagrant with VirtualBox or libvirt. */
import path from 'node:path';
import { architecturesOf } from '../../cache/names.js';
import { sleep } from '../../clock.js';
import type { Invocation } from '../../command/call.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { type LabModel, type MachineModel, machinesOf } from '../../model/model.js';
import { Folder } from '../../workspace/folder.js';
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
} from '../machine/host.js';
import { bootingBy } from './boot.js';
import { Vagrant } from './client.js';
import { digest } from './digest.js';
import { lacking } from './failure.js';
import { findPrograms, findProvider, type Programs } from './find.js';
import { anyRuns, cutPower, destroy, freeStuck, powersOf, shutDown } from './machines.js';
import { folderFor, madeIn, SSH_CONFIG } from './paths.js';
import { endLeftover } from './pidfile.js';
import { stepsOf } from './progress.js';
import { writeProject } from './project.js';
import { existing, machineName, madeFrom, remove } from './provider.js';
import { Ssh } from './ssh.js';
import { type Provider, readState, type State, stateIfAny, writeState } from './state.js';
import { whileTheyRun } from './watch.js';

export interface VagrantOptions {
  /** Folder of labs. Default: this user's state folder. */
  readonly stateHome?: string;
  /** Folders of programs. Default: PATH. */
  readonly folders?: readonly string[];
}

interface KnownState extends Known, Omit<State, 'server'> {}

/** Vagrant, in the folder of one lab. */
export class VagrantProject implements Machines<KnownState> {
  readonly name = 'vagrant';
  readonly #described: LabModel;
  readonly #options: VagrantOptions;
  readonly #folder: Folder;
  #provider: Provider | undefined;

  constructor(described: LabModel, options: VagrantOptions) {
    this.#described = described;
    this.#options = options;
    this.#folder = folderFor(described.name, options.stateHome);
  }

  async preflight(signal: AbortSignal | undefined): Promise<readonly Lack[]> {
    const programs = findPrograms(this.#options.folders);
    if (Array.isArray(programs)) return programs;
    const provider = await this.#find(programs, signal);
    return typeof provider === 'string' ? [] : [provider];
  }

  async open(doing: Doing, signal?: AbortSignal): Promise<MachineHost<KnownState>> {
    // If the state is lost, the provider is unknown, and does not matter: Vagrant's own files name it.
    const made = stateIfAny(this.#folder)?.provider ?? 'virtualbox';
    const provider = doing === 'up' ? await this.#find(this.#programs(), signal) : made;
    if (typeof provider !== 'string') throw lacking(provider);
    if (doing !== 'look') {
      this.#programs();
      await endLeftover(this.#folder);
    }
    return new VirtualMachines(this.#described, this.#folder, provider, () => this.#programs());
  }

  #programs(): Programs {
    const found = findPrograms(this.#options.folders);
    if (Array.isArray(found)) throw lacking(...found);
    return found;
  }

  /** Existing machines stay with the provider that made them. */
  async #find(programs: Programs, signal: AbortSignal | undefined): Promise<Provider | Lack> {
    const made = stateIfAny(this.#folder)?.provider ?? this.#provider;
    if (made !== undefined) return made;
    const found = await findProvider(programs, signal, this.#options.folders);
    if (typeof found === 'string') this.#provider = found;
    return found;
  }
}

/** A box may have to be downloaded first, and machines boot one after another; milliseconds. */
const UP_MS = 5_400_000;

const SSH_CONFIG_TRIES = 5;

class VirtualMachines implements MachineHost<KnownState> {
  readonly #described: LabModel;
  readonly #folder: Folder;
  readonly #provider: Provider;
  readonly #programs: () => Programs;
  #ssh: Ssh | undefined;

  constructor(described: LabModel, folder: Folder, provider: Provider, programs: () => Programs) {
    this.#described = described;
    this.#folder = folder;
    this.#provider = provider;
    this.#programs = programs;
  }

  /** Made when needed, because `isThere` needs no ssh. @throws RedisLabError (3) without ssh */
  get shell(): Ssh {
    const { root } = this.#folder;
    this.#ssh ??= new Ssh({
      program: this.#programs().ssh,
      config: `${root}/${SSH_CONFIG}`,
      sockets: root,
    });
    return this.#ssh;
  }

  get #vagrant(): Vagrant {
    return new Vagrant(this.#programs().vagrant, this.#folder, this.#provider);
  }

  async isThere(): Promise<boolean> {
    return this.#folder.isOwn();
  }

  async known(): Promise<KnownState | undefined> {
    const state = readState(this.#folder);
    if (!state) return undefined;
    const sameDescription = state.description === digest(this.#described);
    return { ...state, server: state.server, sameDescription };
  }

  async powers(_known: KnownState, signal?: AbortSignal): Promise<Powers> {
    return powersOf(this.#vagrant, signal);
  }

  async glance(known: KnownState): Promise<Powers> {
    const asked = madeIn(this.#folder).map(async (node) => {
      const listens = await this.listens(known, node);
      return [node, listens ? ('running' as const) : ('stopped' as const)] as const;
    });
    return new Map(await Promise.all(asked));
  }

  async listens(_known: KnownState, node: string): Promise<boolean> {
    // Before the first `up` it is not known where they listen.
    return this.#knowsSsh() && (await this.shell.listens(node));
  }

  async anyRuns(known: KnownState): Promise<boolean> {
    return anyRuns(known);
  }

  attached(node: string, argv: readonly string[]): Invocation {
    return this.shell.attached(node, argv);
  }

  booting(lab: LabModel): Booting {
    return bootingBy(this.shell, lab);
  }

  async make(
    lab: LabModel,
    known: KnownState | undefined,
    missing: readonly MachineModel[],
    { begins, payload: gathered, tell, signal }: MakeOptions,
  ): Promise<void> {
    if (missing.length === 0) return;
    // Neither VirtualBox nor KVM runs machines of another processor.
    const payload = await gathered(lab.vagrant.box, architecturesOf());
    signal?.throwIfAborted();
    await this.#clearWay(lab, missing, known);
    this.#folder.makePrivate();
    writeState(this.#folder, {
      format: 1,
      description: digest(lab),
      provider: this.#provider,
      lab: known?.lab ?? lab,
      making: missing.map(({ name }) => name),
      server: known?.server,
    });
    writeProject(this.#folder, lab, missing, payload);
    for (const { name, ip, memoryMb } of missing) tell('files', `${name} (${ip}, ${memoryMb} MB)`);
    signal?.throwIfAborted();
    missing.forEach(begins);
  }

  async start(
    lab: LabModel,
    asleep: readonly MachineModel[],
    { powers, booting, begins, follow, tell, signal }: StartOptions,
  ): Promise<void> {
    const vagrant = this.#vagrant;
    if (asleep.length > 0) {
      await freeStuck(vagrant, lab, powers);
      asleep.forEach(begins);
      const names = new Map(asleep.map((node) => [node.name, machineName(lab, node)]));
      await whileTheyRun(this.#provider, names, signal, async (off, begun) => {
        // Without Vagrant's provisioner, which only waits for cloud-init: we follow that by ssh, below.
        await vagrant.call(['up', '--no-provision', ...names.keys()], {
          deadlineMs: UP_MS,
          signal: off,
          onMessage: stepsOf(tell, begun),
        });
        await this.#rememberSsh(off);
        await all(asleep, off, follow);
      });
    }
    // A killed call may not have saved it.
    if (booting.length > 0 && !this.#knowsSsh()) await this.#rememberSsh(signal);
    await all(booting, signal, follow);
  }

  async cutPower(lab: LabModel, nodes: readonly MachineModel[]): Promise<void> {
    await cutPower(this.#vagrant, lab, nodes);
  }

  async shutDown({ lab }: KnownState): Promise<readonly string[]> {
    const ways = { vagrant: this.#vagrant, ssh: this.shell };
    const awake = await shutDown(ways, lab, machinesOf(lab));
    return awake.map(({ name }) => name);
  }

  async remember(
    _known: KnownState | undefined,
    { lab, server }: Pick<Known, 'lab' | 'server'>,
  ): Promise<void> {
    const description = digest(this.#described);
    const provider = this.#provider;
    const next: State = { format: 1, description, provider, lab, making: [], server };
    const last = stateIfAny(this.#folder);
    if (JSON.stringify(next) !== JSON.stringify(last)) writeState(this.#folder, next);
  }

  async notes(): Promise<readonly []> {
    return [];
  }

  async unmake(
    _known: KnownState | undefined,
    powers: Powers,
    made: readonly string[],
  ): Promise<void> {
    if (powers.size === 0) return this.removeAll();
    if (made.length === 0) return;
    await destroy(this.#vagrant, this.#folder, made);
    const state = readState(this.#folder);
    if (state) writeState(this.#folder, { ...state, making: [] });
  }

  /** Removes the machines and the folder. */
  async removeAll(): Promise<void> {
    const folder = this.#folder;
    const made = madeIn(folder);
    // By their names: Vagrant fails about a name that somebody else's machine has got meanwhile.
    if (made.length > 0) await destroy(this.#vagrant, folder, made);
    const state = stateIfAny(folder);
    const machines = state ? machinesOf(state.lab) : [];
    const halfMade = machines.filter(({ name }) => state?.making.includes(name));
    if (state && halfMade.length > 0) {
      const names = halfMade.map((node) => machineName(state.lab, node));
      const there = await existing(state.provider, names);
      await remove(state.provider, await madeFrom(state.provider, folder.root, there));
    }
    for (const name of folder.list('')) folder.removeTree(name);
    folder.removeEmptyRoot();
    new Folder(path.dirname(folder.root)).removeEmptyRoot();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ssh?.[Symbol.asyncDispose]();
  }

  #knowsSsh(): boolean {
    return this.#folder.list('').includes(SSH_CONFIG);
  }

  /** Saves how ssh reaches the machines; ports may change at every boot. */
  async #rememberSsh(signal: AbortSignal | undefined): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        const config = await this.#vagrant.text(['ssh-config'], { signal });
        this.#folder.replace(SSH_CONFIG, config, 0o600);
        return;
      } catch (error) {
        // vagrant-libvirt fails if it does not find the address of a busy machine within two seconds.
        if (tries === SSH_CONFIG_TRIES) throw error;
        await sleep(2000, signal);
      }
    }
  }

  /**
   * Removes half-made machines of a killed call that have the names of machines to be made.
   * @throws RedisLabError (3) when such a machine is somebody else's
   */
  async #clearWay(
    lab: LabModel,
    missing: readonly MachineModel[],
    known: KnownState | undefined,
  ): Promise<void> {
    const provider = this.#provider;
    const nameOf = (node: MachineModel) => machineName(lab, node);
    const there = await existing(provider, missing.map(nameOf));
    if (there.length === 0) return;
    const begun = missing.filter(({ name }) => known?.making.includes(name)).map(nameOf);
    const ours = await madeFrom(
      provider,
      this.#folder.root,
      there.filter((name) => begun.includes(name)),
    );
    const foreign = there.filter((name) => !ours.includes(name));
    if (foreign.length > 0) {
      throw new RedisLabError(
        `There ${foreign.length === 1 ? 'is a machine' : 'are machines'} ${foreign.join(', ')} that this redis-lab did not make (another folder's Vagrantfile, as a rule). Remove it where it was made (vagrant destroy), or give this lab another name and network, such as --set name=lab2 --set network=10.20.0.0/24.`,
        { exitCode: EXIT.notReady, code: 'lab.foreign-machine' },
      );
    }
    await remove(provider, there);
  }
}
