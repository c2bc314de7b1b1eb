/**
 * The pidfile of the Vagrant that works on a lab. Vagrant runs in a session of its own, so it goes on if redis-lab is killed.
 * The next call finds it by this file, and ends it before it does anything else.
 */
import { endProcessTree } from '../../command/end-process-tree.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { type Identity, proven, type SeenProcess, waitUntil } from '../../process/processes.js';
import { systemTable } from '../../process/system-table.js';
import type { Folder } from '../../workspace/folder.js';
import { realPath } from '../../workspace/inspect.js';

const NOTE = 'at-work.json';

/** Milliseconds that Vagrant has to clean up after SIGINT, and to end after SIGKILL. */
const GRACE_MS = 60_000;
const KILL_MS = 5000;

/**
 * Writes the pidfile of a process that has just begun; gives a function that removes it. Writes none if the start time of the
 * process is not known (on Windows a program tells it, which may fail).
 */
export async function writePidfile(folder: Folder, pid: number): Promise<() => void> {
  const found = await systemTable()
    .look([pid])
    .catch(() => undefined);
  const seen = found?.get(pid);
  if (!seen) return () => undefined;
  const { started } = seen;
  folder.replace(NOTE, `${JSON.stringify({ pid, started } satisfies Identity)}\n`, 0o600);
  return () => folder.remove(NOTE);
}

/**
 * Ends a Vagrant that an earlier redis-lab left running, with everything that it started.
 * @throws RedisLabError (5) when it does not end
 */
export async function endLeftover(folder: Folder): Promise<void> {
  const identity = noted(folder);
  if (!identity) return;
  const table = systemTable();
  const seen = await proven(table, identity);
  // A pidfile is no proof: the process may be another program.
  if (seen && !isVagrant(seen, folder)) {
    folder.remove(NOTE);
    return;
  }
  const gone = (seen: unknown) => seen === undefined;
  for (const [name, ms] of [
    ['SIGINT', GRACE_MS],
    ['SIGKILL', KILL_MS],
  ] as const) {
    if (!(await proven(table, identity))) break;
    sendToGroup(identity.pid, name);
    if (await waitUntil(table, identity, ms, gone)) break;
    if (name === 'SIGKILL') {
      throw new RedisLabError(
        `A vagrant that an earlier redis-lab began (pid ${identity.pid}) does not end. Run the same command again when it has.`,
        { exitCode: EXIT.deadline },
      );
    }
  }
  folder.remove(NOTE);
}

/** Whether a process is a Vagrant that works in this folder, as far as the system tells. */
function isVagrant({ command, folder: cwd }: SeenProcess, folder: Folder): boolean {
  const isHere = cwd === undefined || cwd === (realPath(folder.root) ?? folder.root);
  return isHere && /(?:^|[\s\\/"])vagrant(?:\.exe)?(?:"?\s|$)/i.test(command);
}

/** It leads a process group of its own. Windows has neither groups nor signals. */
function sendToGroup(pid: number, name: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32') endProcessTree(pid);
    else process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function noted(folder: Folder): Identity | undefined {
  try {
    const { pid, started } = JSON.parse(
      folder.read(NOTE)?.content?.toString('utf8') ?? '',
    ) as Identity;
    return Number.isInteger(pid) && pid > 1 && typeof started === 'string'
      ? { pid, started }
      : undefined;
  } catch {
    return undefined;
  }
}
