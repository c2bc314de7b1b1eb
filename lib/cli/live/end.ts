import { EXIT } from '../../errors.js';
import { list } from '../../report/layout.js';
import { printJson, printResult } from '../output.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';

export async function stop(argv: Record<string, unknown>): Promise<number> {
  const { lab, running } = await attachedLab(argv);
  const ended = await running.stop();
  if (argv['json']) printJson({ ended });
  else if (ended.length === 0) printResult(`Nothing of the lab ${lab.model.name} was running.`);
  else {
    printResult(`Ended: ${list(ended)}. Their data is kept.`);
    printResult(`To start them again: ${commandLine(argv, 'up')}`);
  }
  return EXIT.ok;
}

export async function down(argv: Record<string, unknown>): Promise<number> {
  const { lab, running } = await attachedLab(argv);
  const ended = await running.down();
  if (argv['json']) printJson({ ended });
  else {
    if (ended.length > 0) printResult(`Ended: ${list(ended)}.`);
    printResult(`Nothing of the lab ${lab.model.name} is left here.`);
  }
  return EXIT.ok;
}
