/** Processes, from /proc of Linux. */
import path from 'node:path';
import { linkTarget, listFolder, ownerOf, readIfAny } from '../workspace/inspect.js';
import type { ProcessTable, SeenProcess, Trace } from './processes.js';

export const procTable: ProcessTable = {
  needsPidFile: false,
  async look(pids) {
    const found = pids.flatMap((pid) => seen(String(pid)) ?? []);
    return new Map(found.map((each) => [each.pid, each]));
  },
  async find(traces) {
    const noted = traces.map((trace) => {
      const pid = String(trace.pid ?? '');
      return traceOf(pid, [trace]) === trace ? seen(pid) : undefined;
    });
    if (noted.every((each) => each !== undefined)) return noted.map((each) => [each]);
    const found: Kin[][] = traces.map(() => []);
    for (const entry of listFolder('/proc')) {
      const trace = traceOf(entry, traces);
      const process = trace && seen(entry);
      if (process) found[traces.indexOf(trace)]?.push(process);
    }
    // A server's child that saves for it has the server's name until it gives itself its own.
    return found.map((kin) => kin.filter(({ parent }) => !kin.some(({ pid }) => pid === parent)));
  },
};

interface Kin extends SeenProcess {
  readonly parent: number;
}

/** The trace that a process belongs to: a server of this user that works in its folder or writes its log. */
function traceOf(entry: string, traces: readonly Trace[]): Trace | undefined {
  if (!/^\d+$/.test(entry) || ownerOf(`/proc/${entry}`) !== process.getuid?.()) return undefined;
  const cwd = linkTarget(`/proc/${entry}/cwd`);
  const here = traces.find(({ dataFolder }) => dataFolder === cwd);
  if (here) return isServer(entry, here) || isDisguised(entry, here) ? here : undefined;
  // Its open files are looked at only if it may be a server.
  if (!NAMES.test(programOf(entry)) && !NAMES.test(titleOf(entry))) return undefined;
  const output = outputOf(entry);
  const writes = traces.find(({ logFile }) => logFile === output);
  return writes && isServer(entry, writes) ? writes : undefined;
}

/**
 * A server whose title has been set to that of another program (proc-title-template). It works in the folder of ours, writes
 * its log, and leads a session, which a child that saves for it does not.
 */
function isDisguised(entry: string, { logFile }: Trace): boolean {
  const program = programOf(entry);
  const isOne = NAMES.test(program) || LOADER.test(program);
  return isOne && outputOf(entry) === logFile && statOf(entry)?.[SESSION] === entry;
}

function outputOf(entry: string): string | undefined {
  return withoutGone(linkTarget(`/proc/${entry}/fd/1`));
}

/** Names of servers, clients and checkers. Debian's server is the file redis-check-rdb under another name. */
const NAMES = /^(?:[^\0 ]*\/)?(?:redis|valkey)-([a-z]+)/;

/**
 * Other programs may work in a server's folder: a shell, a client, a checker of dumps (the same program under another name),
 * a child that saves for the server, or something that only calls itself a server.
 */
function isServer(entry: string, { marks }: Trace): boolean {
  const title = titleOf(entry);
  const [, name] = NAMES.exec(title) ?? [];
  const isCalled = isServerName(title);
  // The user can set the title (proc-title-template).
  if (NAMES.test(programOf(entry))) return isCalled || name === undefined;
  // A program that a wrapper runs shows the wrapper as its program.
  const words = title.split(/[\0 ]/);
  const isMarked = marks.some((mark) => words.includes(mark) || title.includes(`\0${mark}\0`));
  return isMarked && (isCalled || (LOADER.test(programOf(entry)) && words.some(isServerName)));
}

/** The dynamic loader, called by name, and an emulator of another processor have words of their own before those of the program. */
const LOADER = /^(?:ld(?:[-.]|$)|qemu-|rosetta$)/;

function isServerName(word: string): boolean {
  return /^(?:server|sentinel)$/.test(NAMES.exec(word)?.[1] ?? '');
}

function titleOf(entry: string): string {
  return readIfAny(`/proc/${entry}/cmdline`) ?? '';
}

function programOf(entry: string): string {
  return path.basename(withoutGone(linkTarget(`/proc/${entry}/exe`)) ?? '');
}

/** The kernel adds this to the name of a file that was removed or replaced. */
function withoutGone(target: string | undefined): string | undefined {
  return target?.replace(/ \(deleted\)$/, '');
}

let boot: string | undefined;

/** Start times are counted from the boot, so they identify a process only together with the boot. */
function bootId(): string {
  boot ??= (readIfAny('/proc/sys/kernel/random/boot_id') ?? '').slice(0, 8);
  return boot;
}

/** Fields of `/proc/PID/stat`, from the third (its state) on. */
function statOf(pid: string): string[] | undefined {
  const stat = readIfAny(`/proc/${pid}/stat`);
  // The name in the second field may have blanks and brackets.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

const SESSION = 6 - 3;
const STARTED = 22 - 3;

function seen(pid: string): Kin | undefined {
  const fields = statOf(pid);
  const [state = '', parent = ''] = fields ?? [];
  const ticks = fields?.[STARTED];
  if (ticks === undefined || 'ZXx'.includes(state)) return undefined;
  const command = (readIfAny(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
  const started = `${bootId()}-${ticks}`;
  const folder = linkTarget(`/proc/${pid}/cwd`);
  const halted = state === 'T';
  return { pid: Number(pid), parent: Number(parent), started, halted, command, folder };
}
