import type { Sentence } from './coded.js';
import { data } from './codes.generated.js';

/**
 * Exit codes of the command. The library never exits: an error carries the code that the command
 * will end with.
 */
export const EXIT = {
  ok: 0,
  /** The answer is no: verification failed, generated files are stale. */
  no: 1,
  /** The command line, the description, or a file or folder that it names cannot be used. */
  usage: 2,
  /** Not ready here: something that is needed is missing, or something is busy. */
  notReady: 3,
  /** A program that we ran failed. */
  program: 4,
  /** A deadline passed. */
  deadline: 5,
  /** A defect of redis-lab itself. */
  bug: 70,
  interrupted: 130,
} as const;

/** 1 the answer is no, 2 usage or description, 3 not ready here, 4 a program failed, 5 a deadline passed, 70 a defect, 130 interrupted. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The code of an error that has none of its own. */
const BY_EXIT = {
  0: 'answer.yes',
  1: 'answer.no',
  2: 'usage.invalid',
  3: 'host.not-ready',
  4: 'program.failed',
  5: 'deadline.passed',
  70: 'redis-lab.defect',
  130: 'interrupted.by-signal',
} as const satisfies Record<ExitCode, string>;

/** Codes of errors. A later version may have more. */
export const ERROR_CODES = [...Object.values(BY_EXIT), ...data.errors] as const;

/** `lab.not-up`, `deadline.ready`, …: the same in every version and language. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * Base of every error that redis-lab throws on purpose: what failed, what was seen, what to do
 * next, all in `message`. Anything else that escapes is a defect.
 */
export class RedisLabError extends Error {
  override readonly name: string = 'RedisLabError';
  /** What the command ends with when it meets this error. */
  readonly exitCode: ExitCode;
  /** Stays the same whatever the message says: `lab.not-up`. */
  readonly code: ErrorCode;
  /** @internal What the command shows in place of the message: the same, in the language of the lab. */
  readonly shown: string | undefined;

  /** @param options `code`: by default one that says no more than the exit code */
  constructor(
    message: string,
    options: {
      exitCode: ExitCode;
      code?: ErrorCode;
      cause?: unknown;
      shown?: string;
    },
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.exitCode = options.exitCode;
    this.code = options.code ?? BY_EXIT[options.exitCode];
    this.shown = options.shown;
  }
}

/**
 * Codes of problems: of a description (`spec.`), of a file that
 * redis-lab wrote itself (`saved.`), or of the list of a class (`class.`). A later version may have more.
 */
export const PROBLEM_CODES = data.problems;

/** `spec.quorum.majority`, `spec.key.unknown`, …: the same in every version and language. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** One thing that is wrong with a description. */
export interface Problem {
  /** What it is known by. */
  readonly code: ProblemCode;
  /** Where, in the description's own terms: `nodes[1].ip`; empty for the description as a whole. */
  readonly path: string;
  /** What stands there, as JSON (shortened); absent where something is missing. */
  readonly seen?: string;
  /** What is wrong with it, a sentence without its subject: `is outside the network …`. */
  readonly message: string;
  /** What would do. */
  readonly fix: string;
  /** File and 1-based line, or the option, that the value came from; absent for an object. */
  readonly origin?: string;
}

/** Problems beyond these are only counted: after mending a hundred, one looks again anyway. */
export const MOST_PROBLEMS = 100;

/**
 * Thrown for a description that cannot become a lab. Carries every problem, not just the first, up to
 * {@link MOST_PROBLEMS}. Exit code 2.
 */
export class SpecError extends RedisLabError {
  override readonly name = 'SpecError';
  /** In the order of the description. */
  readonly problems: readonly Problem[];
  /** How many more there are than {@link problems} has. */
  readonly more: number;

  /** @param beside how many more problems there are */
  constructor(problems: readonly Problem[], subject = 'the description', beside = 0) {
    const told = problems.slice(0, MOST_PROBLEMS);
    const all = problems.length + beside;
    const more = all - told.length;
    const lines = told.map(formatProblem);
    if (more > 0) lines.push(`  and ${more.toLocaleString('en-US')} more`);
    const count = all === 1 ? '1 problem' : `${all.toLocaleString('en-US')} problems`;
    super(`${visible(subject)} has ${count}:\n${lines.join('\n')}`, {
      exitCode: EXIT.usage,
      code: 'spec.invalid',
    });
    this.problems = told;
    this.more = more;
  }
}

/** One problem as two indented lines: where and what, then what would do. */
export function formatProblem(problem: Problem): string {
  const where = [problem.origin, problem.path].filter(Boolean).join(' ');
  const what = [problem.seen, problem.message].filter(Boolean).join(' ');
  return `  ${visible(`${where ? `${where}: ` : ''}${what}`)}\n      ${visible(problem.fix)}`;
}

/**
 * Text on one line without control and format characters: what somebody else wrote must not speak
 * to the terminal that a message is read on, nor turn a line round (bidirectional marks). Each is shown
 * as its number, `\u001b`, `\u202e`, so that nothing is hidden.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, numbered);
}

/** The same of several lines: newlines and tabs stay. */
export function visibleLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(UNSEEN, (each) => (each === '\n' || each === '\t' ? each : numbered(each)));
}

/**
 * JSON of which a terminal shows what is in it: the same value, every control and format character written
 * as an escape, and not only those that JSON forbids.
 */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSEEN, (each) =>
    each === '\n'
      ? each
      : Array.from({ length: each.length }, (_, i) => hex(each.charCodeAt(i))).join(''),
  );
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function numbered(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : hex(code);
}

function hex(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Thrown when a folder or file cannot be read, written or trusted. Exit code 2. */
export class WorkspaceError extends RedisLabError {
  override readonly name = 'WorkspaceError';

  constructor(message: string, cause?: unknown) {
    super(message, { exitCode: EXIT.usage, code: 'workspace.unusable', cause });
  }
}

/** Something that this host lacks, as data. */
export interface Lacking {
  /** What it is known by, whatever it says: `redis-server`. */
  readonly code: string;
  /** The thing that is missing, as a few words. */
  readonly what: string;
  /** What was found in its place. */
  readonly seen: string;
  /** What to do, with the exact command line where there is one. */
  readonly fix: string;
  /** What redis-lab does about it with `install`, a sentence without a subject; absent where it can do nothing. */
  readonly remedy?: string;
  /** The same as sentences that have a text in each language, where they do. */
  readonly told?: Readonly<Record<'what' | 'seen' | 'fix', Sentence>> & {
    readonly remedy?: Sentence;
  };
}

/** Thrown before anything was changed, when a lab cannot run here yet. Exit code 3. */
export class NotReadyHereError extends RedisLabError {
  override readonly name = 'NotReadyHereError';
  /** All that is missing, at once. */
  readonly lacks: readonly Lacking[];

  constructor(lacks: readonly Lacking[], shown?: string) {
    const lines = lacks.map(
      ({ what, seen, fix }) => `  ${what}: ${seen}\n      ${fix.replaceAll('\n', '\n      ')}`,
    );
    super(['The lab cannot run here yet:', ...lines].join('\n'), {
      exitCode: EXIT.notReady,
      ...(shown === undefined ? {} : { shown }),
    });
    this.lacks = lacks;
  }
}

/** Whether it says that a deadline passed. */
export function isLate(error: unknown): boolean {
  return error instanceof RedisLabError && error.exitCode === EXIT.deadline;
}

/** What was asked for makes no sense as it stands: exit code 2. */
export function usage(message: string, code: ErrorCode = 'usage.invalid'): RedisLabError {
  return new RedisLabError(message, { exitCode: EXIT.usage, code });
}
