/** Many labs of one description, brought up, looked at, proven, broken and removed together. */
import os from 'node:os';
import type { FaultKind } from '../backends/backend.js';
import type { ClassesOfBackend, Room } from '../backends/descriptor.js';
import { notUp } from '../backends/refusals.js';
import { type BackendName, descriptorOf } from '../backends/registry.js';
import { usage } from '../errors.js';
import type { InjectOptions } from '../faults/options.js';
import { Lab } from '../lab/lab.js';
import type { ExecResult } from '../lab/options.js';
import type { RunningLab } from '../lab/running.js';
import type { OnProgress } from '../progress.js';
import type { LabStatus, VerifyResult } from '../report/types.generated.js';
import type { VerifyOptions } from '../verify/options.js';
import { forEach, type Outcome } from './each.js';
import { type ClassModel, keyOf, type StudentLab } from './labs.js';

/** How something is done with the labs of a class. */
export interface ClassCall {
  /** Students by number or e-mail address. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** Labs at a time. Default: as many as there are processors here, at least two. */
  readonly jobs?: number | undefined;
  /** Called when the work on a lab begins. */
  readonly onBegin?: ((lab: StudentLab) => void) | undefined;
  /** Called with the progress of a lab. */
  readonly onProgress?: ((lab: StudentLab, ...event: Parameters<OnProgress>) => void) | undefined;
  /** Called when the work on a lab has ended. */
  readonly onEnd?: ((outcome: StudentOutcome<unknown>) => void) | undefined;
  /** Aborting it begins no more labs and ends what is done to the others. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of the work on one lab: a value, or an error, or neither where it was not begun. */
export type StudentOutcome<Value> = Outcome<StudentLab, Value>;

/** A class as it is on a backend. */
export class LabClass {
  readonly model: ClassModel;
  readonly backend: BackendName;
  readonly #classes: ClassesOfBackend;

  /** @throws RedisLabError (2) when the backend cannot have a class */
  constructor(model: ClassModel, backend: BackendName) {
    const classes = descriptorOf(backend)?.classes;
    if (!classes) {
      throw usage(`A class cannot be on the backend ${backend}. Take --backend incus.`);
    }
    this.model = model;
    this.backend = backend;
    this.#classes = classes;
  }

  /** Brings each lab up until it is ready; one that is up is mended. What was interrupted is gone on with. */
  async up(call: ClassCall = {}): Promise<StudentOutcome<RunningLab>[]> {
    const chosen = this.#chosen(call.only);
    const placed = await this.#classes.placed(
      chosen.map(({ lab }) => lab),
      call.signal,
    );
    const labs = chosen.map((each, at) => ({ ...each, lab: placed[at] ?? each.lab }));
    return this.#each(labs, call, async (each) => {
      await this.#classes.makeRoom(each.lab, this.#roomOf(each));
      const { onProgress: hear, signal } = call;
      const onProgress = hear && ((event: Parameters<OnProgress>[0]) => hear(each, event));
      return new Lab(each.lab).up({ backend: this.backend, onProgress, signal });
    });
  }

  /** How each lab is. */
  async status(call: ClassCall = {}): Promise<StudentOutcome<LabStatus>[]> {
    return this.#running(call, (running) => running.status());
  }

  /** Runs scenarios on each lab. */
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

  /** Breaks something in each lab. */
  async inject(
    fault: FaultKind,
    node: Parameters<RunningLab['inject']>[1],
    options: Omit<InjectOptions, 'signal'> = {},
    call: ClassCall = {},
  ): Promise<StudentOutcome<void>[]> {
    const { signal } = call;
    return this.#running(call, (running) => running.inject(fault, node, { ...options, signal }));
  }

  /** Undoes every fault in each lab; gives a sentence for each thing mended. */
  async heal(call: ClassCall = {}): Promise<StudentOutcome<readonly string[]>[]> {
    return this.#running(call, (running) => running.heal());
  }

  /** Runs a command line on a node of each lab. */
  async exec(
    node: Parameters<RunningLab['exec']>[0],
    argv: readonly string[],
    call: ClassCall = {},
  ): Promise<StudentOutcome<ExecResult>[]> {
    const { signal } = call;
    return this.#running(call, (running) => running.exec(node, argv, given({ signal })));
  }

  /** Ends every service of each lab in good order, and keeps the data. */
  async stop(call: ClassCall = {}): Promise<StudentOutcome<readonly string[]>[]> {
    const { signal } = call;
    return this.#running(call, (running) => running.stop(given({ signal })));
  }

  /** The rooms of this class, also of students who are not in the list. */
  async rooms(signal?: AbortSignal): Promise<readonly Room[]> {
    const { described, name } = this.model;
    const rooms = await this.#classes.rooms(described, signal);
    return rooms.filter((room) => room.class === name);
  }

  /**
   * Removes labs, and all that was made for them. It needs no list: by default it removes all of the class that there is.
   * @param rooms of {@link rooms}
   */
  async down(
    rooms: readonly Room[],
    {
      jobs,
      signal,
      onEnd,
    }: {
      readonly jobs?: number | undefined;
      readonly signal?: AbortSignal | undefined;
      readonly onEnd?: (outcome: Outcome<Room, void>) => void;
    } = {},
  ): Promise<Outcome<Room, void>[]> {
    const { described } = this.model;
    return forEach(
      rooms,
      async (room) => {
        const lab = this.model.labOf(room.lab);
        const running = await new Lab(lab).attach({ backend: this.backend });
        await running.down();
        await this.#classes.removeRoom(described, room);
      },
      { jobs: jobs ?? usualJobs(), signal, ...(onEnd ? { onEnd } : {}) },
    );
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

  #each<Value>(
    labs: readonly StudentLab[],
    { jobs = usualJobs(), signal, onBegin, onEnd }: ClassCall,
    work: (each: StudentLab) => Promise<Value>,
  ): Promise<StudentOutcome<Value>[]> {
    return forEach(labs, work, {
      jobs,
      signal,
      ...(onBegin ? { onBegin } : {}),
      ...(onEnd ? { onEnd } : {}),
    });
  }

  #chosen(only: readonly string[] | undefined): readonly StudentLab[] {
    const { labs } = this.model;
    if (only === undefined) return labs;
    const wanted = only.map((each) => each.toLowerCase());
    const known = labs.map(({ student }) => keyOf(student).toLowerCase());
    const strange = only.filter((_, at) => !known.includes(wanted[at] ?? ''));
    if (strange.length > 0) {
      throw usage(`No student of the class is known as ${strange.join(', ')}.`);
    }
    return labs.filter((_, at) => wanted.includes(known[at] ?? ''));
  }
}

/** Without the keys that have no value. */
function given<T extends object>(options: T) {
  const kept = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}

function usualJobs(): number {
  return Math.max(2, os.availableParallelism());
}
