/** A command of the handout, as data: the paper is rendered from it, and the suite runs it. */

/** Those of a task beside its master, in the order of the description: all but A and N. */
export const OTHERS: readonly string[] = [...'BCDEFGHIJKLMOPQRSTUVWXYZ'];

/**
 * Word of a command that stands for a node which only the running lab knows. A: the master when the task begins; N: the
 * one after its failover; or one of {@link OTHERS}.
 */
export type Letter = string;

/** What is typed on the host, word by word. */
export type Words = readonly string[];

/** A program on a node. */
export interface OnNode {
  /** Its name, or the letter that stands for it. */
  readonly node: string;
  readonly argv: Words;
  /** Whether it needs root: `sudo` stands before it where a user logs in. */
  readonly root?: true;
}

export interface Block {
  /** Task and step: `replication.set`. */
  readonly id: string;
  /** For those who run redis-lab; null: there is nothing to do for them. */
  readonly redisLab: Words | OnNode | null;
  /** For those who have only Vagrant; null: there is nothing to do for them. */
  readonly plain: Words | OnNode | null;
  /** What its output must look like: a regular expression with the flag `m`, where `{A}` is the address of A. */
  readonly looks: string;
  /** Lines worth printing; the others become an ellipsis. Absent: all. */
  readonly show?: string;
  /** It ends with another code than 0; absent: with 0. */
  readonly fails?: true;
  /** It is typed again until it looks so, for at most so many seconds. */
  readonly withinSeconds?: number;
  /** Seconds to wait before it. */
  readonly pauseSeconds?: number;
  /** How long it took is what there is to see. */
  readonly waits?: true;
  /** What it breaks happens now: times of what follows are counted from here. */
  readonly breaks?: true;
  /** Afterwards these letters mean something: `task`: A and the others; `new`: N. */
  readonly names?: 'task' | 'new';
  /** Needs a node with systemd: a virtual machine or a system container. */
  readonly systemd?: true;
  /** Needs a node with a packet filter of its own: a machine, or a process in a network of its own. */
  readonly filter?: true;
  /** As in the task before, where it is printed; instructors see what it put out, if that was `other`. */
  readonly again?: 'same' | 'other';
  /** The old page had a photograph here: students see what it looks like as well. */
  readonly photograph?: true;
}

export interface Task {
  readonly id: TaskId;
  /** All of it; what the questions leave is for the output of the commands. */
  readonly points: number;
  /** Of each question, in their order. */
  readonly questions: readonly number[];
  readonly blocks: readonly Block[];
  /** For those who want more: its points are beyond the hundred. */
  readonly extra?: true;
}

/** Points of a task for what its commands put out. */
export function outputPoints({ points, questions }: Pick<Task, 'points' | 'questions'>): number {
  return questions.reduce((left, each) => left - each, points);
}

const TASK_IDS = [
  'roles',
  'start',
  'configuration',
  'processes',
  'replication',
  'sentinels',
  'crash',
  'comeback',
  'hang',
  'quorum',
  'lost',
  'safer',
  'partition',
  'partition-safe',
  'disk',
  'mend',
] as const;

type TaskId = (typeof TASK_IDS)[number];

export function isOnNode(command: Words | OnNode): command is OnNode {
  return 'node' in command;
}
