/** One thing done to the lab of each student. */
import type { Sentence } from '../../../coded.js';
import { EXIT } from '../../../errors.js';
import { sentenceIn } from '../../../report/messages.js';
import { printAside, printJson, printResult } from '../../output.js';
import { doneTo, type Told } from './actions.js';
import { entryIn, portsIn } from './entry.js';
import { classProgress } from './progress.js';
import { asJson, asText } from './table.js';
import { codeOfExit, jobsOf, onlyOf, type Work, whoIs } from './work.js';

export async function onEach(work: Work): Promise<number> {
  const { argv, labClass, signal, speech } = work;
  const jobs = jobsOf(argv);
  const only = onlyOf(argv);
  const entry = entryIn(work);
  const count = only?.length ?? labClass.model.labs.length;
  const { close, ...told } = await classProgress({ count, who: whoIs, speech });
  const notes: Sentence[] = [];
  const onNote = (note: Sentence) => notes.push(note);
  const all = await doneTo(work, { only, jobs, signal, onNote, ...told, ...entry }).finally(close);
  for (const note of notes) printAside(sentenceIn(speech, note));
  signal.throwIfAborted();
  if (argv['json']) printJson(asJson(work, all, await portsIn(work)));
  else printResult(asText(work, all));
  return exitOf(all);
}

function exitOf(all: readonly Told[]): number {
  const failed = all.find(({ outcome }) => outcome.error !== undefined)?.outcome.error;
  if (failed !== undefined) return codeOfExit(failed);
  return all.every(({ seen }) => seen?.ok) ? EXIT.ok : EXIT.no;
}
