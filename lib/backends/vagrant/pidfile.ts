/**
 * The Vagrant that is at work on a lab. It runs in a session of its own, so one whose redis-lab was killed goes on
 * (as it does on Windows, where nothing ends with its parent): it is known by what was noted when it began, and
 * ended before anything else is done.
 */
import { endProcessTree } from '../../command/end-process-tree.js';
import { EXIT, RedisLabError } from '../../errors.js';
import { type Identity, proven, type SeenProcess, waitUntil } from '../../process/processes.js';
import { systemTable } from '../../process/system-table.js';
import type { Folder } from '../../workspace/folder.js';
import { realPath } from '../../workspace/inspect.js';

const NOTE = 'at-work.json';

/** What it has to put in order what it was just making, milliseconds; the kernel then has some for what remains. */
const GRACE_MS = 60_000;
const KILL_MS = 5000;

/**
 * Notes down a process that has just begun; gives what removes the note. Where nobody can tell when it began
 * (on Windows that takes a program, which may fail), it is at work without a note.
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
 * Ends a Vagrant that an earlier redis-lab left at work on this lab, with all that it started.
 * @throws RedisLabError (5) when it does not end
 */
export async function endLeftover(folder: Folder): Promise<void> {
  const identity = noted(folder);
  if (!identity) return;
  const table = systemTable();
  const seen = await proven(table, identity);
  // A note is no proof: whom it names may be anybody.
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

/** Whether a process is a Vagrant, and works in this folder where the system tells. */
function isVagrant({ command, folder: cwd }: SeenProcess, folder: Folder): boolean {
  const isHere = cwd === undefined || cwd === (realPath(folder.root) ?? folder.root);
  return isHere && /(?:^|[\s\\/"])vagrant(?:\.exe)?(?:"?\s|$)/i.test(command);
}

/** It was started as the first of a group of its own; Windows has neither groups nor a gentle way. */
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
