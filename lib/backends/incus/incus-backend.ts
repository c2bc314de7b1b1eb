import type { Invocation } from '../../command/call.js';
import { usage } from '../../errors.js';
import { faultFor, faultKinds } from '../../faults/registry.js';
import type { LabModel } from '../../model/model.js';
import { withLabLock } from '../../process/lab-lock.js';
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
import { namesOf, type Survey } from '../machine/survey.js';
import { SHUTDOWN_MS } from '../machine/units.js';
import { breakable, checkService, isStopped, nodeIn, notUp } from '../refusals.js';
import { ABSENT, overall, statuses } from '../services.js';
import type { Client } from './client.js';
import { addressOf } from './instance.js';
import { removeAll } from './make.js';
import { findClient, lacksOf, silent } from './preflight.js';
import { heard, shellOf } from './shell.js';
import { shutDown } from './shut-down.js';
import { isThere, look, type Things, thingsOf } from './things.js';
import { heal, up } from './up.js';

export interface IncusOptions {
  /** Where `incus` and `lxc` are looked for. Default: PATH. */
  readonly folders?: readonly string[] | undefined;
  /** Folder of the turns on labs. Default: `stateHome()`. */
  readonly stateHome?: string | undefined;
  /** How long `stop` lets an instance end by itself before it takes its power, milliseconds. Default: 90 000. */
  readonly shutdownMs?: number | undefined;
}

/** The backend that runs a lab as instances of an Incus or LXD server. */
export function incusBackend(lab: LabModel, options: IncusOptions = {}): Backend {
  return new IncusBackend(lab, options);
}

class IncusBackend implements Backend {
  readonly name = 'incus';
  readonly #described: LabModel;
  readonly #options: IncusOptions;
  #found: Client | undefined;

  constructor(described: LabModel, options: IncusOptions) {
    this.#described = described;
    this.#options = options;
  }

  get faults(): readonly FaultKind[] {
    return faultKinds(this.name);
  }

  async preflight({ signal }: { readonly signal?: AbortSignal | undefined }): Promise<Lack[]> {
    const found = await this.#find(signal);
    return 'what' in found ? [found] : lacksOf(found, this.#described, signal);
  }

  async up(options: UpOptions): Promise<UpResult> {
    options.signal?.throwIfAborted();
    const client = await this.#client(options.signal);
    return this.#alone('up', () => up(client, this.#described, options));
  }

  async status(): Promise<BackendStatus> {
    const { things, lab, found } = await this.#look();
    if (!isThere(things)) return ABSENT;
    const powers = [...things.instances.values()];
    return {
      state: overall(
        found.services,
        powers.some(({ status }) => status === 'running'),
      ),
      lab,
      server: found.server ?? things.state?.server,
      sameDescription: things.sameDescription,
      services: statuses(found.services),
      partitioned: found.partitioned,
    };
  }

  async invocation(node: string, argv: readonly string[] = []): Promise<Invocation> {
    const { client, lab } = await this.#runningNode(node);
    const instance = addressOf(client.remote, lab.name, node);
    const command = heard(client, commandOn(lab, nodeIn(lab, node), argv));
    return client.invocation('exec', instance, '--cwd', '/root', '--', ...command);
  }

  async inject(fault: FaultKind, node: string): Promise<void> {
    nodeIn(this.#described, node);
    const known = faultFor(fault, this.name);
    await this.#living();
    await this.#alone('fault', async () => {
      const { client, lab, found } = await this.#living();
      if (known.target === 'service') breakable(found.services, node);
      else await this.#runningNode(node);
      const host = faultHost(shellOf(client, lab.name), lab, async ({ name }) => {
        await client.call(['stop', '--force', addressOf(client.remote, lab.name, name)]);
      });
      await known.inject(host, nodeIn(lab, node));
    });
  }

  async heal({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<string[]> {
    signal?.throwIfAborted();
    await this.#living();
    return this.#alone('heal', async () => {
      const { client, lab } = await this.#living();
      return heal(client, lab, this.#described, { signal });
    });
  }

  async *logs(node: string, service: Service, options: LogOptions = {}): AsyncGenerator<string> {
    const { client, things, lab } = await this.#there();
    nodeIn(lab, node);
    checkService(lab, node, service);
    if (things.instances.get(node)?.status !== 'running') {
      throw usage(
        `${node} is not running, and its journal can be read only while it is. Start it: redis-lab heal, or redis-lab up.`,
      );
    }
    yield* journal(shellOf(client, lab.name), node, service, options);
  }

  async stop(): Promise<string[]> {
    const { client, things, lab, found } = await this.#look();
    const running = [...things.instances.values()].filter(({ status }) => status !== 'stopped');
    if (running.length === 0) return [];
    return this.#alone('stop', async () => {
      const { shutdownMs = SHUTDOWN_MS } = this.#options;
      await Promise.all(
        running.map((instance) => shutDown(client, lab.name, instance, shutdownMs)),
      );
      return namesOf(found);
    });
  }

  async down(): Promise<string[]> {
    const { client, things, found } = await this.#look();
    if (!isThere(things)) return [];
    return this.#alone('down', async () => {
      await removeAll(client, this.#described);
      return namesOf(found);
    });
  }

  async #find(signal: AbortSignal | undefined): Promise<Client | Lack> {
    if (this.#found) return this.#found;
    const found = await findClient(this.#described, this.#options.folders, signal);
    if (!('what' in found)) this.#found = found;
    return found;
  }

  async #client(signal?: AbortSignal): Promise<Client> {
    const found = await this.#find(signal);
    if ('what' in found) throw silent(found);
    return found;
  }

  async #alone<T>(doing: string, work: () => Promise<T>): Promise<T> {
    return withLabLock(this.#described.name, doing, work, {
      stateFolder: this.#options.stateHome,
      evenUnlocked: doing === 'stop' || doing === 'down',
    });
  }

  async #look(): Promise<Look> {
    const client = await this.#client();
    const things = await thingsOf(client, this.#described);
    const lab = things.state?.lab ?? this.#described;
    return { client, things, lab, found: await look(client, lab, things) };
  }

  async #there(): Promise<Look> {
    const look = await this.#look();
    if (isThere(look.things)) return look;
    throw notUp(this.#described);
  }

  /** The lab, of which some node must run. */
  async #living(): Promise<Look> {
    const look = await this.#there();
    if ([...look.things.instances.values()].some(({ status }) => status !== 'stopped')) return look;
    throw isStopped(this.#described);
  }

  async #runningNode(node: string): Promise<Look> {
    const look = await this.#living();
    nodeIn(look.lab, node);
    if (look.things.instances.get(node)?.status === 'running') return look;
    throw usage(`${node} is not running. Start it: redis-lab heal.`);
  }
}

interface Look {
  readonly client: Client;
  readonly things: Things;
  /** As it runs, or as it was described where that is not known. */
  readonly lab: LabModel;
  readonly found: Survey;
}
