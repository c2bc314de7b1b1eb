/** The labs of a class: one for each student, all of one description. Pure. */
import { createHash } from 'node:crypto';
import { type Problem, SpecError } from '../errors.js';
import type { LabModel } from '../model/model.js';
import type { Student } from './students.js';

/** A student, and the lab that is theirs. */
export interface StudentLab {
  readonly student: Student;
  readonly lab: LabModel;
}

/** The labs of a class, as data. */
export interface ClassModel {
  /** That of the description's lab. */
  readonly name: string;
  /** The lab as it is described. */
  readonly described: LabModel;
  /** In the order of the list. */
  readonly labs: readonly StudentLab[];
  /** A lab by its name, also of a student who left. @throws SpecError for a name that is none */
  labOf(name: string): LabModel;
}

/** What a student is known by. */
export function keyOf({ id, email }: Pick<Student, 'id' | 'email'>): string {
  return id || email;
}

/**
 * The described lab, with what is put over it.
 * @throws SpecError with all problems of the description
 */
export type Describe = (over: readonly Setting[]) => LabModel;

/** A value, and where in a description it belongs: `incus.project`. */
export type Setting = readonly [path: string, value: string | number | boolean];

/** On a server, a lab of a class is alone in a project, and reached through that server only. */
const ON_A_SERVER = { uplink: 'none', processes: 1000, diskGb: 4 } as const;

/**
 * The lab of each student: a lab is known by its student's number, so that it stays the same lab whoever joins or leaves the class.
 * @param filename of the list, for messages
 * @throws SpecError with all students that no lab can be made for; with all problems of the description
 */
export function classOf(
  describe: Describe,
  students: readonly Student[],
  filename: string,
): ClassModel {
  const described = describe([]);
  const problems = students
    .filter(({ id, email }) => id === '' && email === '')
    .map(({ line }): Problem => {
      const [message, fix] = [
        'is missing',
        'a lab is known by the number of its student, or by an e-mail address',
      ];
      return { code: 'class.id.missing', path: 'id', message, fix, origin: `${filename}:${line}` };
    });
  if (problems.length > 0) throw new SpecError(problems, filename);
  const labOf = (name: string) => describe(settingsOf(described, name));
  return {
    name: described.name,
    described,
    labs: students.map((student) => ({ student, lab: labOf(labName(described.name, student)) })),
    labOf,
  };
}

function settingsOf(described: LabModel, name: string): readonly Setting[] {
  return [['name', name], ['incus.project', name], ...classSettings(described)];
}

/** What the description of each student's lab has besides its name and place. */
export function classSettings({ incus }: LabModel): readonly Setting[] {
  const uplink = incus.uplink === 'auto' ? ON_A_SERVER.uplink : incus.uplink;
  const { processes = ON_A_SERVER.processes, diskGb = ON_A_SERVER.diskGb } = incus;
  return [
    ['incus.hostAddress', false],
    ['incus.uplink', uplink],
    ['incus.processes', processes],
    ['incus.diskGb', diskGb],
  ];
}

/** A lab's name is a host name. */
const LONGEST = 32;

/**
 * The lab of a student, by the number or the address: `redis-lab-051110`. Whatever is not a small letter or a digit becomes a dash, and what
 * tells two such apart is put behind.
 */
export function labName(described: string, { id, email }: Pick<Student, 'id' | 'email'>): string {
  const key = keyOf({ id, email }).toLowerCase();
  const word = key.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const name = `${described}-${word}`;
  if (word === key && name.length <= LONGEST) return name;
  const mark = createHash('sha256').update(key).digest('hex').slice(0, 6);
  const most = LONGEST - mark.length - 1;
  return `${name.slice(0, most).replace(/-+$/, '')}-${mark}`;
}
