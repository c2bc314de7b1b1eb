import { EXIT } from '../../errors.js';
import { connectionReport } from '../../report/connection-text.js';
import { printJson, printResult } from '../output.js';
import { attachedLab } from './lab.js';

export async function connect(argv: Record<string, unknown>): Promise<number> {
  const { lab, running } = await attachedLab(argv);
  const connection = await running.connection();
  const naming = { lab: lab.model.name, backend: running.backend };
  if (argv['json']) printJson({ ...naming, ...connection });
  else printResult(connectionReport(naming, connection));
  return EXIT.ok;
}
