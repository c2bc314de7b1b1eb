/** Many labs of one description, brought up, looked at, proven, broken and removed together. */
import os from 'node:os';
import type { FaultKind } from '../backends/backend.js';
import type { ClassesOfBackend, Room } from '../backends/descriptor.js';
import type { Entrance } from '../backends/entries.js';
import { notUp } from '../backends/refusals.js';
import { type BackendName, backends, descriptorOf } from '../backends/registry.js';
import type { Sentence } from '../coded.js';
import { RedisLabError, usage } from '../errors.js';
import type { InjectOptions } from '../faults/options.js';
import { Lab } from '../lab/lab.js';
import type { ExecResult } from '../lab/options.js';
import type { RunningLab } from '../lab/running.js';
import { checkInterval } from '../live/watch.js';
import type { LabModel } from '../model/model.js';
import type { OnProgress } from '../progress.js';
import type { LabStatus, VerifyResult } from '../report/types.generated.js';
import type { VerifyOptions } from '../verify/options.js';
import { chosenOf } from './chosen.js';
import { forEach, type Outcome } from './each.js';
import { closed, type EntryOptions, entrancesTo, entriesFor } from './entries.js';
import { type ClassModel, keyOf, type StudentLab } from './labs.js';
import { type ClassEvent, type ClassWatchOptions, watchAll } from './watch.js';

/** How something is done with the labs of a class. */
export interface ClassCall {
  /** Students by number or e-mail address. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** Labs at a time, from 1. Default: {@link LabClass.processors}, at least two; of {@link LabClass.status}, which waits most of the time, four times as many. */
  readonly jobs?: number | undefined;
  /** Called with each step of making what the labs share. */
  readonly onStep?: ((step: Sentence) => void) | undefined;
  /** Called when the work on a lab begins. */
  readonly onBegin?: ((lab: StudentLab) => void) | undefined;
  /** Called with the progress of a lab. */
  readonly onProgress?: ((lab: StudentLab, ...event: Parameters<OnProgress>) => void) | undefined;
  /** Called with what should be known of the server, such as a member of the cluster that gets no lab. */
  readonly onNote?: ((told: Sentence) => void) | undefined;
  /** Called when the work on a lab has ended. */
  readonly onEnd?: ((outcome: StudentOutcome<unknown>) => void) | undefined;
  /** Aborting it begins no more labs and ends what is done to the others. */
  readonly signal?: AbortSignal | undefined;
}

/** How the labs of a class are removed. */
export interface ClassDownCall extends Pick<ClassCall, 'jobs' | 'signal'> {
  /** Called when the work on a lab begins. */
  readonly onBegin?: ((room: Room) => void) | undefined;
  /** Called when the work on a lab has ended. */
  readonly onEnd?: ((outcome: Outcome<Room, void>) => void) | undefined;
}

/** What became of the work on one lab: a value, or an error, or neither where it was not begun. */
export type StudentOutcome<Value> = Outcome<StudentLab, Value>;

/**
 * A class on a backend: a lab for each student, all of one description. What is done is done to all of them, some at a time; what
 * fails for one holds up no other, and is in its outcome. Given by `loadClass()` and `buildClass()`.
 */
export class LabClass {
  /** The students and their labs. */
  readonly model: ClassModel;
  /** What runs the labs. */
  readonly backend: BackendName;
  readonly #classes: ClassesOfBackend;
  #processors: number | undefined;

  /** @internal Use `loadClass()` or `buildClass()`. @throws RedisLabError (2) when the backend cannot have a class */
  constructor(model: ClassModel, backend: BackendName) {
    const classes = descriptorOf(backend)?.classes;
    if (!classes) {
      const able = backends().flatMap(({ name, classes }) => (classes ? [name] : []));
      throw usage(`A class cannot be on the backend ${backend}. Take ${able.join(' or ')}.`);
    }
    this.model = model;
    this.backend = backend;
    this.#classes = classes;
  }

  /**
   * How many processors work on the labs: those of the server, of the members of the cluster that are online, or of this machine.
   * @throws RedisLabError (3) when the server cannot be asked
   */
  async processors(signal?: AbortSignal): Promise<number> {
    this.#processors ??=
      (await this.#classes.processors?.(this.model.described, signal)) ?? os.availableParallelism();
    return this.#processors;
  }

  /**
   * Brings each lab up until it is ready, and lets its student in; one that is up is mended. What was interrupted is gone on with.
   * @throws RedisLabError (2) for a student who is not in the class, or a number of jobs that is none; (3) when the server cannot be asked
   */
  async up(call: ClassCall & EntryOptions = {}): Promise<StudentOutcome<RunningLab>[]> {
    const chosen = this.#chosen(call.only);
    const entries = await entriesFor(this.#classes, this.model, call);
    const { labs: placed, notes } = await this.#classes.placed(
      chosen.map(({ lab }) => lab),
      call.signal,
    );
    for (const note of notes) call.onNote?.(note);
    const { onStep = () => undefined } = call;
    const free = placed.filter((lab): lab is LabModel => !(lab instanceof RedisLabError));
    const sharing = await this.#classes.shared?.(this.model.described, free, {
      onStep,
      signal: call.signal,
    });
    const made = new Map((sharing ?? free).map((lab) => [lab.name, lab]));
    const refused = new Map<string, RedisLabError>();
    const labs = chosen.map((each, at) => {
      const lab = placed[at];
      if (lab instanceof RedisLabError) refused.set(each.lab.name, lab);
      return { ...each, lab: made.get(each.lab.name) ?? each.lab };
    });
    return this.#each(labs, call, async (each) => {
      const why = refused.get(each.lab.name);
      if (why) throw why;
      await this.#classes.makeRoom(each.lab, this.#roomOf(each));
      const { onProgress: hear, signal } = call;
      const onProgress = hear && ((event: Parameters<OnProgress>[0]) => hear(each, event));
      const work = new Lab(each.lab).up({ backend: this.backend, onProgress, signal });
      const close = async () => this.#classes.closeRoom?.(each.lab);
      // Why a lab does not come up counts for more.
      await work.catch(async () => close().catch(() => undefined));
      const running = await work;
      await close();
      await entries?.open(each, signal);
      return running;
    });
  }

  /**
   * How each lab is. Where one is whole by what its servers say, nothing more is asked on its nodes: that a link is slowed by the fault
   * `slow` is told by {@link RunningLab.status} alone.
   * @throws RedisLabError as {@link up} does
   */
  async status(call: ClassCall = {}): Promise<StudentOutcome<LabStatus>[]> {
    const chosen = this.#chosen(call.only);
    const jobs = await this.#jobs(call, LOOKS_A_PROCESSOR);
    const { statusesIn } = await import('./looks.js');
    const look = await statusesIn(this.#place);
    return this.#each(chosen, { ...call, jobs }, ({ lab }) => look(lab));
  }

  /**
   * All that happens to the labs, as one stream: events as {@link RunningLab.watch} gives them, each with its student, over one connection
   * into each lab. A lab that cannot be looked at is told as that, and looked at again. It ends without an error when the reader leaves the
   * loop or the signal is aborted, and leaves nothing open. A slow reader always gets the newest status of each lab.
   * @throws RedisLabError (2) for a student who is not in the class, or an `everyMs` out of its limits
   */
  watch(options: ClassWatchOptions = {}): AsyncIterableIterator<ClassEvent, undefined> {
    const { everyMs = 2000, jobs, only, signal } = options;
    checkInterval(everyMs);
    const labs = this.#chosen(only);
    const atOnce = () => this.#jobs({ jobs, signal }, LOOKS_A_PROCESSOR);
    return watchAll({ ...this.#place, labs, atOnce }, { everyMs, signal });
  }

  /** Runs scenarios on each lab; one that is not up is an error. @throws RedisLabError as {@link up} does */
  async verify(
    scenarios: Parameters<RunningLab['verify']>[0],
    options: Omit<VerifyOptions, 'onProgress' | 'signal'> = {},
    call: ClassCall = {},
  ): Promise<StudentOutcome<VerifyResult>[]> {
    const { onProgress: hear, signal } = call;
    return this.#running(call, async (running, each) => {
      // A lab alone would be brought up for it, and taken down again.
      if (!(await running.model())) throw notUp(each.lab);
      const onProgress = hear && ((event: Parameters<OnProgress>[0]) => hear(each, event));
      return running.verify(scenarios, { ...options, ...given({ onProgress, signal }) });
    });
  }

  /** Breaks something in each lab. @throws RedisLabError as {@link up} does */
  async inject(
    fault: FaultKind,
    node: Parameters<RunningLab['inject']>[1],
    options: Omit<InjectOptions, 'signal'> = {},
    call: ClassCall = {},
  ): Promise<StudentOutcome<void>[]> {
    const { signal } = call;
    return this.#running(call, (running) => running.inject(fault, node, { ...options, signal }));
  }

  /** Undoes every fault in each lab; gives a sentence for each thing mended. @throws RedisLabError as {@link up} does */
  async heal(call: ClassCall = {}): Promise<StudentOutcome<readonly string[]>[]> {
    return this.#running(call, (running) => running.heal());
  }

  /** Runs a command line on a node of each lab. @throws RedisLabError as {@link up} does */
  async exec(
    node: Parameters<RunningLab['exec']>[0],
    argv: readonly string[],
    call: ClassCall = {},
  ): Promise<StudentOutcome<ExecResult>[]> {
    const { signal } = call;
    return this.#running(call, (running) => running.exec(node, argv, given({ signal })));
  }

  /** Ends every service of each lab in good order, and keeps the data. @throws RedisLabError as {@link up} does */
  async stop(call: ClassCall = {}): Promise<StudentOutcome<readonly string[]>[]> {
    const { signal } = call;
    return this.#running(call, (running) => running.stop(given({ signal })));
  }

  /**
   * How students get into the labs that can be entered; none where the backend has no such way.
   * @throws RedisLabError (3) when the server cannot be asked
   */
  async entrances(signal?: AbortSignal): Promise<readonly Entrance[]> {
    return entrancesTo(this.#classes, this.model, signal);
  }

  /** The rooms of this class, also of students who are not in the list. @throws RedisLabError (3) when the server cannot be asked */
  async rooms(signal?: AbortSignal): Promise<readonly Room[]> {
    const { described, name } = this.model;
    const rooms = await this.#classes.rooms(described, signal);
    return rooms.filter((room) => room.class === name);
  }

  /**
   * Removes labs, and all that was made for them. It needs no list of students.
   * @param rooms some of {@link rooms}; default: all of them
   * @throws RedisLabError as {@link up} does
   */
  async down(
    rooms?: readonly Room[],
    { jobs, signal, onBegin, onEnd }: ClassDownCall = {},
  ): Promise<Outcome<Room, void>[]> {
    const { described } = this.model;
    const outcomes = await forEach(
      rooms ?? (await this.rooms(signal)),
      async (room) => {
        const lab = this.model.labOf(room.lab);
        await closed(this.#classes, described, room);
        const running = await new Lab(lab).attach({ backend: this.backend });
        await running.down();
        await this.#classes.removeRoom(described, room);
      },
      {
        jobs: await this.#jobs({ jobs, signal }),
        signal,
        ...(onBegin ? { onBegin } : {}),
        ...(onEnd ? { onEnd } : {}),
      },
    );
    if (!signal?.aborted) await this.#classes.removeShared?.(described);
    return outcomes;
  }

  get #place() {
    const { described } = this.model;
    return { backend: this.backend, described, classes: this.#classes };
  }

  #roomOf({ student, lab }: StudentLab): Room {
    return { class: this.model.name, lab: lab.name, student: keyOf(student) };
  }

  #running<Value>(
    call: ClassCall,
    work: (running: RunningLab, each: StudentLab) => Promise<Value>,
  ): Promise<StudentOutcome<Value>[]> {
    return this.#each(this.#chosen(call.only), call, async (each) =>
      work(await new Lab(each.lab).attach({ backend: this.backend }), each),
    );
  }

  async #each<Value>(
    labs: readonly StudentLab[],
    { jobs, signal, onBegin, onEnd }: ClassCall,
    work: (each: StudentLab) => Promise<Value>,
  ): Promise<StudentOutcome<Value>[]> {
    return forEach(labs, work, {
      jobs: await this.#jobs({ jobs, signal }),
      signal,
      ...(onBegin ? { onBegin } : {}),
      ...(onEnd ? { onEnd } : {}),
    });
  }

  /** @param each labs for each processor */
  async #jobs({ jobs, signal }: Pick<ClassCall, 'jobs' | 'signal'>, each = 1): Promise<number> {
    if (jobs === undefined) return each * Math.max(2, await this.processors(signal));
    if (Number.isInteger(jobs) && jobs > 0) return jobs;
    throw usage(`jobs is ${jobs}; use a whole number from 1.`);
  }

  #chosen(only: readonly string[] | undefined): readonly StudentLab[] {
    return chosenOf(this.model.labs, only);
  }
}

/** Without the keys that have no value. */
function given<T extends object>(options: T) {
  const kept = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}

/** Looks at a time for each processor: most of a look is waiting. */
const LOOKS_A_PROCESSOR = 4;
