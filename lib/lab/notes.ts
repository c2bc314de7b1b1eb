/** What `check` says of the configurations that a description comes to, wherever they are to be written. */
import type { LabModel } from '../model/model.js';
import { configurations, mayBeWrong } from '../render/configurations.js';
import type { DescribedNote } from './described.js';

/**
 * Loads the rules only where there is something to look at.
 * @throws RedisLabError (2) with all that servers would surely refuse
 */
export async function notesOf(lab: LabModel): Promise<readonly DescribedNote[]> {
  if (!mayBeWrong(lab)) return [];
  const { notesOfDescription } = await import('./described.js');
  return notesOfDescription(lab, configurations(lab));
}
