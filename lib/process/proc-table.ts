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

/** The trace that a process has left: a server of this user, which works in that folder or writes that log. */
function traceOf(entry: string, traces: readonly Trace[]): Trace | undefined {
  if (!/^\d+$/.test(entry) || ownerOf(`/proc/${entry}`) !== process.getuid?.()) return undefined;
  const cwd = linkTarget(`/proc/${entry}/cwd`);
  const here = traces.find(({ dataFolder }) => dataFolder === cwd);
  if (here) return isServer(entry, here) || isDisguised(entry, here) ? here : undefined;
  // Only a server is worth a second look.
  if (!NAMES.test(programOf(entry)) && !NAMES.test(titleOf(entry))) return undefined;
  const output = outputOf(entry);
  const writes = traces.find(({ logFile }) => logFile === output);
  return writes && isServer(entry, writes) ? writes : undefined;
}

/**
 * A server whose title a description has made another program's (proc-title-template): it works where only one of ours
 * does, writes that one's log, and was started for itself, which no child is that saves for it.
 */
function isDisguised(entry: string, { logFile }: Trace): boolean {
  const program = programOf(entry);
  const isOne = NAMES.test(program) || LOADER.test(program);
  return isOne && outputOf(entry) === logFile && statOf(entry)?.[SESSION] === entry;
}

function outputOf(entry: string): string | undefined {
  return withoutGone(linkTarget(`/proc/${entry}/fd/1`));
}

/** What servers, and their clients and checks, are called; Debian's server is a redis-check-rdb by another name. */
const NAMES = /^(?:[^\0 ]*\/)?(?:redis|valkey)-([a-z]+)/;

/**
 * Other programs may stand in a server's folder: a shell, a client, a check of a dump (which is the same program by
 * another name), a child that saves for the server, or something that only calls itself a server.
 */
function isServer(entry: string, { marks }: Trace): boolean {
  const title = titleOf(entry);
  const [, name] = NAMES.exec(title) ?? [];
  const isCalled = isServerName(title);
  // Its title is the user's to choose (proc-title-template).
  if (NAMES.test(programOf(entry))) return isCalled || name === undefined;
  // What a wrapper runs shows that one as its program.
  const words = title.split(/[\0 ]/);
  const isMarked = marks.some((mark) => words.includes(mark) || title.includes(`\0${mark}\0`));
  return isMarked && (isCalled || (LOADER.test(programOf(entry)) && words.some(isServerName)));
}

/** The dynamic loader, called by name, keeps its own words in front of those of what it runs. */
const LOADER = /^ld(?:[-.]|$)/;

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

/** A start is counted from the boot; the same count after another boot is another start. */
function bootId(): string {
  boot ??= (readIfAny('/proc/sys/kernel/random/boot_id') ?? '').slice(0, 8);
  return boot;
}

/** What the kernel says of a process, from its state on: the third of its fields, counted from 1. */
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
