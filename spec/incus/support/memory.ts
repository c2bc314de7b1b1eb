/** How much memory a node takes, seen from outside. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface Taken {
  readonly name: string;
  readonly mb: number;
}

/** The moment at which the processes of a node took most. */
export interface Peak {
  /** Resident memory of all of them together, MiB; what several share counts for each. */
  readonly mb: number;
  /** The largest first. */
  readonly processes: readonly Taken[];
}

const EVERY_MS = 100;

/**
 * The peak of an instance while `work` is done, by samples. Not what its cgroup counts: a ground may have no controller
 * for memory, and one that there is counts the files that the kernel keeps at hand as well, and forgets when it must.
 */
export async function peakDuring<T>(
  instance: string,
  work: Promise<T>,
): Promise<{ readonly result: T; readonly peak: Peak }> {
  let peak: Peak = { mb: 0, processes: [] };
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const now = sample(instance);
    if (now.mb > peak.mb) peak = now;
    await Promise.race([sleep(EVERY_MS), done.catch(() => undefined)]);
  }
  return { result: await done, peak };
}

function sample(instance: string): Peak {
  const processes = pidsOf(instance)
    .flatMap((pid) => sizeOf(pid) ?? [])
    .sort((one, other) => other.mb - one.mb);
  return { mb: processes.reduce((sum, { mb }) => sum + mb, 0), processes };
}

/** liblxc puts all processes of an instance below a cgroup of this name. */
function pidsOf(instance: string): string[] {
  const top = `/sys/fs/cgroup/lxc.payload.${instance}`;
  return foldersBelow(top).flatMap((folder) =>
    (read(path.join(folder, 'cgroup.procs')) ?? '').split('\n').filter((pid) => pid !== ''),
  );
}

function foldersBelow(folder: string): string[] {
  let names: fs.Dirent[];
  try {
    names = fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // it is not there yet, or not any more
  }
  const folders = names.filter((each) => each.isDirectory());
  return [folder, ...folders.flatMap(({ name }) => foldersBelow(path.join(folder, name)))];
}

function sizeOf(pid: string): Taken | undefined {
  const status = read(`/proc/${pid}/status`) ?? '';
  const [, name] = /^Name:\t(.*)$/m.exec(status) ?? [];
  const [, kb] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
  if (name === undefined || kb === undefined) return undefined;
  return { name, mb: Math.round(Number(kb) / 1024) };
}

/** Undefined where there is no such file, or no such process any more. */
function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
