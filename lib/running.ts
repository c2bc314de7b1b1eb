/// <reference lib="esnext.disposable" preserve="true" />
import path from 'node:path';
import type {
  Backend,
  BackendName,
  BackendStatus,
  FaultKind,
  Lack,
  LogOptions,
  RunningServer,
  Service,
} from './backends/backend.js';
import { sourceRemedy } from './backends/local/server.js';
import { backendNamed } from './backends/named.js';
import { isStopped, notUp } from './backends/refusals.js';
import { now } from './clock.js';
import type { Invocation } from './command/call.js';
import { EXIT, type Lacking, NotReadyHereError, RedisLabError, WorkspaceError } from './errors.js';
import { type LabModel, sentinelsOf } from './model/model.js';
import { withLabLock } from './process/lab-lock.js';
import type { OnProgress, Phase } from './progress.js';
import { redisNodes } from './redis-view/endpoints.js';
import type { LabConnection } from './report/connection.js';
import type { VerifyResult } from './report/result.js';
import type { LabStatus } from './report/status.js';
import { IN_UP } from './scenarios/names.js';
import { connectionTo } from './verify/connect.js';
import { keysOf } from './verify/count-keys.js';
import { flawsFound } from './verify/found.js';
import type { ScenarioName, VerifyOptions } from './verify/options.js';
import { waitReady } from './verify/ready.js';
import { isRole, type NodeTarget, nodeInRole } from './verify/role.js';
import type { Found } from './verify/run.js';
import { labStatus } from './verify/status.js';
import { holderOf, holdersOf } from './which-backend.js';
import { forget, note, notesOf } from './workspace/lab-notes.js';
import { stateHome } from './workspace/xdg.js';

export { listLabs } from './labs.js';

export interface BackendOptions {
  /**
   * What runs the nodes: `local`, processes of this machine on loopback; `incus`, system containers or virtual
   * machines of Incus or LXD; `vagrant`, virtual machines of VirtualBox or libvirt; `auto`, the one that has the lab
   * already, else for `up` the one that serves this machine best, and for `attach` `local`.
   *
   * Default: the one that has the lab already, whether a program or the command brought it up; `local` for a lab that is
   * nowhere, which is quick and the same everywhere, as a suite of tests wants it. The command's own default for that is
   * `auto`. A backend that is named is taken, also beside another one that has a lab of that name; from then on it must
   * be named, for every call.
   */
  readonly backend?: BackendName | 'auto' | undefined;
}

export interface UpOptions extends BackendOptions {
  /** Installs what is missing; without it, an error says what is. Default false. */
  readonly install?: boolean | undefined;
  /**
   * Builds the described version from its verified source, once, where this host has another one: a minute
   * with a compiler, and kept in the cache. Default false: what the host has is used.
   */
  readonly build?: boolean | undefined;
  /** Data, logs and live configurations begin anew. Default false. */
  readonly fresh?: boolean | undefined;
  /** How long the lab has to become ready once its processes run, milliseconds. Default 60000. */
  readonly readyWithinMs?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Aborting it ends what this call started, and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReadyOptions {
  /** Milliseconds. Default 60000. */
  readonly withinMs?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A lab that a backend holds: as a rule it runs. Given by `lab.up()` and `lab.attach()`. */
export class RunningLab implements AsyncDisposable {
  /** What the backend was made for; addresses and version are the description's. */
  readonly described: LabModel;
  readonly backend: BackendName;
  /** Whether the call that gave this object started any of the lab. */
  readonly started: boolean;
  /** From the start of the last process to the ready lab, milliseconds; null if nothing was started. */
  readonly readyMs: number | null;
  /** What the user should know once, as sentences: another version than described. */
  readonly notes: readonly string[];
  readonly #backend: Backend;

  /** @internal Use `lab.up()` or `lab.attach()`. */
  constructor(described: LabModel, backend: Backend, made: Made) {
    this.described = described;
    this.#backend = backend;
    this.backend = backend.name;
    this.started = made.started;
    this.readyMs = made.readyMs;
    this.notes = made.notes;
  }

  /** The faults that this backend can inject. */
  get faults(): readonly FaultKind[] {
    return this.#backend.faults;
  }

  /** The lab as it runs here, with the addresses, ports and version of this place; undefined if it was never up. */
  async model(): Promise<LabModel | undefined> {
    return (await this.#backend.status()).lab;
  }

  /** What really runs; undefined if the lab was never up. */
  async server(): Promise<RunningServer | undefined> {
    return (await this.#backend.status()).server;
  }

  /** What runs, and what each Redis server and Sentinel says of itself and of the others. */
  async status(): Promise<LabStatus> {
    return orHolder(this.described, this.#backend, () => labStatus(this.described, this.#backend));
  }

  /**
   * Proves that the lab does what it is for. A lab that does not run is brought up first, and ended again
   * afterwards. One that runs and is not whole fails and is left as it is, unless `heal` is said. A scenario that does
   * not hold is a result, not an error. Every key of the lab stays as it was, unless `fresh` is said: that **wipes
   * all data**.
   * @throws RedisLabError when the lab cannot be brought up, or runs with another description
   */
  async verify(
    scenarios: readonly ScenarioName[] = IN_UP,
    options: VerifyOptions = {},
  ): Promise<VerifyResult> {
    return withLabLock(this.described.name, 'verify', () => this.#verify(scenarios, options));
  }

  async #verify(scenarios: readonly ScenarioName[], options: VerifyOptions): Promise<VerifyResult> {
    const { fresh = false, onProgress, signal } = options;
    const { checkRepeat, verify } = await import('./verify/run.js');
    const { scenariosNamed } = await import('./scenarios/registry.js');
    const wanted = await scenariosNamed(scenarios);
    checkRepeat(options.repeat ?? 1);
    const before = await this.#backend.status();
    const somethingRuns = before.state === 'running' || before.state === 'partial';
    const goesOn = somethingRuns && before.sameDescription && !fresh;
    const found = await findLab(this.#backend, before, goesOn, options);
    const upOptions = { fresh: fresh && before.state !== 'absent', onProgress, signal };
    const up = goesOn ? undefined : await bringUp(this.described, this.#backend, upOptions);
    try {
      const there = up ? await this.#backend.status() : before;
      if (!there.lab) throw new Error('a lab that is up has a model');
      return await verify(
        {
          described: this.described,
          backend: this.#backend,
          lab: there.lab,
          // Where no node that runs can tell, it is the described one as far as anybody knows.
          server: there.server ?? { ...there.lab.redis, program: '' },
          readyMs: up?.readyMs ?? this.readyMs,
          found,
          anew: fresh || before.state === 'absent',
          begin: async () => {
            const { readyMs } = await bringUp(this.described, this.#backend, {
              fresh: true,
              signal,
            });
            const { lab = this.described } = await this.#backend.status();
            return { lab, readyMs };
          },
          evidenceFolder: path.join(stateHome(), '.evidence', this.described.name),
        },
        wanted,
        options,
      );
    } finally {
      if (before.state === 'absent') await takeDown(this.described, this.#backend);
      else if (before.state === 'stopped') await this.#backend.stop();
    }
  }

  /**
   * The name of the node that a target stands for at this moment; a name stands for itself.
   * @throws RedisLabError (1) when nobody, or more than one, has that role, with what each node says; (2) when the lab
   * does not run
   */
  async node(target: NodeTarget): Promise<string> {
    if (!isRole(target)) return target;
    const { lab, state } = await this.#backend.status();
    if (!lab) throw notUp(this.described);
    if (state === 'stopped') throw isStopped(this.described);
    return nodeInRole(target, await this.status());
  }

  /**
   * What a client of one's own needs to get in. For ioredis, which then follows a failover:
   * `new Redis({ name: masterName, sentinels, password, sentinelPassword: password })`.
   * @throws RedisLabError (2) when the lab is not up
   */
  async connection(): Promise<LabConnection> {
    return connectionTo(this.described, this.#backend);
  }

  /**
   * How a command line is run on a node, where `redis-cli` reaches the node's own Redis server;
   * without one, an interactive shell.
   */
  async invocation(node: NodeTarget, argv?: readonly string[]): Promise<Invocation> {
    return this.#backend.invocation(await this.node(node), argv);
  }

  /** What a service of a node said, line by line. */
  async *logs(node: NodeTarget, service: Service, options: LogOptions = {}): AsyncIterable<string> {
    yield* this.#backend.logs(await this.node(node), service, options);
  }

  /**
   * How many keys the lab holds, in all databases: as many as the Redis server with most of them. null where nobody can
   * tell: the lab is stopped, or the servers that answer hold nothing and others do not answer.
   */
  async keys(): Promise<number | null> {
    const { lab } = await this.#backend.status();
    return lab ? keysOf(lab) : null;
  }

  /** Breaks a node. @throws RedisLabError (2) when the node does not run, or the fault is not among {@link faults} */
  async inject(fault: FaultKind, node: NodeTarget): Promise<void> {
    return withLabLock(this.described.name, 'fault', async () =>
      this.#backend.inject(fault, await this.node(node)),
    );
  }

  /** Undoes every fault and starts what should run and does not; gives one sentence for each thing mended. */
  async heal(): Promise<readonly string[]> {
    return withLabLock(this.described.name, 'heal', () => this.#backend.heal());
  }

  /**
   * Waits until the lab, as it runs here, is whole. Gives the moment, in milliseconds of `performance.now()`.
   * @throws RedisLabError (5) that lists what is not so when the time is up
   */
  async ready(options: ReadyOptions = {}): Promise<number> {
    const { lab } = await this.#backend.status();
    const since = now();
    return untilReady(lab ?? this.described, options, (at) => after(at - since));
  }

  /** Ends every service in good order and keeps the data; gives what was ended. */
  async stop(): Promise<readonly string[]> {
    return orHolder(this.described, this.#backend, () =>
      ending(this.described, 'stop', () => this.#backend.stop()),
    );
  }

  /** Ends every service and removes all that `up` made; gives what was ended. */
  async down(): Promise<readonly string[]> {
    return orHolder(this.described, this.#backend, () =>
      ending(this.described, 'down', () => takeDown(this.described, this.#backend)),
    );
  }

  /** Takes the lab down if the call that gave this object started it; leaves it alone if it ran before. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.started) await this.down();
  }
}

/** @internal The lab as it is here now, running or not. */
export async function attach(lab: LabModel, { backend }: BackendOptions): Promise<RunningLab> {
  const name = named(backend) ?? holderOf(lab.name) ?? 'local';
  return new RunningLab(lab, backendNamed(name, lab), {
    started: false,
    readyMs: null,
    notes: [],
  });
}

/** @internal */
export async function up(lab: LabModel, options: UpOptions): Promise<RunningLab> {
  const { onProgress, signal } = options;
  const { backend: name, note } = await backendFor(lab, options);
  const backend = backendNamed(name, lab);
  const choice = note === undefined ? [] : [note];
  for (const text of choice) onProgress?.({ kind: 'note', text });
  return withLabLock(lab.name, 'up', async () => {
    signal?.throwIfAborted();
    if (options.build) await build(lab, backend, options);
    const { notes, ...made } = await bringUp(lab, backend, options);
    return new RunningLab(lab, backend, { ...made, notes: [...choice, ...notes] });
  });
}

function named(backend: BackendOptions['backend']): BackendName | undefined {
  return backend === 'auto' ? undefined : backend;
}

interface Choice {
  readonly backend: BackendName;
  /** What the user should know of it. */
  readonly note?: string;
}

async function backendFor(lab: LabModel, { backend, signal }: UpOptions): Promise<Choice> {
  const name = named(backend);
  if (name !== undefined) return { backend: name, ...besides(lab, name) };
  const holder = holderOf(lab.name);
  // Who asked for nothing may not know that it is elsewhere.
  if (holder !== undefined && holder !== 'local' && backend === undefined) {
    return { backend: holder, note: `Backend ${holder}: it has the lab ${lab.name} already` };
  }
  if (holder !== undefined) return { backend: holder };
  if (backend === undefined) return { backend: 'local' };
  const { autoBackend } = await import('./doctor/auto.js');
  const { backend: chosen, why } = await autoBackend(lab, { signal });
  return { backend: chosen, note: `Backend ${chosen}: ${why}` };
}

/** A second lab of one name is not brought up without a word. */
function besides({ name }: LabModel, backend: BackendName): Pick<Choice, 'note'> {
  const others = holdersIfKnown(name).filter((each) => each !== backend);
  if (others.length === 0) return {};
  return {
    note: `There is a lab ${name} with the backend ${others.join(' and ')} as well: from now on, say with --backend which one is meant`,
  };
}

function holdersIfKnown(lab: string): readonly BackendName[] {
  try {
    return holdersOf(lab);
  } catch (error) {
    if (error instanceof RedisLabError) return [];
    throw error;
  }
}

/** Ends or removes a lab, alone if that can be: where nothing can be written, servers end all the same. */
async function ending<T>(lab: LabModel, doing: string, work: () => Promise<T>): Promise<T> {
  return withLabLock(lab.name, doing, work, { evenUnlocked: true });
}

/** Takes a lab down, and forgets who had it. */
async function takeDown(lab: LabModel, backend: Backend): Promise<readonly string[]> {
  const ended = await backend.down();
  try {
    forget(lab.name, backend.name);
  } catch (error) {
    if (!(error instanceof WorkspaceError)) throw error;
    throw new WorkspaceError(
      `The lab ${lab.name} is down, but it stays noted that ${backend.name} has it: ${error.message}`,
      error,
    );
  }
  return ended;
}

/** What came to nothing is not remembered; what may have left something is, so that `down` finds it. */
async function forgetIfGone(lab: LabModel, backend: Backend): Promise<void> {
  const there = await backend.status().catch(() => undefined);
  if (there?.state === 'absent') forget(lab.name, backend.name);
}

/** A backend that has the lab and does not answer: whoever did not name it hears which it is, and why it is asked. */
async function orHolder<T>(lab: LabModel, backend: Backend, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isUnready(error) || !isNoted(lab, backend.name)) throw error;
    throw new RedisLabError(
      `The lab ${lab.name} was brought up with ${backend.name}, which cannot be asked about it now. ${error.message}`,
      { exitCode: error.exitCode, cause: error },
    );
  }
}

function isUnready(error: unknown): error is RedisLabError {
  return error instanceof RedisLabError && error.exitCode === EXIT.noBackend;
}

function isNoted({ name }: LabModel, backend: BackendName): boolean {
  try {
    return notesOf(name).some((each) => each.backend === backend);
  } catch {
    return false;
  }
}

async function build(
  lab: LabModel,
  backend: Backend,
  { onProgress, signal }: UpOptions,
): Promise<void> {
  if (backend.name !== 'local') {
    throw new RedisLabError(
      `Building on this machine is for the backend local; with ${backend.name} the nodes build what is described by themselves (redis.install: source).`,
      { exitCode: EXIT.usage },
    );
  }
  const tell = phaseTeller(onProgress);
  tell('preflight', 'begun');
  await sourceRemedy(lab).run({ onProgress: (text) => tell('preflight', 'detail', text), signal });
}

/** How a lab is found; one that goes on as it is, is mended where that was asked for. */
async function findLab(
  backend: Backend,
  before: BackendStatus,
  goesOn: boolean,
  { fresh = false, heal = false, onProgress, signal }: VerifyOptions,
): Promise<Found> {
  const { lab, state } = before;
  const runs = state === 'running' || state === 'partial';
  const flaws = lab && runs ? await flawsFound(lab, before, signal) : undefined;
  const isBroken = flaws !== undefined && flaws.length > 0;
  const found = { state, flaws, mended: [], asFound: goesOn && isBroken };
  if (isBroken && fresh) return { ...found, mended: ['Everything was begun anew.'] };
  if (!lab || !found.asFound || !heal) return found;
  const mended = await backend.heal({ signal });
  if (mended.length === 0) return found;
  try {
    await untilReady(lab, { onProgress, signal }, () => 'mended');
  } catch (error) {
    // What is not so yet is for the claims to say.
    if (!(error instanceof RedisLabError) || error.exitCode !== EXIT.deadline) throw error;
  }
  return { ...found, mended, asFound: false };
}

interface Made {
  readonly started: boolean;
  readonly readyMs: number | null;
  readonly notes: readonly string[];
}

/** Preflight, files, start, ready. */
async function bringUp(described: LabModel, backend: Backend, options: UpOptions): Promise<Made> {
  const { install = false, fresh = false, readyWithinMs = 60_000, onProgress, signal } = options;
  const tell = phaseTeller(onProgress);
  tell('preflight', 'begun');
  const { before, advice } = await preflight(described, backend, { install, onProgress, signal });
  tell('preflight', 'done');
  for (const text of advice) onProgress?.({ kind: 'note', text });

  let phase: 'files' | 'start' = 'files';
  tell(phase, 'begun');
  // Before anything is made: whoever is killed from here on leaves something to be found again.
  const isNew = note(described.name, backend.name, described.incus);
  const upped = await backend
    .up({
      fresh,
      signal,
      onProgress: (event) => {
        if (event.phase !== phase) {
          tell(phase, 'done');
          phase = event.phase;
          tell(phase, 'begun');
        }
        tell(phase, 'detail', event.text);
      },
    })
    .catch(async (error: unknown) => {
      if (isNew) await forgetIfGone(described, backend);
      throw error;
    });
  for (const text of upped.notes) onProgress?.({ kind: 'note', text });
  tell(phase, 'done', startedText(upped.started));

  const { lab, started, startedAt, notes } = upped;
  const readyMsAt = (at: number) => (startedAt === undefined ? null : at - startedAt);
  try {
    const at = await untilReady(lab, { withinMs: readyWithinMs, onProgress, signal }, (moment) => {
      const ms = readyMsAt(moment);
      return ms === null ? 'as it was' : after(ms);
    });
    return { started: started.length > 0, readyMs: readyMsAt(at), notes: [...advice, ...notes] };
  } catch (error) {
    // What somebody gave up waiting for must not run on unseen. A lab that does not become ready is kept
    // for a look at it: the message says that it runs.
    const kept = error instanceof RedisLabError && !signal?.aborted;
    const all = redisNodes(lab).length + sentinelsOf(lab).length;
    if (!kept && before.state === 'absent') await takeDown(described, backend);
    else if (!kept && started.length === all) await backend.stop();
    throw error;
  }
}

/** Tells the phase `ready`; `result` says how it went, given the moment. */
async function untilReady(
  lab: LabModel,
  { withinMs = 60_000, onProgress, signal }: ReadyOptions,
  result: (at: number) => string,
): Promise<number> {
  const tell = phaseTeller(onProgress);
  tell('ready', 'begun');
  const onWaiting = (text: string) => tell('ready', 'detail', text);
  const at = await waitReady(lab, { deadlineMs: withinMs, signal, onWaiting });
  tell('ready', 'done', result(at));
  return at;
}

type TellPhase = (phase: Phase, state: 'begun' | 'detail' | 'done', text?: string) => void;

function phaseTeller(onProgress: OnProgress | undefined): TellPhase {
  return (phase, state, text = '') => onProgress?.({ kind: 'phase', phase, state, text });
}

function after(ms: number): string {
  return `after ${Math.round(ms)} ms`;
}

function startedText(started: readonly string[]): string {
  return started.length === 0 ? 'all ran already' : started.join(', ');
}

async function preflight(
  described: LabModel,
  backend: Backend,
  { install, onProgress, signal }: Pick<UpOptions, 'install' | 'onProgress' | 'signal'>,
): Promise<{ readonly before: BackendStatus; readonly advice: readonly string[] }> {
  const before = await statusIfAny(backend);
  const own = async () => backend.preflight({ signal });
  // What runs takes room and ports, and has shown that there was enough.
  const look = async () => {
    if (before?.state === 'running') return { lacks: await own(), note: undefined };
    const { beforeUp } = await import('./doctor/before-up.js');
    return beforeUp(described, backend.name, own, { signal });
  };
  const { lacks, note } = await look();
  // What cannot be mended altogether is not begun.
  if (lacks.some(({ remedy }) => !install || !remedy)) {
    throw new NotReadyHereError(lacks.map(asData));
  }
  const tell = phaseTeller(onProgress);
  for (const { remedy, what } of lacks) {
    tell('preflight', 'detail', remedy?.describe ?? what);
    await remedy?.run({ signal, onProgress: (text) => tell('preflight', 'detail', text) });
  }
  const advice = note === undefined ? [] : [note];
  return { before: before ?? (await backend.status()), advice };
}

/** Undefined where the backend does not answer: its preflight says why. */
async function statusIfAny(backend: Backend): Promise<BackendStatus | undefined> {
  try {
    return await backend.status();
  } catch (error) {
    if (error instanceof RedisLabError) return undefined;
    throw error;
  }
}

function asData({ remedy, ...lack }: Lack): Lacking {
  return { ...lack, ...(remedy ? { remedy: remedy.describe } : {}) };
}
