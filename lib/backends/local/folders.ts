/** Where this user's labs of processes lie in the state folder: `NAME`. */
import path from 'node:path';
import { Folder } from '../../workspace/folder.js';
import { holdsAny, labNamesIn } from '../../workspace/lab-folders.js';
import { stateHome } from '../../workspace/xdg.js';

/** What `up` makes in a lab's folder; a lock may be there without a lab. */
export const FILES = { state: 'state.json', nodes: 'nodes' } as const;

export function localFolder(lab: string, home = stateHome()): Folder {
  return new Folder(path.join(home, lab));
}

export function isOnDisk(lab: string, home = stateHome()): boolean {
  return holdsAny(localFolder(lab, home), [FILES.state, FILES.nodes]);
}

export function namesOnDisk(home = stateHome()): string[] {
  return labNamesIn(home).filter((name) => isOnDisk(name, home));
}
