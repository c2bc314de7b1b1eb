/** Emptying the cache: everything in it can be downloaded or built again. */
import path from 'node:path';
import { Folder } from '../workspace/folder.js';
import { foreignOwner } from '../workspace/trust.js';
import { refuseForeign } from './foreign.js';
import { mayBeAtWork } from './half-made.js';
import { inventory, type Kept } from './inventory.js';
import { BUILDS, NODE_BUILDS, SOURCES } from './names.js';

export interface Cleared {
  readonly removed: readonly Kept[];
  readonly left: readonly Left[];
}

/** What was not removed. */
export interface Left extends Kept {
  /** Labs that need it; none for what may still be in the making. */
  readonly usedBy: readonly string[];
  /** `belongs to bob (1001)`, if it is another user's; null for our own. */
  readonly owner: string | null;
}

/**
 * Removes all sources and builds, except those that a lab uses, those of another user, and those that may still be in the making
 * (half-made, less than a day old). Other folders in the cache stay as they are.
 * @param usersOf gives the labs that use an absolute path
 * @throws WorkspaceError when something cannot be removed, or others may write to the cache
 */
export function clearCache(cache: string, usersOf: (place: string) => readonly string[]): Cleared {
  refuseForeign(cache);
  const folder = new Folder(cache);
  const removed: Kept[] = [];
  const left: Left[] = [];
  for (const kept of inventory(folder)) {
    const usedBy = usersOf(path.join(cache, kept.name));
    const atWork = kept.kind === 'leftover' && mayBeAtWork(path.posix.basename(kept.name));
    const owner = foreignOwner(path.join(cache, kept.name)) ?? null;
    if (usedBy.length > 0 || atWork || owner !== null) {
      left.push({ ...kept, usedBy, owner });
    } else {
      folder.removeTree(kept.name);
      removed.push(kept);
    }
  }
  for (const name of [SOURCES, BUILDS, NODE_BUILDS]) {
    if (folder.list(name).length === 0) folder.removeTree(name);
  }
  folder.removeEmptyRoot();
  return { removed, left };
}
