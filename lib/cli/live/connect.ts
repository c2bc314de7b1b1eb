import { EXIT } from '../../errors.js';
import { connectionReport } from '../../report/connection-text.js';
import { printJson, printResult } from '../output.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';

export async function connect(argv: Record<string, unknown>): Promise<number> {
  const { lab, running } = await attachedLab(argv);
  const connection = await running.connection();
  const naming = { lab: lab.model.name, backend: running.backend };
  const exec = (node: string, ...words: readonly string[]) =>
    commandLine(argv, 'exec', node, '--', ...words);
  if (argv['json']) printJson({ ...naming, ...connection });
  else printResult(connectionReport({ ...naming, exec }, connection, lab.model.language));
  return EXIT.ok;
}
