import type { Invocation } from '../../command/call.js';
import { usage } from '../../errors.js';
import { settled } from '../../faults/check-options.js';
import type { FaultOptions } from '../../faults/options.js';
import type { BackendFaults } from '../../faults/registry.js';
import type { LabModel } from '../../model/model.js';
import { withLabLock } from '../../process/lab-lock.js';
import { type Message, messageOf } from '../../report/messages.js';
import type {
  Backend,
  BackendStatus,
  FaultKind,
  HealOptions,
  Lack,
  LogOptions,
  Service,
  UpOptions,
  UpResult,
} from '../backend.js';
import type { Editable, Editing } from '../edited.js';
import { breakable, checkService, isStopped, machineIn, nodeIn, notUp } from '../refusals.js';
import { ABSENT, serviceOf } from '../services.js';
import { commandOn } from './command.js';
import { editedOn } from './edited.js';
import { faultHost } from './fault-host.js';
import type { Doing, Known, MachineHost, Machines } from './host.js';
import { journal } from './journal.js';
import { lastWords } from './last-words.js';
import { statusOf } from './status.js';
import { NOTHING, namesOf, type Survey } from './survey.js';
import { heal, surveyed, up } from './up.js';

/** The backend whose nodes are machines with systemd, whatever makes them. */
export class MachineBackend<K extends Known> implements Backend, Editable {
  readonly name: string;
  readonly #described: LabModel;
  readonly #faults: BackendFaults;
  readonly #machines: Machines<K>;
  readonly #stateFolder: string | undefined;

  /**
   * @param faults those that it can inject
   * @param stateFolder folder of the locks of labs; default: `stateHome()`
   */
  constructor(
    described: LabModel,
    machines: Machines<K>,
    faults: BackendFaults,
    stateFolder?: string | undefined,
  ) {
    this.name = machines.name;
    this.#described = described;
    this.#faults = faults;
    this.#machines = machines;
    this.#stateFolder = stateFolder;
  }

  get faults(): readonly FaultKind[] {
    return this.#faults.kinds();
  }

  async preflight({
    signal,
  }: {
    readonly signal?: AbortSignal | undefined;
  }): Promise<readonly Lack[]> {
    signal?.throwIfAborted();
    return this.#machines.preflight(signal);
  }

  async up(options: UpOptions): Promise<UpResult> {
    const { signal } = options;
    signal?.throwIfAborted();
    const work = (host: MachineHost<K>) => up(host, this.#described, options);
    const result = await this.#alone('up', work, signal);
    return { ...result, lab: this.#reached(result.lab) };
  }

  async status(): Promise<BackendStatus> {
    await using host = await this.#machines.open('look');
    const known = await host.known();
    if (!known) return ABSENT;
    const powers = await host.glance(known);
    const survey = await surveyed(host, known.lab, powers);
    const isPowered = namesOf(survey).length === 0 && (await host.anyRuns(known));
    return statusOf(this.#reached(known.lab), { known, powers, survey, isPowered });
  }

  async invocation(node: string, argv: readonly string[] = []): Promise<Invocation> {
    await using host = await this.#machines.open('look');
    const { lab } = await this.#runningNode(host, node);
    return host.attached(node, commandOn(lab, machineIn(lab, node), argv));
  }

  async inject(fault: FaultKind, node: string, options?: FaultOptions): Promise<void> {
    nodeIn(this.#described, node);
    const known = this.#faults.named(fault);
    await this.#checkLiving();
    await this.#alone('fault', async (host) => {
      const { lab, found } = await this.#living(host);
      if (known.target !== 'node') breakable(found.services, node, known.target);
      else await this.#runningNode(host, node);
      const breaks = faultHost(host.shell, lab, async (each) => host.cutPower(lab, [each]));
      await known.inject(breaks, nodeIn(lab, node), settled(known, [node], lab, options));
    });
  }

  async lacks(fault: FaultKind, node: string): Promise<Message | undefined> {
    const known = this.#faults.named(fault);
    await using host = await this.#machines.open('look');
    const { lab } = await this.#runningNode(host, node);
    const breaks = faultHost(host.shell, lab, async () => undefined);
    const lack = await known.lacks?.(breaks, nodeIn(lab, node));
    return lack && messageOf(lack);
  }

  async heal(options: HealOptions = {}): Promise<Message[]> {
    options.signal?.throwIfAborted();
    await this.#checkLiving();
    return this.#alone('heal', async (host) => {
      const { known } = await this.#living(host);
      return heal(host, known, options);
    });
  }

  async edited(): Promise<Editing | undefined> {
    await using host = await this.#machines.open('look');
    const known = await host.known();
    if (!known?.server) return undefined;
    const powers = await host.glance(known);
    return editedOn(host.shell, known.lab, known.server, (node) => powers.get(node) === 'running');
  }

  async lastWords(node: string, service: Service, how: string): Promise<Error> {
    await using host = await this.#machines.open('look');
    const { lab, server } = await this.#known(host);
    return lastWords(host.shell, serviceOf(lab, node, service), how, server);
  }

  async *logs(node: string, service: Service, options: LogOptions = {}): AsyncGenerator<string> {
    await using host = await this.#machines.open('look');
    const known = await this.#known(host);
    nodeIn(known.lab, node);
    checkService(known.lab, node, service);
    if (!(await host.listens(known, node))) {
      throw usage(
        `${node} is not running, and its journal can be read only while it is. Start it: redis-lab heal, or redis-lab up.`,
        'node.not-running',
      );
    }
    yield* journal(host.shell, node, service, options);
  }

  async stop(): Promise<string[]> {
    const ended = await this.#toStop();
    if (!ended) return [];
    return this.#alone('stop', async (host) => {
      // A machine may run on which no service does, or that nobody can enter.
      const awake = await host.shutDown(await this.#known(host));
      return ended.length > 0 ? ended : awake.map((node) => `the machine ${node}`);
    });
  }

  async down(): Promise<string[]> {
    const ended = await this.#toRemove();
    if (!ended) return [];
    return this.#alone('down', async (host) => {
      await host.removeAll();
      return ended;
    });
  }

  #reached(lab: LabModel): LabModel {
    return this.#machines.reached?.(lab) ?? lab;
  }

  /** What runs; undefined where there is no machine. */
  async #toStop(): Promise<string[] | undefined> {
    await using host = await this.#machines.open('look');
    const known = await host.known();
    const powers = known && (await host.glance(known));
    if (!known || powers?.size === 0) return undefined;
    return namesOf(await surveyed(host, known.lab, powers));
  }

  /** What runs, as far as it can be told; undefined where there is nothing. What cannot be asked is removed all the same. */
  async #toRemove(): Promise<string[] | undefined> {
    await using host = await this.#machines.open('look');
    if (!(await host.isThere())) return undefined;
    const look = async () => {
      const known = await host.known();
      return known ? glanced(host, known) : NOTHING;
    };
    return namesOf(await look().catch(() => NOTHING));
  }

  async #alone<T>(
    doing: Doing,
    work: (host: MachineHost<K>) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const within = async () => {
      await using host = await this.#machines.open(doing, signal);
      return await work(host);
    };
    return withLabLock(this.#described.name, doing, within, {
      stateFolder: this.#stateFolder,
      evenUnlocked: doing === 'stop' || doing === 'down',
    });
  }

  async #known(host: MachineHost<K>): Promise<K> {
    const known = await host.known();
    if (known) return known;
    throw notUp(this.#described);
  }

  /** The lab, of which something must run, be it a machine without services. */
  async #living(host: MachineHost<K>): Promise<{ known: K; lab: LabModel; found: Survey }> {
    const known = await this.#known(host);
    const found = await glanced(host, known);
    if (namesOf(found).length > 0 || (await host.anyRuns(known))) {
      return { known, lab: known.lab, found };
    }
    throw isStopped(this.#described);
  }

  /** Nothing is made for a lab that is not there, not even a lock. */
  async #checkLiving(): Promise<void> {
    await using host = await this.#machines.open('look');
    await this.#living(host);
  }

  async #runningNode(host: MachineHost<K>, node: string): Promise<K> {
    const known = await this.#known(host);
    machineIn(known.lab, node);
    if (await host.listens(known, node)) return known;
    await this.#living(host);
    throw usage(`${node} is not running. Start it: redis-lab heal.`, 'node.not-running');
  }
}

async function glanced<K extends Known>(host: MachineHost<K>, known: K): Promise<Survey> {
  return surveyed(host, known.lab, await host.glance(known));
}
