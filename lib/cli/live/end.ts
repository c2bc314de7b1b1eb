import { EXIT } from '../../errors.js';
import { listLabs } from '../../lab/labs.js';
import { list } from '../../report/layout.js';
import { othersLines, silentLines } from '../others.js';
import { printAside, printJson, printResult } from '../output.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';

export async function stop(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const { lab, running, isKnown } = await attachedLab(argv);
  const ended = await running.stop();
  if (argv['json']) printJson({ ended });
  else if (ended.length === 0) printResult(`Nothing of the lab ${lab.model.name} was running.`);
  else {
    printResult(`Ended: ${list(ended)}. Their data is kept.`);
    printResult(`To start them again: ${commandLine(argv, 'up')}`);
  }
  if (!isKnown) await tellOthers(argv, signal);
  return EXIT.ok;
}

export async function down(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const { lab, running, isKnown } = await attachedLab(argv);
  const ended = await running.down();
  if (argv['json']) printJson({ ended });
  else {
    if (ended.length > 0) printResult(`Ended: ${list(ended)}.`);
    printResult(`Nothing of the lab ${lab.model.name} is left here.`);
  }
  if (!isKnown) await tellOthers(argv, signal);
  return EXIT.ok;
}

/** The lab does not exist: perhaps another one was meant, so name those that are up. */
async function tellOthers(argv: Record<string, unknown>, signal: AbortSignal): Promise<void> {
  const found = await listLabs({ signal });
  const print = argv['json'] ? printAside : printResult;
  for (const line of othersLines(found)) print(line);
  for (const line of silentLines(found)) printAside(line);
}
