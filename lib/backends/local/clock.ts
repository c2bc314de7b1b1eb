/** The clock that a Sentinel of this machine sees: libfaketime gives it another one. The machine's own stays as it is. */
import path from 'node:path';
import { EXIT, RedisLabError } from '../../errors.js';
import type { FaultHost } from '../../faults/fault.js';
import type { NodeModel } from '../../model/model.js';
import { end, type SeenProcess } from '../../process/processes.js';
import { type Coded, messageOf } from '../../report/messages.js';
import { exists, listFolder } from '../../workspace/inspect.js';
import { removeShared } from '../../workspace/shared-memory.js';
import type { Context } from './context.js';
import { GRACE } from './end.js';
import { at, clockFile, type LabPaths } from './paths.js';

type Env = Readonly<Record<string, string>>;

/** The Sentinel of a node, and how it is started again. */
interface Sentinel {
  seen(node: NodeModel): Promise<SeenProcess | undefined>;
  start(node: NodeModel, env?: Env): Promise<void>;
}

export function clockOf(
  { paths, table }: Pick<Context, 'paths' | 'table'>,
  sentinel: Sentinel,
): FaultHost['clock'] {
  const stop = async (node: NodeModel) => {
    const process = await sentinel.seen(node);
    if (process) await end(table, `${node.name} sentinel`, process, GRACE.kept);
    return process !== undefined;
  };
  return {
    lack: async () => (library() === undefined ? LACK : undefined),
    async move(node, seconds) {
      const before = movedOf(paths, node.name);
      if (before) {
        write(paths, node, { ...before, seconds: before.seconds + seconds });
        return;
      }
      const env = envOf(at(paths, clockFile(node.name)));
      write(paths, node, { seconds: 0 });
      await stop(node);
      await sentinel.start(node, env);
      write(paths, node, { seconds, pid: (await sentinel.seen(node))?.pid });
    },
    async restore(node) {
      const before = movedOf(paths, node.name);
      if (!before) return false;
      const ran = await stop(node);
      forgetClock(paths, node.name);
      if (ran) await sentinel.start(node);
      return true;
    },
  };
}

/** How far the clock of a node was moved. */
interface Moved {
  readonly seconds: number;
  /** The process that sees it so. */
  readonly pid?: number | undefined;
}

/** Undefined where it was not moved. */
function movedOf({ folder }: LabPaths, node: string): Moved | undefined {
  const text = folder.read(clockFile(node))?.content?.toString('utf8');
  if (text === undefined) return undefined;
  const [, pid] = /^# process (\d+)$/m.exec(text) ?? [];
  const [, seconds] = /^\+(\d+)$/m.exec(text) ?? [];
  return { seconds: Number(seconds ?? 0), ...(pid ? { pid: Number(pid) } : {}) };
}

/** Removes the clock of a node, and what libfaketime has left of it, which it does also where a process ends in good order. */
export function forgetClock(paths: LabPaths, node: string): void {
  const { pid } = movedOf(paths, node) ?? {};
  if (pid) removeShared(`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`);
  paths.folder.removeTree(clockFile(node));
}

/** libfaketime reads it at every look at the clock, and passes over the first line. */
function write({ folder }: LabPaths, { name }: NodeModel, { seconds, pid }: Moved): void {
  const told = pid === undefined ? '' : `# process ${pid}\n`;
  folder.replace(clockFile(name), `${told}+${seconds}\n`, 0o600);
}

function envOf(file: string): Env {
  const preload = library();
  if (preload === undefined) {
    throw new RedisLabError(messageOf(LACK).text, { exitCode: EXIT.notReady });
  }
  return {
    // Debian's servers allocate by jemalloc, which asks for the time before libfaketime can answer, and waits for itself: with the C
    // library second, they allocate by that.
    LD_PRELOAD: `${preload}:libc.so.6`,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    // Only the time of day jumps.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/** Of the package libfaketime. */
const LIBRARY = 'faketime/libfaketime.so.1';

function library(): string | undefined {
  const folders = ['/usr/lib', '/usr/lib64', '/usr/local/lib'];
  // Debian's are below one of the processor's name.
  const below = listFolder('/usr/lib').filter((name) => name.includes('-linux-'));
  return [...folders, ...below.map((name) => path.join('/usr/lib', name))]
    .map((folder) => path.join(folder, LIBRARY))
    .find(exists);
}

const LACK: Coded = {
  code: 'lack.faketime',
  values: { command: 'sudo apt-get install libfaketime' },
};
