/** Processes as Linux tells of them. */
import path from 'node:path';
import { linkTarget, listFolder, ownerOf, readIfAny } from '../workspace/folder.js';
import type { ProcessTable, SeenProcess } from './processes.js';

export const procTable: ProcessTable = {
  needsPidFile: false,
  async look(pids) {
    const found = pids.flatMap((pid) => seen(String(pid)) ?? []);
    return new Map(found.map((each) => [each.pid, each]));
  },
  async find(traces) {
    const folders = traces.map(({ dataFolder }) => dataFolder);
    const found: Kin[][] = traces.map(() => []);
    const uid = process.getuid?.();
    for (const entry of listFolder('/proc')) {
      if (!/^\d+$/.test(entry) || ownerOf(`/proc/${entry}`) !== uid) continue;
      const cwd = linkTarget(`/proc/${entry}/cwd`);
      const index = cwd === undefined ? -1 : folders.indexOf(cwd);
      const process = index < 0 || !isServer(entry) ? undefined : seen(entry);
      if (process) found[index]?.push(process);
    }
    // A server's child that saves for it has the server's name until it gives itself its own.
    return found.map((kin) => kin.filter(({ parent }) => !kin.some(({ pid }) => pid === parent)));
  },
};

interface Kin extends SeenProcess {
  readonly parent: number;
}

/**
 * Other programs may stand in a server's folder: a shell, a client, a check of a dump (which is the
 * same program by another name), a child that saves for the server.
 */
function isServer(pid: string): boolean {
  const title = readIfAny(`/proc/${pid}/cmdline`) ?? '';
  const [, name] = /^(?:[^\0 ]*\/)?(?:redis|valkey)-([a-z]+)/.exec(title) ?? [];
  if (name !== undefined) return name === 'server' || name === 'sentinel';
  // Its title is the user's to choose (proc-title-template).
  return /^(?:redis|valkey)-/.test(path.basename(linkTarget(`/proc/${pid}/exe`) ?? ''));
}

let boot: string | undefined;

/** A start is counted from the boot; the same count after another boot is another start. */
function bootId(): string {
  boot ??= (readIfAny('/proc/sys/kernel/random/boot_id') ?? '').slice(0, 8);
  return boot;
}

function seen(pid: string): Kin | undefined {
  const stat = readIfAny(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in the second field may have blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent = ''] = fields;
  const ticks = fields[22 - 3];
  if (ticks === undefined || 'ZXx'.includes(state)) return undefined;
  const command = (readIfAny(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
  const started = `${bootId()}-${ticks}`;
  return { pid: Number(pid), parent: Number(parent), started, halted: state === 'T', command };
}
