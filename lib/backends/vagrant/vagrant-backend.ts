import type { Invocation } from '../../command/call.js';
import { usage } from '../../errors.js';
import { faultFor, faultKinds } from '../../faults/registry.js';
import { digestOf } from '../../model/digest.js';
import type { LabModel } from '../../model/model.js';
import { withLabLock } from '../../process/lab-lock.js';
import type { Folder } from '../../workspace/folder.js';
import type {
  Backend,
  BackendStatus,
  FaultKind,
  Lack,
  LogOptions,
  Service,
  UpOptions,
  UpResult,
} from '../backend.js';
import { commandOn } from '../machine/command.js';
import { faultHost } from '../machine/fault-host.js';
import { journal } from '../machine/journal.js';
import { NOTHING, namesOf, type Survey } from '../machine/survey.js';
import { breakable, checkService, isStopped, nodeIn, notUp } from '../refusals.js';
import { ABSENT, overall, statuses } from '../services.js';
import { Vagrant } from './client.js';
import { lacking } from './failure.js';
import { findPrograms, findProvider, type Programs } from './find.js';
import { anyRuns, cutPower, shutDown } from './machines.js';
import { folderFor, madeIn, SSH_CONFIG } from './paths.js';
import { endLeftover } from './pidfile.js';
import { Ssh } from './ssh.js';
import { type Provider, readState, type State, stateIfAny } from './state.js';
import { surveyed } from './survey.js';
import { type Context, heal, removeAll, up } from './up.js';

export interface VagrantOptions {
  /** Where labs are kept. Default: this user's state folder. */
  readonly stateHome?: string;
  /** Where programs are looked for. Default: PATH. */
  readonly folders?: readonly string[];
}

/** Virtual machines, made by Vagrant with VirtualBox or libvirt. */
export function vagrantBackend(lab: LabModel, options: VagrantOptions = {}): Backend {
  return new VagrantBackend(lab, options);
}

class VagrantBackend implements Backend {
  readonly name = 'vagrant';
  readonly #described: LabModel;
  readonly #options: VagrantOptions;
  readonly #folder: Folder;

  constructor(described: LabModel, options: VagrantOptions) {
    this.#described = described;
    this.#options = options;
    this.#folder = folderFor(described.name, options.stateHome);
  }

  get faults(): readonly FaultKind[] {
    return faultKinds(this.name);
  }

  async preflight({
    signal,
  }: {
    readonly signal?: AbortSignal | undefined;
  }): Promise<readonly Lack[]> {
    signal?.throwIfAborted();
    const programs = findPrograms(this.#options.folders);
    if (Array.isArray(programs)) return programs;
    const provider = await this.#provider(programs, signal);
    return typeof provider === 'string' ? [] : [provider];
  }

  async up(options: UpOptions): Promise<UpResult> {
    const { signal } = options;
    signal?.throwIfAborted();
    const programs = this.#programs();
    const provider = await this.#provider(programs, signal);
    if (typeof provider !== 'string') throw lacking(provider);
    return this.#alone('up', () =>
      this.#with(provider, (here) => up(here, this.#described, options)),
    );
  }

  async status(): Promise<BackendStatus> {
    const state = readState(this.#folder);
    if (!state) return ABSENT;
    const found = await this.#survey(state);
    const idle = namesOf(found).length === 0 && (await anyRuns(state));
    return {
      state: overall(found.services, idle),
      lab: state.lab,
      server: found.server ?? state.server,
      sameDescription: state.description === digestOf(this.#described, 'vagrant'),
      services: statuses(found.services),
      partitioned: found.partitioned,
    };
  }

  async invocation(node: string, argv: readonly string[] = []): Promise<Invocation> {
    const { state } = await this.#runningNode(node);
    return this.#ssh().attached(node, commandOn(state.lab, nodeIn(state.lab, node), argv));
  }

  async inject(fault: FaultKind, node: string): Promise<void> {
    nodeIn(this.#described, node);
    const known = faultFor(fault, this.name);
    await this.#living();
    await this.#alone('fault', async () => {
      const { state, found } = await this.#living();
      if (known.target === 'service') breakable(found.services, node);
      else await this.#runningNode(node);
      await this.#with(state.provider, async ({ vagrant, ssh }) => {
        const host = faultHost(ssh, state.lab, (each) => cutPower(vagrant, state.lab, [each]));
        await known.inject(host, nodeIn(state.lab, node));
      });
    });
  }

  async heal({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<string[]> {
    signal?.throwIfAborted();
    await this.#living();
    return this.#alone('heal', async () => {
      const { state } = await this.#living();
      return this.#with(state.provider, (here) => heal(here, state.lab, { signal }));
    });
  }

  async *logs(node: string, service: Service, options: LogOptions = {}): AsyncGenerator<string> {
    const { lab } = this.#state();
    nodeIn(lab, node);
    checkService(lab, node, service);
    await using ssh = this.#ssh();
    if (!(await ssh.listens(node))) {
      throw usage(
        `${node} is not running, and its journal can be read only while it is. Start it: redis-lab heal, or redis-lab up.`,
      );
    }
    yield* journal(ssh, node, service, options);
  }

  async stop(): Promise<string[]> {
    const state = readState(this.#folder);
    if (!state) return [];
    const ended = namesOf(await this.#survey(state));
    if (ended.length === 0 && madeIn(this.#folder).length === 0) return [];
    return this.#alone('stop', () =>
      this.#with(state.provider, async (here) => {
        // A machine may run on which no service does, or that nobody can enter.
        const awake = await shutDown(here, state.lab, state.lab.nodes);
        return ended.length > 0 ? ended : awake.map(({ name }) => `the machine ${name}`);
      }),
    );
  }

  async down(): Promise<string[]> {
    if (!this.#folder.isOwn()) return [];
    const state = stateIfAny(this.#folder);
    // What runs is only told; what cannot be asked is removed all the same.
    const ended = state ? namesOf(await this.#survey(state).catch(() => NOTHING)) : [];
    return this.#alone('down', () =>
      this.#with(state?.provider ?? 'virtualbox', async (here) => {
        await removeAll(here);
        return ended;
      }),
    );
  }

  async #alone<T>(doing: string, work: () => Promise<T>): Promise<T> {
    return withLabLock(this.#described.name, doing, work, {
      stateFolder: this.#options.stateHome,
      evenUnlocked: doing === 'stop' || doing === 'down',
    });
  }

  #programs(): Programs {
    const found = findPrograms(this.#options.folders);
    if (Array.isArray(found)) throw lacking(...found);
    return found;
  }

  /** Machines that are there stay with the provider that made them. */
  async #provider(programs: Programs, signal: AbortSignal | undefined): Promise<Provider | Lack> {
    const state = stateIfAny(this.#folder);
    return state?.provider ?? findProvider(programs, signal, this.#options.folders);
  }

  #ssh(): Ssh {
    const { root } = this.#folder;
    return new Ssh({
      program: this.#programs().ssh,
      config: `${root}/${SSH_CONFIG}`,
      sockets: root,
    });
  }

  async #with<T>(provider: Provider, work: (here: Context) => Promise<T>): Promise<T> {
    const { vagrant } = this.#programs();
    await using ssh = this.#ssh();
    const folder = this.#folder;
    // One that was killed may have left its Vagrant at work.
    await endLeftover(folder);
    return await work({ folder, ssh, vagrant: new Vagrant(vagrant, folder, provider) });
  }

  async #survey({ lab }: State): Promise<Survey> {
    await using ssh = this.#ssh();
    // Nothing is known of where they listen before the first of them was up.
    const known = this.#folder.list('').includes(SSH_CONFIG);
    const listening = madeIn(this.#folder).map(async (node) => {
      const listens = known && (await ssh.listens(node));
      return [node, listens ? ('running' as const) : ('stopped' as const)] as const;
    });
    const powers = new Map(await Promise.all(listening));
    return await surveyed(ssh, lab, powers);
  }

  #state(): State {
    const state = readState(this.#folder);
    if (state) return state;
    throw notUp(this.#described);
  }

  /** The lab, of which something must run, be it a machine without services. */
  async #living(): Promise<{ readonly state: State; readonly found: Survey }> {
    const state = this.#state();
    const found = await this.#survey(state);
    if (namesOf(found).length > 0 || (await anyRuns(state))) return { state, found };
    throw isStopped(this.#described);
  }

  async #runningNode(node: string): Promise<{ readonly state: State }> {
    const state = this.#state();
    nodeIn(state.lab, node);
    if (await this.#ssh().listens(node)) return { state };
    await this.#living();
    throw usage(`${node} is not running. Start it: redis-lab heal.`);
  }
}
