import type { LabModel } from '../model/model.js';
import type { RenderedFile } from '../render/file.js';
import { labFiles } from '../render/lab-files.js';
import type { LabList, ScenarioList } from '../report/types.generated.js';
import { parseSpec } from '../spec/parse.js';
import { readSpec } from '../spec/read.js';
import { ALL_RULES, RULES } from '../spec/rules.js';
import type { LabSpec } from '../spec/types.generated.js';
import {
  type Changes,
  type Difference,
  firstDifference,
  type WriteOptions,
  writeFiles,
} from '../workspace/generate.js';
import { MOST, readText } from '../workspace/named-file.js';
import type { ListOptions } from './labs.js';
import { notesOf } from './notes.js';
import type { BackendOptions, UpOptions } from './options.js';
import type { RunningLab } from './running.js';

/** What `write` changed. */
export interface Written extends Changes {
  /** What `check` says of the configurations that is worse than a hint, in English, each with its path in the description. */
  readonly notes: readonly string[];
}

/** A valid description, as data: `write` makes files of it, `up` a running lab. */
export class Lab {
  /** The frozen, complete model. */
  readonly model: LabModel;

  /** @internal Use {@link buildLab} or {@link loadLab}. */
  constructor(model: LabModel) {
    this.model = model;
    Object.freeze(this);
  }

  /**
   * Every file of the lab, paths below an output folder. Pure: no disk, no clock, no randomness;
   * the same description gives the same bytes everywhere.
   * @throws SpecError when the nodes would download a source of which redis-lab knows no digest
   */
  files(): RenderedFile[] {
    return [...labFiles(this.model)];
  }

  /**
   * Makes `folder` match this lab, and creates it if need be: writes the files that differ, each in one step, and removes
   * those that an earlier call wrote and this lab does not have. Touches nothing else.
   * @throws WorkspaceError when the folder cannot be read or written, or when something that
   * redis-lab did not write is in the way; RedisLabError (2) with all that the servers would surely refuse. Then nothing was
   * changed
   */
  async write(folder: string, options: WriteOptions = {}): Promise<Written> {
    const notes = (await notesOf(this.model)).map(({ message }) => message.text);
    return { ...(await writeFiles(folder, labFiles(this.model), options)), notes };
  }

  /**
   * The first difference between `folder` and this lab; undefined if it is what `write` leaves.
   * @throws WorkspaceError when the folder cannot be read
   */
  async check(folder: string): Promise<Difference | undefined> {
    return firstDifference(folder, labFiles(this.model));
  }

  /**
   * Brings the lab up until it is ready: every replica linked, every Sentinel in touch with all
   * and able to reach its quorum. What runs already is left alone, what does not is mended. If a backend has the lab
   * already, that one goes on with it; else see {@link BackendOptions.backend}.
   * @throws RedisLabError when several backends have a lab of this name and none was named (exit code 2), something is
   * missing here (3), a program fails (4), or the lab is not ready in time (5; it is left running for a look)
   */
  async up(options: UpOptions = {}): Promise<RunningLab> {
    const { up } = await import('./open.js');
    return up(this.model, options);
  }

  /**
   * The lab as it is now, running or not. Nothing is changed, and nothing is looked at until a method is called. Default
   * backend: the one that has the lab, whether a program or the command brought it up; if none has, `local`.
   * @throws RedisLabError (2) when several backends have a lab of this name and none was named
   */
  async attach(options: BackendOptions = {}): Promise<RunningLab> {
    const { attach } = await import('./open.js');
    return attach(this.model, options);
  }
}

/**
 * The lab that a description stands for; without one, the course's lab: `master` 192.168.100.11
 * (2048 MB), `slave1` .12 and `slave2` .13 (1024 MB each), watched by three Sentinels.
 * Pure.
 * @throws SpecError with every problem of the description at once, each with its path
 */
export function buildLab(spec: LabSpec = {}): Lab {
  return new Lab(parseSpec(spec));
}

/** How a description is loaded. */
export interface LoadOptions {
  /** `path=value` texts put over the file, such as `sentinel.downAfter=1000`. */
  readonly set?: readonly string[];
  /**
   * Whether {@link Lab.files} will be called, which needs the digest of a source. With `true`, a missing digest is reported here,
   * with its line, among all other problems. Default false: a lab of processes may run on a server that this machine has.
   */
  readonly forFiles?: boolean;
}

/**
 * The lab of a YAML file; `undefined` stands for no file, the course's lab.
 * @throws SpecError with every problem at once, each with its path and line
 * @throws WorkspaceError when the file cannot be read
 */
export async function loadLab(
  file: string | undefined,
  { set = [], forFiles = false }: LoadOptions = {},
): Promise<Lab> {
  const text =
    file === undefined
      ? undefined
      : { text: await readText(file, MOST.description), filename: file };
  return new Lab(readSpec(text, set, forFiles ? ALL_RULES : RULES));
}

/** All scenarios, in the order of the help, with what each needs and where it can be run. Nothing is asked or changed. Never throws. */
export async function listScenarios(): Promise<ScenarioList> {
  const open = await import('./open.js');
  return open.listScenarios();
}

/**
 * The labs of this user, running or not: those on this machine's disk, and all labs on the Incus or LXD server that this
 * user may use. Nothing is changed. A backend that does not answer in time is listed in `silent`; labs that are known to be
 * with it are listed all the same.
 *
 * To take one down: `(await (await loadLab(undefined, { set: [`name=${name}`, ...set] })).attach({ backend })).down()`.
 * @throws the signal's reason
 */
export async function listLabs(options: ListOptions = {}): Promise<LabList> {
  const labs = await import('./open.js');
  return labs.listLabs(options);
}
