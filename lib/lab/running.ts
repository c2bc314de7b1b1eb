/// <reference lib="esnext.disposable" preserve="true" />
import type {
  Backend,
  BackendStatus,
  FaultKind,
  LogOptions,
  RunningServer,
  Service,
} from '../backends/backend.js';
import { isStopped, notUp } from '../backends/refusals.js';
import { type BackendName, faultNamed } from '../backends/registry.js';
import { now, sleep } from '../clock.js';
import type { Invocation } from '../command/call.js';
import { run } from '../command/run.js';
import { usage } from '../errors.js';
import { endsAlone, optionProblems, settled } from '../faults/check-options.js';
import { serversOf } from '../faults/fault.js';
import type { InjectOptions } from '../faults/options.js';
import { type CallOptions, toldCall } from '../live/calls.js';
import type { Call, LabEvent } from '../live/events.js';
import { checkInterval, type WatchOptions, watch } from '../live/watch.js';
import { watchable } from '../live/watchable.js';
import type { LabModel } from '../model/model.js';
import { withLabLock } from '../process/lab-lock.js';
import type { OnProgress } from '../progress.js';
import type { LabConnection, SentinelClientOptions } from '../report/connection.js';
import { type Coded, codesOf, type Message } from '../report/messages.js';
import type { LabStatus, RandomResult, VerifyResult } from '../report/types.generated.js';
import { IN_UP } from '../scenarios/names.js';
import type { RandomOptions } from '../scenarios/random/hunt.js';
import { connectionTo, sentinelOptionsOf } from '../verify/connect.js';
import type { Scenario } from '../verify/context.js';
import { keysOf } from '../verify/count-keys.js';
import { mend } from '../verify/mend.js';
import type { ScenarioName, VerifyOptions } from '../verify/options.js';
import { isRole, type NodeTarget, nodeInRole } from '../verify/role.js';
import { saveBeforeEnd } from '../verify/save.js';
import { labStatus } from '../verify/status.js';
import { after, type Made, tellNotes, untilReady } from './bring-up.js';
import type { ExecOptions, ExecResult, ReadyOptions } from './options.js';
import { ending, orHolder, takeDown } from './take-down.js';
import { underTest } from './under-test.js';

/** A lab on a backend, usually running. Given by `lab.up()` and `lab.attach()`. */
export class RunningLab implements AsyncDisposable {
  /** The description, with its own addresses and version; as it runs: {@link model}. */
  readonly described: LabModel;
  /** What runs the nodes. */
  readonly backend: BackendName;
  /** Whether the call that gave this object started anything. */
  readonly started: boolean;
  /** From the start of the last process to the ready lab, milliseconds; null if nothing was started. */
  readonly readyMs: number | null;
  /** What the user should know, as sentences: that another version runs than described. */
  readonly notes: readonly string[];
  /** The same as codes, in the same order. */
  readonly noteCodes: readonly Coded[];
  readonly #backend: Backend;

  /** @internal Use `lab.up()` or `lab.attach()`. */
  constructor(described: LabModel, backend: Backend, made: Made) {
    this.described = described;
    this.#backend = backend;
    this.backend = backend.name;
    this.started = made.started;
    this.readyMs = made.readyMs;
    this.notes = made.notes.map(({ text }) => text);
    this.noteCodes = codesOf(made.notes);
  }

  /** The faults that this backend can inject. */
  get faults(): readonly FaultKind[] {
    return this.#backend.faults;
  }

  /**
   * The lab as it runs, with the addresses, ports and version that it has here; undefined if it is not up.
   * @throws RedisLabError (3) when the backend cannot be asked
   */
  async model(): Promise<LabModel | undefined> {
    return (await this.#backend.status()).lab;
  }

  /** The server program that runs; undefined if the lab is not up. @throws RedisLabError as {@link model} does */
  async server(): Promise<RunningServer | undefined> {
    return (await this.#backend.status()).server;
  }

  /**
   * What runs, and what each Redis server and Sentinel reports about itself and the others.
   * @throws RedisLabError (3) when the backend cannot be asked
   */
  async status(): Promise<LabStatus> {
    return orHolder(this.described, this.#backend, () => labStatus(this.described, this.#backend));
  }

  /**
   * All that happens to the lab, as one stream: its status, first and whenever it changes; what changed in services, roles,
   * links and problems; what its Sentinels publish; calls of this process on it, with their progress. The stream goes on when
   * the lab is stopped, taken down or brought up anew. It ends without an error when the reader leaves the loop or the signal
   * is aborted, and leaves nothing open. A slow reader always gets the newest status; at most 1000 other events wait for it,
   * and `dropped` tells how many were left out.
   * @example
   * for await (const event of running.watch()) {
   *   if (event.kind === 'master' && event.node !== null) break;
   * }
   * @throws RedisLabError (2) for an `everyMs` out of its limits; from the loop, what {@link status} throws at the first look
   */
  watch(options: WatchOptions = {}): AsyncIterableIterator<LabEvent, undefined> {
    checkInterval(options.everyMs ?? 1000);
    const lab = watchable(this.described, this.#backend);
    const look = () => orHolder(this.described, this.#backend, lab.look);
    return watch({ ...lab, look }, options);
  }

  /**
   * Proves that the lab does what it is for. A lab that does not run is brought up first, and ended again afterwards. One that
   * runs and is not whole fails, and is left as it is unless `heal` is set; incidents are refused on it unless `fresh` is set. A scenario that fails is a result, not an error.
   * Every key of the lab stays as it was, unless `fresh` is set, which **wipes all data**.
   * @throws RedisLabError (2) for a scenario or a number of runs that there is not, limits that none of the scenarios can
   * judge, or a lab that runs with another description; (3) for a client whose library this machine lacks, or when another call is at work on the lab; what `lab.up()` throws
   * when it cannot be brought up; the signal's reason
   */
  async verify(
    scenarios: readonly ScenarioName[] = IN_UP,
    options: VerifyOptions = {},
  ): Promise<VerifyResult> {
    const { onProgress: hear } = options;
    return this.#call('verify', { onProgress: hear }, (onProgress) =>
      withLabLock(this.described.name, 'verify', () =>
        this.#verify(scenarios, { ...options, onProgress }),
      ),
    );
  }

  async #verify(scenarios: readonly ScenarioName[], options: VerifyOptions): Promise<VerifyResult> {
    const { checkRepeat, verify } = await import('../verify/run.js');
    const { checkLimits, refuseUnmeasured } = await import('../verify/limits.js');
    const { whyUnfit } = await import('../verify/context.js');
    const { readyClients } = await import('../verify/clients/ready.js');
    const { scenariosNamed } = await import('../scenarios/registry.js');
    const wanted = await scenariosNamed(scenarios);
    checkRepeat(options.repeat ?? 1);
    checkLimits(options.limits ?? {});
    const clients = await readyClients(options.clients ?? [], wanted, options.signal);
    const before = await this.#backend.status();
    this.#refuseIncidents(wanted, before, options);
    refuseUnmeasured(
      options.limits ?? {},
      wanted.map(({ name, measures, needs }) => ({
        name,
        why: measures
          ? whyUnfit(needs, before.lab ?? this.described, this.#backend)?.text
          : 'it breaks nothing',
      })),
    );
    const [first = ''] = scenarios;
    return underTest(
      { described: this.described, backend: this.#backend, before, readyMs: this.readyMs, first },
      options,
      (lab) => verify({ ...lab, clients }, wanted, options),
    );
  }

  /** What an incident takes away is not given back. */
  #refuseIncidents(
    wanted: readonly Scenario[],
    { state }: BackendStatus,
    { fresh = false }: VerifyOptions,
  ): void {
    const named = wanted.filter(({ incident }) => incident).map(({ name }) => name);
    if (named.length === 0 || state === 'absent' || fresh) return;
    throw usage(
      `An incident takes away what the lab ${this.described.name} holds. Take it down first (redis-lab down), or give it up: redis-lab verify ${named.join(' ')} --fresh`,
      'lab.incident',
    );
  }

  /**
   * Injects faults at random moments while clients write, round after round, and looks each time whether what must hold whatever happens
   * does: the lab gets whole again, no two Sentinels lead at once, every write is accounted for, and nothing is lost without a cause. A
   * round that fails ends it; then the shortest schedule is looked for that still fails, on new labs. A lab that does not run is brought up
   * first, and ended again afterwards. A failed round is a result, not an error.
   * @throws RedisLabError (2) where the lab holds data, which faults at random may cost, unless `fresh` is set, which **wipes it**; or for a seed or a
   * number of minutes that is none; else as {@link verify} does
   */
  async random(options: RandomOptions = {}): Promise<RandomResult> {
    const { onProgress: hear } = options;
    return this.#call('verify', { onProgress: hear }, (onProgress) =>
      withLabLock(this.described.name, 'verify', async () => {
        const { hunt, checked } = await import('../scenarios/random/hunt.js');
        const asked = checked({ ...options, onProgress });
        const before = await this.#backend.status();
        if (before.state !== 'absent' && !options.fresh) {
          throw usage(
            `Faults at random may cost what the lab ${this.described.name} holds. Take it down first (redis-lab down), or give it up: redis-lab verify --random --fresh`,
            'lab.random',
          );
        }
        const first = 'random';
        return underTest(
          { described: this.described, backend: this.#backend, before, readyMs: null, first },
          asked,
          (lab) => hunt(lab, asked),
        );
      }),
    );
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
   * What a client of your own needs to connect; for one that follows a failover, see {@link sentinels}.
   * @throws RedisLabError (2) when the lab is not up
   */
  async connection(): Promise<LabConnection> {
    return connectionTo(this.described, this.#backend);
  }

  /**
   * Options for a client on this machine that follows a failover: `new Redis(await running.sentinels())` with ioredis,
   * `createSentinel(await running.sentinels())` with node-redis.
   * @throws RedisLabError (2) when the lab is not up; (3) when this machine has no address in the lab's network, or the
   * servers take TLS only
   */
  async sentinels(): Promise<SentinelClientOptions> {
    return sentinelOptionsOf(this.described, this.#backend);
  }

  /**
   * Runs a command line on a node to its end, without a terminal; `redis-cli` reaches the node's own Redis server. A failing
   * command is a result, not an error. The words do not go through a shell.
   * @example
   * const { stdout } = await running.exec('@master', ['redis-cli', 'DBSIZE']);
   * @throws RedisLabError (2) without a command, or when the node is not up; (4) when the program cannot be started (on a
   * machine, a missing one is exit code 127 instead); (5) when it takes too long, and was ended; what {@link node} throws; the
   * signal's reason
   */
  async exec(
    node: NodeTarget,
    argv: readonly string[],
    { withinMs = 60_000, input, signal }: ExecOptions = {},
  ): Promise<ExecResult> {
    if (!Array.isArray(argv) || !argv[0]) {
      throw usage("exec needs a command line as a list of words, such as ['redis-cli', 'PING'].");
    }
    const { code, stdout, stderr } = await run(await this.invocation(node, argv), {
      deadlineMs: withinMs,
      detached: true,
      signal,
      ...(input === undefined ? {} : { input }),
    });
    return { exitCode: code, stdout, stderr };
  }

  /**
   * How a command line is run on a node, where `redis-cli` reaches the node's own Redis server;
   * without one, an interactive shell. Nothing is run.
   * @throws RedisLabError (2) when the node is not up; what {@link node} throws
   */
  async invocation(node: NodeTarget, argv?: readonly string[]): Promise<Invocation> {
    return this.#backend.invocation(await this.node(node), argv);
  }

  /**
   * The log of a service of a node, line by line; with `follow`, until the signal is aborted, which is no error.
   * @throws RedisLabError (2) when the lab is not up, or the node has no such service; what {@link node} throws
   */
  async *logs(node: NodeTarget, service: Service, options: LogOptions = {}): AsyncIterable<string> {
    yield* this.#backend.logs(await this.node(node), service, options);
  }

  /**
   * How many keys the lab holds, in all databases: those of the Redis server with the most. null if that cannot be known: the
   * lab is stopped, or the servers that answer hold nothing and others do not answer.
   * @throws RedisLabError as {@link model} does
   */
  async keys(): Promise<number | null> {
    const { lab } = await this.#backend.status();
    return lab ? keysOf(lab) : null;
  }

  /**
   * Breaks a node, or several in the same way, and settles once they are broken; with `forMs`, once that time is over and the
   * fault is undone again. `crash` ends a Redis server by SIGSEGV, `hang` stops it by SIGSTOP, `partition` cuts a node off from others,
   * `slow` makes its link to others slow or bad, `power-off` cuts its power. {@link heal} undoes each.
   * @example
   * await running.inject('partition', '@replica', { from: ['@master'], oneWay: 'in' });
   * await running.inject('slow', '@master', { delayMs: 200, jitterMs: 20, lossPercent: 5, forMs: 30_000 });
   * @throws RedisLabError (2) when a node does not run, or the fault is not among {@link faults}, or does not take an option or
   * its value (all of them are told); (3) when another call is at work on the lab; (4) when a node cannot be entered; (5) when the fault has no
   * effect in time; what {@link node} throws. None of the nodes is left broken by it then
   */
  async inject(
    fault: FaultKind,
    node: NodeTarget | readonly NodeTarget[],
    { forMs, signal, ...given }: InjectOptions = {},
  ): Promise<void> {
    const nodes = await withLabLock(this.described.name, 'fault', async () => {
      const names = await this.#names([node].flat());
      const known = faultNamed(fault, this.backend);
      const from = given.from && (await this.#names(given.from));
      const named = { ...given, ...(from ? { from } : {}) };
      const lab = (await this.model()) ?? this.described;
      const timed = forMs === undefined ? named : { ...named, forMs };
      const problems = optionProblems(known, names, lab, timed);
      if (problems.length > 0) throw usage(problems.join('\n'), 'fault.options');
      const options = settled(known, names, lab, named);
      const broken: string[] = [];
      try {
        for (const name of names) {
          await this.#call('fault', { fault, node: name }, () =>
            this.#backend.inject(fault, name, options),
          );
          broken.push(name);
        }
      } catch (error) {
        if (broken.length > 0) await this.undo(fault, broken).catch(() => undefined);
        throw error;
      }
      return names;
    });
    if (forMs === undefined) return;
    await sleep(forMs, signal).catch(() => undefined);
    await this.undo(fault, nodes);
  }

  /**
   * Undoes one kind of fault on nodes, and leaves others as they are. Gives a sentence for each thing mended; none where it was undone
   * already, or the lab was stopped or taken down.
   * @throws RedisLabError (2) when the fault cannot be undone alone, as `stall` and `power-off`; (3) when another call is at
   * work on the lab; (4) when a node cannot be entered, or a server does not start; what {@link node} throws
   */
  async undo(
    fault: FaultKind,
    node: NodeTarget | readonly NodeTarget[],
  ): Promise<readonly string[]> {
    return (await this.undone(fault, node)).map(({ text }) => text);
  }

  /** @internal {@link undo}, with the codes of its sentences. */
  async undone(
    fault: FaultKind,
    node: NodeTarget | readonly NodeTarget[],
  ): Promise<readonly Message[]> {
    const known = faultNamed(fault, this.backend);
    if (!endsAlone(known)) {
      throw usage(`${fault} cannot be undone alone: redis-lab heal undoes everything.`);
    }
    return this.#call('heal', {}, () =>
      withLabLock(this.described.name, 'heal', async () => {
        const { lab, state } = await this.#backend.status();
        if (!lab || state === 'stopped') return [];
        const names = await this.#names([node].flat());
        const hit = lab.nodes.filter(({ name }) => names.includes(name));
        const only = known.undo ? [] : hit.flatMap((each) => serversOf(known, each));
        return this.#backend.heal({ only, fault });
      }),
    );
  }

  async #names(targets: readonly NodeTarget[]): Promise<string[]> {
    const names = await Promise.all(targets.map((each) => this.node(each)));
    return [...new Set(names)];
  }

  /**
   * Undoes every fault, starts what should run and does not, and mends servers that run but refuse or do not answer, or do not
   * let each other in: it sets back what was set at run time, ends their script, or restarts them. Unsaved data survives if a
   * replica can take over. Gives a sentence for each thing mended. When it settles, the servers run; {@link ready} waits until
   * they have found each other.
   * @throws RedisLabError (2) when nothing of the lab runs: what was stopped is for `lab.up()`; (3) when another call is at
   * work on the lab; (4) when a server does not start
   */
  async heal(): Promise<readonly string[]> {
    return (await this.mend()).map(({ text }) => text);
  }

  /** @internal {@link heal}, with the codes of its sentences. */
  async mend({
    onProgress: hear,
    signal,
  }: Pick<ReadyOptions, 'onProgress' | 'signal'> = {}): Promise<readonly Message[]> {
    return this.#call('heal', { onProgress: hear }, (tell) =>
      withLabLock(this.described.name, 'heal', async () => {
        const onWaiting = ({ text, ...coded }: Message) =>
          tell({ kind: 'phase', phase: 'ready', state: 'detail', text, codes: [coded] });
        const mended = await mend(this.#backend, { signal, onWaiting });
        tellNotes(tell, mended);
        return mended;
      }),
    );
  }

  /**
   * Waits until the lab is ready. Gives the moment, in milliseconds of `performance.now()`.
   * @throws RedisLabError (4) as soon as a server has ended, with its last log lines, or gives an error that does not pass by
   * itself; (5) when the time is up, with what is still missing; the signal's reason
   */
  async ready(options: ReadyOptions = {}): Promise<number> {
    const { lab } = await this.#backend.status();
    const since = now();
    const { onProgress: hear } = options;
    return this.#call('ready', { onProgress: hear }, (onProgress) =>
      untilReady(lab ?? this.described, { ...options, backend: this.#backend, onProgress }, (at) =>
        after(at - since),
      ),
    );
  }

  /**
   * Ends every service in good order and keeps the data; gives what was ended: `master redis`.
   * @param options.signal ends it while a master saves; once services are ended, it ends them all
   * @throws RedisLabError (3) when another call is at work on the lab, or the backend cannot be asked; (4), before anything is
   * ended, where a master cannot save what it holds, with the reason; (5) where that takes more than 2 minutes; the signal's
   * reason
   */
  async stop({ signal }: { readonly signal?: AbortSignal } = {}): Promise<readonly string[]> {
    return this.#ending('stop', async () => {
      const there = await this.#backend.status().catch(() => undefined);
      if (there?.lab && there.state !== 'stopped') {
        await saveBeforeEnd(there.lab, this.#backend, signal);
      }
      signal?.throwIfAborted();
      return this.#backend.stop();
    });
  }

  /**
   * Ends every service and removes all that `up` made; gives what was ended: `master redis`. Does nothing where there is no lab.
   * @throws RedisLabError (3) when another call is at work on the lab, or the backend cannot be asked
   */
  async down(): Promise<readonly string[]> {
    return this.#ending('down', () => takeDown(this.described, this.#backend));
  }

  #ending<T>(call: 'stop' | 'down', work: () => Promise<T>): Promise<T> {
    return this.#call(call, {}, () =>
      orHolder(this.described, this.#backend, () => ending(this.described, call, work)),
    );
  }

  /** Does a call, of which watchers are told. */
  #call<T>(call: Call, options: CallOptions, work: (tell: OnProgress) => Promise<T>): Promise<T> {
    const { backend } = this;
    return toldCall({ lab: this.described.name, backend }, call, work, options);
  }

  /**
   * Takes the lab down if the call that gave this object started it; leaves it alone if it ran before.
   * @throws RedisLabError as {@link down} does
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.started) await this.down();
  }
}
