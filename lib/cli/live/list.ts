import { EXIT } from '../../errors.js';
import { listLabs } from '../../lab/labs.js';
import { labsReport } from '../../report/labs-text.js';
import { downOf, silentLines } from '../others.js';
import { printAside, printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';

export async function list(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const found = await listLabs({ signal });
  for (const line of silentLines(found)) printAside(line);
  if (argv['json']) printJson(found);
  else {
    const downs = found.labs.map((lab) => downOf(lab, found));
    printResult(labsReport(found, downs, styleFor(process.stdout)));
  }
  return EXIT.ok;
}
