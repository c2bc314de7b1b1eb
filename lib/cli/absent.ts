/** The status of a lab that is nowhere: said without loading what asks servers. */
import type { Lab } from '../lab/lab.js';
import { holderOf } from '../lab/which-backend.js';
import { absentStatus } from '../report/status.js';
import { statusReport } from '../report/status-text.js';
import { labsOnDisk } from '../workspace/lab-folders.js';
import { notedLabs } from '../workspace/lab-notes.js';
import { askedIn } from './asked.js';
import { labOf } from './load.js';
import { printJson, printResult } from './output.js';
import { styleFor } from './style.js';
import { commandLine } from './words.js';

/** Whether the lab is nowhere, and its backend is or would be processes, which are nowhere else than on this disk; then it is told. */
export async function toldAbsent(argv: Record<string, unknown>): Promise<boolean> {
  if (argv['watch'] || argv['interval'] !== undefined) return false;
  const { named, usual = 'local' } = askedIn(argv);
  if ((named ?? usual) !== 'local') return false;
  const lab = await labOf(argv);
  // What else is here is looked at by those who know how.
  if (holderOf(lab.model.name) !== undefined || isAnythingHere()) return false;
  tell(argv, lab);
  return true;
}

function isAnythingHere(): boolean {
  const { local, vagrant } = labsOnDisk();
  return local.length + vagrant.length + notedLabs().length > 0;
}

function tell(argv: Record<string, unknown>, { model }: Lab): void {
  const status = absentStatus(model.name, 'local', model.sentinel.quorum);
  if (argv['json']) printJson(status);
  else printResult(statusReport(status, styleFor(process.stdout), commandLine(argv, 'up')));
}
