import type { LabModel } from './model/model.js';
import type { RenderedFile } from './render/file.js';
import { labFiles } from './render/lab-files.js';
import type { BackendOptions, RunningLab, UpOptions } from './running.js';
import type { LabSpec } from './spec/lab-spec.js';
import { parseSpec } from './spec/parse.js';
import { readSpec } from './spec/read.js';
import {
  type Changes,
  type Difference,
  firstDifference,
  type WriteOptions,
  writeFiles,
} from './workspace/generate.js';
import { MOST, readText } from './workspace/named-file.js';

/** A lab that was described and is sound. By itself it is data: `write` makes files of it, `up` a running lab. */
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
   */
  files(): RenderedFile[] {
    return [...labFiles(this.model)];
  }

  /**
   * Brings `folder` (made if missing) to this lab: writes what differs, each file in one step;
   * removes what an earlier call wrote there and this lab has not; touches nothing else.
   * @throws WorkspaceError when the folder cannot be read or written, or when something that
   * redis-lab did not write is in the way (then nothing was changed)
   */
  async write(folder: string, options: WriteOptions = {}): Promise<Changes> {
    return writeFiles(folder, labFiles(this.model), options);
  }

  /**
   * Where `folder` first departs from this lab; undefined when it is exactly what `write` leaves.
   * @throws WorkspaceError when the folder cannot be read
   */
  async check(folder: string): Promise<Difference | undefined> {
    return firstDifference(folder, labFiles(this.model));
  }

  /**
   * Brings the lab up until it is ready: every replica linked, every Sentinel in touch with all
   * and able to reach its quorum. Changes nothing where it runs already, mends what does not.
   * @throws RedisLabError when something is missing here (exit code 3), a program fails (4), or the
   * lab is not ready in time (5; it is left running for a look)
   */
  async up(options: UpOptions = {}): Promise<RunningLab> {
    const { up } = await import('./running.js');
    return up(this.model, options);
  }

  /** The lab as it is here now, running or not, without a change to it. */
  async attach(options: BackendOptions = {}): Promise<RunningLab> {
    const { attach } = await import('./running.js');
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

export interface LoadOptions {
  /** `path=value` texts put over the file, such as `sentinel.downAfter=1000`. */
  readonly set?: readonly string[];
}

/**
 * The lab of a YAML file; `undefined` stands for no file, the course's lab.
 * @throws SpecError with every problem at once, each with its path and line
 * @throws WorkspaceError when the file cannot be read
 */
export async function loadLab(
  file: string | undefined,
  { set = [] }: LoadOptions = {},
): Promise<Lab> {
  const text =
    file === undefined
      ? undefined
      : { text: await readText(file, MOST.description), filename: file };
  return new Lab(readSpec(text, set));
}
