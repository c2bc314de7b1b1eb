/** State folders of the tests, each its own, in which nothing lives on when the tests are done. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from '../../support/at-end.js';

const made = new Set<string>();

/** A new state folder, whose name may be a trial for whatever has to quote it. */
export function stateHome(name = 'state'): string {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-local-'));
  made.add(folder);
  const home = path.join(folder, name);
  fs.mkdirSync(home);
  return home;
}

/** The folder of a lab. */
export function labFolder(home: string, lab: string): string {
  return path.join(home, 'redis-lab', lab);
}

export interface Server {
  readonly pid: number;
  readonly started: string;
}

/** Servers that work somewhere below a folder, found without the help of what is tested. Linux only. */
export function serversBelow(folder: string): Server[] {
  const found = fs.readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) return [];
    try {
      const cwd = fs.readlinkSync(`/proc/${pid}/cwd`);
      const title = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const [started, parent] = [startOf(pid), Number(fieldsOf(pid)[1])];
      const below = cwd === folder || cwd.startsWith(`${folder}/`);
      const server = below && /^\S*(?:redis|valkey)-server/.test(title) && started;
      return server ? [{ pid, started, parent }] : [];
    } catch {
      return [];
    }
  });
  // A server that saves or sends its data does so in a child, at first by the same name.
  return found.filter(({ parent }) => !found.some(({ pid }) => pid === parent));
}

/** What the kernel says of a process, from its state on. */
function fieldsOf(pid: number): string[] {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** When a process started; undefined if it is gone, or only waits to be collected. */
export function startOf(pid: number): string | undefined {
  try {
    const fields = fieldsOf(pid);
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

atEnd('file', async () => {
  for (const folder of made) {
    for (const { pid, started } of process.platform === 'linux' ? serversBelow(folder) : []) {
      if (startOf(pid) === started) process.kill(pid, 'SIGKILL');
      for (let i = 0; i < 3000 && startOf(pid) === started; i++) await sleep(20);
    }
    fs.rmSync(folder, { recursive: true, force: true });
  }
  made.clear();
});
