/** A class from its files: the description of the lab, and the list of the students. */
import { MOST, readText } from '../workspace/named-file.js';
import { type ClassModel, classOf } from './labs.js';
import { readClass } from './roster.js';

export interface ClassFiles {
  /** File of the description. Default: the course's lab. */
  readonly spec?: string | undefined;
  /** `path=value` texts over it. Default: none. */
  readonly set?: readonly string[];
  /** CSV file of the students, see {@link readClass}. Absent: a class without a list, of which only the rooms can be found. */
  readonly roster?: string | undefined;
}

/**
 * @throws SpecError with every row of the list that cannot be used, or every problem of the description
 * @throws WorkspaceError when a file cannot be read
 */
export async function loadClass({ spec, set = [], roster }: ClassFiles): Promise<ClassModel> {
  const text =
    spec === undefined
      ? undefined
      : { text: await readText(spec, MOST.description), filename: spec };
  const students =
    roster === undefined ? [] : readClass(await readText(roster, MOST.class), roster);
  return classOf({ text, set }, students, roster ?? '');
}
