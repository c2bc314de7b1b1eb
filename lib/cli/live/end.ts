import { EXIT } from '../../errors.js';
import { listLabs } from '../../lab/labs.js';
import { say } from '../../render/texts.js';
import { listed, type Speech, speechIn } from '../../report/speech.js';
import { othersLines, silentLines } from '../others.js';
import { printAside, printJson, printResult } from '../output.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';

export async function stop(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const { lab, running, isKnown } = await attachedLab(argv);
  const ended = await running.stop({ signal });
  const speech = speechIn(lab.model.language);
  const { end } = speech.t;
  if (argv['json']) printJson({ ended });
  else if (ended.length === 0) printResult(say(end.idle, { lab: lab.model.name }));
  else {
    printResult(say(end.stopped, { services: listed(ended, speech) }));
    printResult(say(end.start, { up: commandLine(argv, 'up') }));
  }
  if (!isKnown) await tellOthers(argv, speech, signal);
  return EXIT.ok;
}

export async function down(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const { lab, running, isKnown } = await attachedLab(argv);
  const ended = await running.down();
  const speech = speechIn(lab.model.language);
  const { end } = speech.t;
  if (argv['json']) printJson({ ended });
  else {
    if (ended.length > 0) printResult(say(end.ended, { services: listed(ended, speech) }));
    printResult(say(end.gone, { lab: lab.model.name }));
  }
  if (!isKnown) await tellOthers(argv, speech, signal);
  return EXIT.ok;
}

/** The lab does not exist: perhaps another one was meant, so name those that are up. */
async function tellOthers(
  argv: Record<string, unknown>,
  speech: Speech,
  signal: AbortSignal,
): Promise<void> {
  const found = await listLabs({ signal });
  const print = argv['json'] ? printAside : printResult;
  for (const line of othersLines(found, speech)) print(line);
  for (const line of silentLines(found, speech)) printAside(line);
}
