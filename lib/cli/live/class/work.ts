/** What is asked for of a class, and what each part of the command needs of it. */
import type { LabClass } from '../../../class/class.js';
import { keyOf, type StudentLab } from '../../../class/labs.js';
import { EXIT, RedisLabError } from '../../../errors.js';
import { clean } from '../../../report/layout.js';
import type { Speech } from '../../../report/speech.js';
import type { ClassAction } from '../../class-actions.js';
import { wholeNumber } from '../../usage.js';

export interface Work {
  readonly argv: Record<string, unknown>;
  readonly action: ClassAction;
  readonly labClass: LabClass;
  readonly speech: Speech;
  readonly signal: AbortSignal;
}

const MOST_JOBS = 1000;

export function jobsOf({ jobs }: Record<string, unknown>): number | undefined {
  return jobs === undefined ? undefined : wholeNumber('jobs', jobs, 1, MOST_JOBS);
}

/** Undefined: all. */
export function onlyOf({ only }: Record<string, unknown>): readonly string[] | undefined {
  const all = [only ?? []].flat().map(String);
  return all.length === 0 ? undefined : all;
}

/** `051110 Ani` */
export function whoIs({ student }: StudentLab): string {
  return clean(`${keyOf(student)} ${student.name}`);
}

/** What went wrong with a lab, for JSON; null where nothing did. */
export function failureOf(error: unknown) {
  return error === undefined ? null : { code: codeOf(error), message: textOf(error) };
}

export function firstLine(error: unknown): string {
  return clean(textOf(error).split('\n')[0] ?? '');
}

/** The exit code where a lab has failed. */
export function codeOfExit(error: unknown): number {
  return error instanceof RedisLabError ? error.exitCode : EXIT.bug;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof RedisLabError ? error.code : 'redis-lab.defect';
}
