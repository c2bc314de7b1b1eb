/** Starting a detached call, and watching it until it has ended. */
import type { RunOptions, Watch } from './call.js';
import { endProcessTree } from './end-process-tree.js';
import { ProcessGroup } from './process-group.js';
import { ProcessTree } from './process-tree.js';

export interface Detaching {
  /** Whether it begins a session of its own. */
  readonly detached: boolean;
  watch(pid: number, options: RunOptions): Watch;
}

const processGroups: Detaching = {
  detached: true,
  watch: (pid, options) => new ProcessGroup(pid, options),
};

/** For Windows. */
export function processTrees(end: (pid: number) => void): Detaching {
  return { detached: false, watch: (pid, options) => new ProcessTree(pid, options, end) };
}

export const detachedHere =
  process.platform === 'win32' ? processTrees(endProcessTree) : processGroups;
