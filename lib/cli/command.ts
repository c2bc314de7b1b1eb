import type { Options, PositionalOptions } from 'yargs';
import { BACKEND_NAMES, BACKENDS_DESCRIBED } from '../backends/registry.js';

/** One command of the command line. */
export interface Command {
  readonly name: string;
  readonly describe: string;
  /** What stands after the name, in order; `optional` and `many` as their names say. */
  readonly positionals?: Readonly<Record<string, Positional>>;
  /** What is passed on from after `--`, for the help: `command..`; absent: nothing may stand there. */
  readonly passesOn?: string;
  /** Only what the caller puts behind a `--` is passed on; otherwise all behind the positionals is. */
  readonly passesOnBehindDashes?: true;
  readonly options: Readonly<Record<string, Option>>;
  /** Options that could have no effect in this company: those that are there are refused, all at once. */
  readonly pointless?: (argv: Record<string, unknown>) => readonly Pointless[];
  /** Its argument is a file to read: `-` stands for what is piped in. */
  readonly readsFile?: boolean;
  /** Its `--version` is an option of its own, and not what prints the version of redis-lab. */
  readonly ownVersion?: true;
  /** It calls redis-lab for each of its labs, which may have a network of its own: it stays where it is. */
  readonly hasManyLabs?: true;
  /** It gives the terminal to another program, which every Ctrl-C is for. */
  readonly attached?: boolean;
  /** Gives the exit code. The signal asks it to stop. What stands after `--` is `argv['--']`. */
  readonly run: (argv: Record<string, unknown>, signal: AbortSignal) => Promise<number>;
}

/** Whether it is so, and a sentence: what would do. */
export type Pointless = readonly [isSo: boolean, what: string];

/**
 * What a shell proposes: files, folders, nodes of the description, or its machines, which clients are too, its keys; or words, each with what it means. For
 * completion only: a command has better messages for a wrong value.
 */
export type Completes =
  | 'files'
  | 'folders'
  | 'node'
  | 'node or all'
  | 'machine'
  | 'machine or all'
  | 'keys'
  | Readonly<Record<string, string>>;

/** An option without `completes` has `choices`, or values that nobody can propose: a number, a time. */
export interface Option extends Options {
  readonly completes?: Completes;
}

export interface Positional extends PositionalOptions {
  readonly describe: string;
  readonly completes?: Completes;
  readonly optional?: true;
  /** One or more; with `optional`, none as well. Only the last can be. */
  readonly many?: true;
}

/** Where the description is: shared by all commands that need one. */
export const specOptions = {
  spec: {
    type: 'string',
    requiresArg: true,
    completes: 'files',
    describe: 'The description [default: redis-lab.yaml if it is there, else the course lab]',
  },
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    default: [] as string[],
    defaultDescription: 'none',
    completes: 'keys',
    describe: 'One value over the description: --set sentinel.downAfter=1000',
  },
} as const satisfies Record<string, Option>;

/** Which lab, and what runs it: shared by all commands of a running lab. */
export const labOptions = {
  ...specOptions,
  backend: {
    type: 'string',
    requiresArg: true,
    choices: ['auto', ...BACKEND_NAMES],
    defaultDescription: 'the one that has the lab, else $REDIS_LAB_BACKEND, else auto',
    describe: `What runs the nodes; ${BACKENDS_DESCRIBED}; auto: the first of these that works here`,
  },
  vm: {
    type: 'boolean',
    describe: 'With incus: virtual machines; short for --set incus.vm=true',
  },
} as const satisfies Record<string, Option>;

/** For commands that bring a lab up. */
export const ownNetwork = {
  type: 'boolean',
  describe: 'With local: in a network of its own, whose nodes can be cut off and slowed; on Linux',
} as const satisfies Option;

/** `--vm` where another backend was named. */
export function pointlessVm({ vm, backend = 'auto' }: Record<string, unknown>): Pointless {
  const named = String(backend);
  return [vm !== undefined && !['auto', 'incus'].includes(named), vmIsFor(named)];
}

export function vmIsFor(backend: string): string {
  return `--vm is for the backend incus, and this is ${backend}. Leave it out, or take --backend incus.`;
}

/** yargs' own way to write the positional arguments. */
export function synopsis({ positionals = {} }: Command): string {
  return Object.entries(positionals)
    .map(([name, { optional, many }]) => {
      const word = many ? `${name}..` : name;
      return optional ? `[${word}]` : `<${word}>`;
    })
    .join(' ');
}
