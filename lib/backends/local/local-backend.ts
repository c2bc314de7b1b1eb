import type { Invocation } from '../../command/call.js';
import { WorkspaceError } from '../../errors.js';
import { settled } from '../../faults/check-options.js';
import type { FaultHost } from '../../faults/fault.js';
import type { FaultOptions } from '../../faults/options.js';
import type { BackendFaults } from '../../faults/registry.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { locked } from '../../process/lock.js';
import { list } from '../../report/layout.js';
import { type Message, messageOf } from '../../report/messages.js';
import type { Folder } from '../../workspace/folder.js';
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
import { ABSENT, overall, serviceOf } from '../services.js';
import { forgetClock } from './clock.js';
import type { Context } from './context.js';
import { digest } from './digest.js';
import { editedConfigurations } from './edited.js';
import { type Ending, endAll, GRACE } from './end.js';
import { faultHost } from './fault-host.js';
import { invocationOn } from './invocation.js';
import { logLines } from './logs.js';
import { filtering } from './network.js';
import { enterable, NO_PASSWORD } from './password.js';
import { LOCK, logFile, NODES, PASSWORD, STATE } from './paths.js';
import { preflight } from './preflight.js';
import { tidy } from './prepare.js';
import { ended } from './start.js';
import { readState, type State } from './state.js';
import { type Surveyed, stateOf, strays, survey } from './survey.js';
import { mend, startEnded, up } from './up.js';

/** The backend whose nodes are processes of this machine, on loopback, of an ordinary user. */
export class LocalBackend implements Backend, Editable {
  readonly name = 'local';

  get faults(): readonly FaultKind[] {
    return this.#faults.kinds();
  }

  readonly #here: Context;
  readonly #serverLack: (signal?: AbortSignal) => Promise<Lack>;
  readonly #faults: BackendFaults;

  constructor(
    here: Context,
    serverLack: (signal?: AbortSignal) => Promise<Lack>,
    faults: BackendFaults,
  ) {
    this.#here = here;
    this.#serverLack = serverLack;
    this.#faults = faults;
  }

  async preflight({ signal }: { readonly signal?: AbortSignal | undefined }): Promise<Lack[]> {
    return preflight(this.#here, this.#serverLack, signal);
  }

  async up(options: UpOptions): Promise<UpResult> {
    options.signal?.throwIfAborted();
    const { folder } = this.#here.paths;
    try {
      return await this.#alone('up', () => this.#upAlone(options));
    } catch (error) {
      // Only if there was no lab before: else it is not empty.
      folder.removeEmptyRoot();
      await tidy(this.#here).catch(() => undefined);
      throw error;
    }
  }

  async status(): Promise<BackendStatus> {
    const state = await stateOf(this.#here.paths, this.#here.table);
    if (!state) return ABSENT;
    const found = await this.#survey(state);
    const { engine, version, program } = state.server;
    return {
      state: overall(found, false),
      lab: enterable(this.#here, state),
      server: { engine, version, program },
      sameDescription: state.description === digest(this.#here.described),
      notes: state.password ? [] : [NO_PASSWORD],
      filtering: await filtering(),
      services: found.map(({ node, service, state, process }) => ({
        node: node.name,
        service,
        state,
        pid: process?.pid,
      })),
    };
  }

  async invocation(node: string, argv: readonly string[] = []): Promise<Invocation> {
    const { paths, described } = this.#here;
    machineIn(this.#known(), node);
    await this.#living();
    return invocationOn(paths, described.name, node, argv);
  }

  async inject(fault: FaultKind, node: string, options?: FaultOptions): Promise<void> {
    nodeIn(this.#known(), node);
    const known = this.#faults.named(fault);
    // Checked without the lock, too: for a lab that is not up, not even a lock is made.
    await this.#living();
    await this.#alone('fault', async () => {
      const { state, found } = await this.#living();
      const target = breakable(found, node, known.target);
      const host = this.#faultHost(state, found);
      await known.inject(host, target.node, settled(known, [node], state.lab, options));
    });
  }

  async lacks(fault: FaultKind, node: string): Promise<Message | undefined> {
    const { state, found } = await this.#living();
    const host = this.#faultHost(state, found);
    const lack = await this.#faults.named(fault).lacks?.(host, nodeIn(state.lab, node));
    return lack && messageOf(lack);
  }

  async heal(options: HealOptions = {}): Promise<Message[]> {
    options.signal?.throwIfAborted();
    await this.#living();
    return this.#alone('heal', async () => {
      const { state, found } = await this.#living();
      if (options.only && !options.fault) return mend(this.#here, state, found, options);
      const undone = await this.#undoFaults(state, found, options.fault);
      // One that could not save may have ended itself meanwhile.
      return [...undone, ...(await mend(this.#here, state, await this.#survey(state), options))];
    });
  }

  async edited(): Promise<Editing | undefined> {
    return editedConfigurations(this.#here.paths);
  }

  async lastWords(node: string, service: Service, how: string): Promise<Error> {
    const { lab, server } = await this.#state();
    return ended(this.#here.paths, server, serviceOf(lab, node, service), how);
  }

  async *logs(node: string, service: Service, options: LogOptions = {}): AsyncGenerator<string> {
    const { paths } = this.#here;
    nodeIn(this.#known(), node);
    const { lab } = await this.#state();
    checkService(lab, node, service);
    yield* logLines(paths.folder, logFile(node, service), options);
  }

  async stop(): Promise<string[]> {
    if (!this.#here.paths.folder.isOwn()) return [];
    return this.#alone('stop', async () => {
      const state = readState(this.#here.paths);
      return endAll(this.#here.table, await this.#endings(state));
    });
  }

  async down(): Promise<string[]> {
    const { folder } = this.#here.paths;
    const ended = folder.isOwn() ? await this.#takeDown(folder) : [];
    folder.removeEmptyRoot();
    await tidy(this.#here);
    return ended;
  }

  async #takeDown(folder: Folder): Promise<string[]> {
    return this.#alone('down', async () => {
      const endings = await this.#endings(stateIfAny(this.#here));
      const ended = await endAll(this.#here.table, endings, GRACE.unwanted);
      for (const node of folder.list(NODES)) forgetClock(this.#here.paths, node);
      try {
        removeFiles(folder);
      } catch (error) {
        if (!(error instanceof WorkspaceError)) throw error;
        throw new WorkspaceError(
          `${ended.length > 0 ? `Ended: ${list(ended)}. But the files` : 'The files'} of the lab ${this.#here.described.name} could not be removed: ${error.message} Run the same command again once they can be.`,
          error,
        );
      }
      return ended;
    });
  }

  async #alone<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const { paths, table, described } = this.#here;
    const what = `the lab ${described.name}`;
    // Servers must end even if nothing can be written.
    const evenUnlocked = doing === 'stop' || doing === 'down';
    return locked(paths.folder, LOCK, table, { doing, what, evenUnlocked }, work);
  }

  #faultHost(state: State, found: readonly Surveyed[]): FaultHost {
    const own =
      ({ name }: NodeModel, service: Service) =>
      (each: Surveyed) =>
        each.node.name === name && each.service === service;
    return faultHost(this.#here, state.lab, found, {
      seen: async (node, service) => (await this.#survey(state)).find(own(node, service))?.process,
      start: async (node, service, options) => {
        const isOwn = own(node, service);
        const ended = (await this.#survey(state)).map((each) =>
          isOwn(each) ? { ...each, process: undefined, state: 'stopped' as const } : each,
        );
        await startEnded(this.#here, state, ended, ended.filter(isOwn), options);
      },
    });
  }

  async #upAlone(options: UpOptions): Promise<UpResult> {
    const { paths, table } = this.#here;
    const before = options.fresh ? undefined : await stateOf(paths, table);
    if (before?.prepared) await this.#undoFaults(before, await this.#survey(before));
    return up(this.#here, options);
  }

  /** Also those of nodes of which nothing runs: a server may have ended because of one, and could not be started. */
  async #undoFaults(
    state: State,
    found: readonly Surveyed[],
    kind?: FaultKind,
  ): Promise<Message[]> {
    const host = this.#faultHost(state, found);
    const undone: Message[] = [];
    for (const node of state.lab.nodes) {
      undone.push(...(await this.#faults.undoAll(host, node, kind)).map(messageOf));
    }
    return undone;
  }

  async #survey(state: State): Promise<Surveyed[]> {
    return survey(this.#here.paths, this.#here.table, state);
  }

  /** All servers of the lab that run, also those that the state does not name. */
  async #endings(state: State | undefined): Promise<Ending[]> {
    const { paths, table } = this.#here;
    const known = state ? await this.#survey(state) : [];
    const endings = new Map<number, Ending>();
    for (const { name, process } of [...known, ...(await strays(paths, table))]) {
      if (process) endings.set(process.pid, { name, identity: process });
    }
    return [...endings.values()];
  }

  async #state(): Promise<State> {
    const state = await stateOf(this.#here.paths, this.#here.table);
    if (state) return state;
    throw notUp(this.#here.described);
  }

  /** The lab, of which something must run. */
  async #living(): Promise<{ state: State; found: Surveyed[] }> {
    const state = await this.#state();
    const found = await this.#survey(state);
    if (found.some((each) => each.process)) return { state, found };
    throw isStopped(this.#here.described);
  }

  /** The lab as it was brought up; as described if it is not up. */
  #known(): LabModel {
    return readState(this.#here.paths)?.lab ?? this.#here.described;
  }
}

function stateIfAny({ paths }: Context): State | undefined {
  try {
    return readState(paths);
  } catch {
    return undefined;
  }
}

function removeFiles(folder: Folder): void {
  // The state first: without it, the rest is known as leftovers.
  folder.removeTree(STATE);
  folder.removeTree(NODES);
  folder.removeTree(PASSWORD);
  folder.removeAsides();
  for (const name of folder.list('')) if (isHeir(name)) folder.removeTree(name);
}

/** Whether a file is an heir of the lock (see process/lock.ts), which a killed redis-lab may have left. */
function isHeir(name: string): boolean {
  return name.startsWith(`${LOCK}.`);
}
