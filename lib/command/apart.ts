/** How a call that is apart is started, and watched until it has ended. */
import { endTree } from './end-tree.js';
import { Group } from './group.js';
import type { RunOptions } from './run.js';
import { Tree } from './tree.js';

export interface Apart {
  /** Whether it begins a session of its own. */
  readonly detached: boolean;
  watch(pid: number, options: RunOptions): Watch;
}

/** Ends a process and all that it started when time is up, or the call is aborted. Disposed of once the process has ended. */
export interface Watch extends Disposable {
  readonly timedOut: boolean;
}

const groups: Apart = { detached: true, watch: (pid, options) => new Group(pid, options) };

/** As Windows has it. */
export function trees(end: (pid: number) => void): Apart {
  return { detached: false, watch: (pid, options) => new Tree(pid, options, end) };
}

export const apartHere = process.platform === 'win32' ? trees(endTree) : groups;
