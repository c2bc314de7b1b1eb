/** A class from its files or from data: the description of the lab, and the students. */
import type { BackendName } from '../backends/registry.js';
import { parseSpec } from '../spec/parse.js';
import { readSpec } from '../spec/read.js';
import { RULES } from '../spec/rules.js';
import type { LabSpec } from '../spec/types.generated.js';
import { MOST, readText } from '../workspace/named-file.js';
import { LabClass } from './class.js';
import { type ClassModel, classOf, type Describe, type Setting } from './labs.js';
import { type StudentSpec, studentsOf } from './students.js';

/** The files that a class is read from. */
export interface ClassFiles {
  /** File of the description. Default: the course's lab. */
  readonly spec?: string | undefined;
  /** `path=value` texts over it. Default: none. */
  readonly set?: readonly string[] | undefined;
  /**
   * CSV file of the students, with a header: `name`, and `id`, `email`, `seed` and `key` where they have them. Absent: a class without a
   * list, of which only the rooms can be found and removed.
   */
  readonly roster?: string | undefined;
}

/** What a class is made of. */
export interface ClassSpec {
  /** The lab of each; its name is that of the class. Default: the course's lab. */
  readonly lab?: LabSpec | undefined;
  /** Each with a number or an e-mail address, by which the lab is known. */
  readonly students: readonly StudentSpec[];
}

/** Where a class is. */
export interface ClassOptions {
  /** Any that can have a class: `incus`, or `local`, which keeps the labs of one user on one machine. Default `incus`. */
  readonly backend?: BackendName | undefined;
}

/**
 * A class of data. Pure: nothing is looked at until a method is called.
 * @example
 * const sister = buildClass({ students: [{ name: 'Ani', id: '051110' }] }, { backend: 'local' });
 * @throws SpecError with every problem of the description, or of the students; RedisLabError (2) when the backend cannot have a
 * class
 */
export function buildClass(
  { lab = {}, students }: ClassSpec,
  { backend = 'incus' }: ClassOptions = {},
): LabClass {
  const described = lab as Readonly<Record<string, unknown>>;
  const describe: Describe = (over) => parseSpec(over.reduce(put, described));
  return new LabClass(classOf(describe, studentsOf(students), 'The class'), backend);
}

/**
 * The class of a description and a list of students.
 * @throws SpecError with every row of the list that cannot be used, or every problem of the description
 * @throws WorkspaceError when a file cannot be read; RedisLabError (2) when the backend cannot have a class
 */
export async function loadClass(
  files: ClassFiles,
  { backend = 'incus' }: ClassOptions = {},
): Promise<LabClass> {
  return new LabClass(await classIn(files), backend);
}

/** @internal The same, before it is known where it is. */
export async function classIn({ spec, set = [], roster }: ClassFiles): Promise<ClassModel> {
  const text =
    spec === undefined
      ? undefined
      : { text: await readText(spec, MOST.description), filename: spec };
  const describe: Describe = (over) =>
    readSpec(text, [...set, ...over.map(([path, value]) => `${path}=${value}`)], RULES);
  if (roster === undefined) return classOf(describe, [], '');
  // Loaded here: it brings a reader of CSV.
  const { readClass } = await import('./roster.js');
  return classOf(describe, readClass(await readText(roster, MOST.class), roster), roster);
}

/** A description with one value put into it, or into one of its groups. */
function put(
  spec: Readonly<Record<string, unknown>>,
  [path, value]: Setting,
): Readonly<Record<string, unknown>> {
  const [group = '', key] = path.split('.');
  if (key === undefined) return { ...spec, [group]: value };
  const inner = spec[group];
  return { ...spec, [group]: { ...(typeof inner === 'object' ? inner : {}), [key]: value } };
}
