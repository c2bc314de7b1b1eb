/** How a detached call is started, and watched until it has ended. */
import { endProcessTree } from './end-process-tree.js';
import { ProcessGroup } from './process-group.js';
import { ProcessTree } from './process-tree.js';
import type { RunOptions } from './run.js';

export interface Detaching {
  /** Whether it begins a session of its own. */
  readonly detached: boolean;
  watch(pid: number, options: RunOptions): Watch;
}

/** Ends a process and all that it started when time is up, or the call is aborted. Disposed of once the process has ended. */
export interface Watch extends Disposable {
  readonly timedOut: boolean;
}

const processGroups: Detaching = {
  detached: true,
  watch: (pid, options) => new ProcessGroup(pid, options),
};

/** As Windows has it. */
export function processTrees(end: (pid: number) => void): Detaching {
  return { detached: false, watch: (pid, options) => new ProcessTree(pid, options, end) };
}

export const detachedHere =
  process.platform === 'win32' ? processTrees(endProcessTree) : processGroups;
