/** Tells that a lab does not exist, without loading the code that asks servers. */
import { backends } from '../backends/registry.js';
import { holderOf } from '../lab/which-backend.js';

import { notedLabs } from '../workspace/lab-notes.js';
import { askedIn } from './asked.js';
import { labOf } from './load.js';

/** Prints the status of a lab that does not exist, and gives true. Only with `local`, whose labs are on this disk or nowhere. */
export async function toldAbsent(argv: Record<string, unknown>): Promise<boolean> {
  if (argv['watch'] || argv['interval'] !== undefined) return false;
  const { named, usual = 'local' } = askedIn(argv);
  if ((named ?? usual) !== 'local') return false;
  const lab = await labOf(argv);
  // If there are other labs, `status` as a whole names them.
  if (holderOf(lab.model.name) !== undefined || isAnythingHere()) return false;
  (await import('./live/absent.js')).tellAbsent(argv, lab);
  return true;
}

function isAnythingHere(): boolean {
  const onDisk = backends().flatMap(({ labs }) => labs?.namesOnDisk?.() ?? []);
  return onDisk.length + notedLabs().length > 0;
}
