/** Runs a program to its end, and no longer than it may. */
import { expect } from 'chai';
import { execa } from 'execa';

/** Users other than root often lack the last two, where blkid and chroot are. */
export const SEARCHED = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];

export interface RunOptions {
  readonly cwd?: string;
  /** Beside a path and a language; nothing else is taken from the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly seconds?: number;
}

export interface Ran {
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What readers have of an environment: nothing that only somebody's machine has. */
export function readerEnv(): Record<string, string> {
  return { PATH: SEARCHED.join(':'), HOME: process.env['HOME'] ?? '/', LC_ALL: 'C.UTF-8' };
}

/** What became of it is for the caller to judge; that it does not start or does not end is an error. */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, env = {}, input, seconds = 180 }: RunOptions = {},
): Promise<Ran> {
  const result = await execa(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    extendEnv: false,
    env: { ...readerEnv(), ...env },
    reject: false,
    stripFinalNewline: false,
    timeout: seconds * 1000,
    forceKillAfterDelay: 2000,
  });
  if (result.exitCode === undefined) throw new Error(String(result.message));
  const { exitCode: code, stdout, stderr } = result;
  return { command: [program, ...args].join(' '), code, stdout, stderr };
}

/** A reader accepts: it ends with 0. What it said is in the message if not. */
export function expectAccepted(ran: Ran): void {
  expect(ran.code, said(ran)).to.equal(0);
}

/** A reader accepts without a word of doubt. */
export function expectSilence(ran: Ran): void {
  expectAccepted(ran);
  expect(ran.stdout + ran.stderr, said(ran)).to.equal('');
}

/** A reader refuses, for the reason that was planted and not for another. */
export function expectRefused(ran: Ran, reason: RegExp): void {
  expect(ran.code, said(ran)).not.to.equal(0);
  expect(ran.stdout + ran.stderr, said(ran)).to.match(reason);
}

export function said({ command, code, stdout, stderr }: Ran): string {
  return `${command}: exit ${code}\n${stdout}${stderr}`;
}
