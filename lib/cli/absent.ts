/** The status of a lab that is nowhere: said without loading what asks servers. */
import { holderOf } from '../lab/which-backend.js';
import { labsOnDisk } from '../workspace/lab-folders.js';
import { notedLabs } from '../workspace/lab-notes.js';
import { askedIn } from './asked.js';
import { labOf } from './load.js';

/** Whether the lab is nowhere, and its backend is or would be processes, which are nowhere else than on this disk; then it is told. */
export async function toldAbsent(argv: Record<string, unknown>): Promise<boolean> {
  if (argv['watch'] || argv['interval'] !== undefined) return false;
  const { named, usual = 'local' } = askedIn(argv);
  if ((named ?? usual) !== 'local') return false;
  const lab = await labOf(argv);
  // What else is here is looked at by those who know how.
  if (holderOf(lab.model.name) !== undefined || isAnythingHere()) return false;
  (await import('./live/absent.js')).tellAbsent(argv, lab);
  return true;
}

function isAnythingHere(): boolean {
  const { local, vagrant } = labsOnDisk();
  return local.length + vagrant.length + notedLabs().length > 0;
}
