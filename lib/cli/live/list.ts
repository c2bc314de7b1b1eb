import { EXIT } from '../../errors.js';
import { listLabs } from '../../lab/labs.js';
import { labsReport } from '../../report/labs-text.js';
import { speechIn } from '../../report/speech.js';
import { languageHere } from '../load.js';
import { downOf, silentLines } from '../others.js';
import { printAside, printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';

export async function list(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const found = await listLabs({ signal });
  const speech = speechIn(await languageHere());
  for (const line of silentLines(found, speech)) printAside(line);
  if (argv['json']) printJson(found);
  else {
    const downs = found.labs.map((lab) => downOf(lab, found));
    printResult(labsReport(found, downs, styleFor(process.stdout), speech.lang));
  }
  return EXIT.ok;
}
