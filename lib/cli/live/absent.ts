import type { Lab } from '../../lab/lab.js';
import { absentStatus } from '../../report/status.js';
import { statusReport } from '../../report/status-text.js';
import { printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { commandLine } from '../words.js';

/** The status of a lab that is nowhere. */
export function tellAbsent(argv: Record<string, unknown>, { model }: Lab): void {
  const status = absentStatus(model.name, 'local', model.sentinel.quorum);
  if (argv['json']) printJson(status);
  else {
    const up = commandLine(argv, 'up');
    printResult(statusReport(status, styleFor(process.stdout), up, model.language));
  }
}
