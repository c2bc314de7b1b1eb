/** One call at a time on a lab, from begin to end: nobody may stop it during a scenario. */
import { AsyncLocalStorage } from 'node:async_hooks';
import path from 'node:path';
import { Folder } from '../workspace/folder.js';
import { stateHome } from '../workspace/xdg.js';
import { type LockOptions, locked } from './lock.js';
import { systemTable } from './system-table.js';

/** Labs that the current call has locked. */
const heldLabs = new AsyncLocalStorage<ReadonlySet<string>>();

interface LabLockOptions extends Pick<LockOptions, 'evenUnlocked'> {
  /** Default: `stateHome()`. */
  readonly stateFolder?: string | undefined;
}

/**
 * Does `work` while no other process of this user works on the lab. Calls within `work` share its lock.
 * @throws RedisLabError (3) that names the process that has the lock, and since when
 */
export async function withLabLock<T>(
  lab: string,
  doing: string,
  work: () => Promise<T>,
  { stateFolder = stateHome(), evenUnlocked }: LabLockOptions = {},
): Promise<T> {
  const home = new Folder(stateFolder);
  // No lab's name begins with a dot. Earlier versions lock there as well, so the name stays.
  const locks = new Folder(path.join(home.root, '.turns'));
  const key = path.join(locks.root, lab);
  const held = heldLabs.getStore() ?? new Set();
  if (held.has(key)) return work();
  try {
    const what = `the lab ${lab}`;
    return await locked(locks, lab, systemTable(), { doing, what, evenUnlocked }, () =>
      heldLabs.run(new Set([...held, key]), work),
    );
  } finally {
    locks.removeEmptyRoot();
    home.removeEmptyRoot();
  }
}
