/** One call at a time on a lab, over its whole length: a scenario is no good on a lab that somebody else stops. */
import path from 'node:path';
import { locked } from './backends/local/lock.js';
import { systemTable } from './backends/local/processes.js';
import type { LabModel } from './model/model.js';
import { Folder } from './workspace/folder.js';
import { stateHome } from './workspace/homes.js';

/**
 * Does something to a lab while nobody else of this user does.
 * @throws RedisLabError (3) that says who does, and since when
 */
export async function alone<T>(lab: LabModel, doing: string, work: () => Promise<T>): Promise<T> {
  const home = new Folder(stateHome());
  // No lab can have a name that begins like this.
  const turns = new Folder(path.join(home.root, '.turns'));
  try {
    const what = `the lab ${lab.name}`;
    return await locked(turns, lab.name, systemTable(), { doing, what }, work);
  } finally {
    turns.removeEmptyRoot();
    home.removeEmptyRoot();
  }
}
