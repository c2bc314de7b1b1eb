/** Removing the labs of a class that are there, whoever is in the list. */
import type { Room } from '../../../backends/descriptor.js';
import { EXIT, visible } from '../../../errors.js';
import { say } from '../../../render/texts.js';
import { clean } from '../../../report/layout.js';
import { ask, canAsk } from '../../ask.js';
import { printJson, printResult } from '../../output.js';
import { UsageError } from '../../usage.js';
import { commandLine } from '../../words.js';
import { classProgress } from './progress.js';
import { codeOfExit, failureOf, jobsOf, onlyOf, type Work } from './work.js';

export async function down(work: Work): Promise<number> {
  const { argv, labClass, signal, speech } = work;
  const t = speech.t.class;
  const { name } = labClass.model;
  const rooms = await meant(work);
  if (rooms.length > 0 && !argv['yes']) {
    const count = rooms.length;
    const question = say(t.question, { count, class: name });
    if (!canAsk()) {
      throw new UsageError(say(t.refused, { count, class: name, yes: withYes(argv) }).trim());
    }
    if (!(await ask(question, signal, speech, 'no'))) return EXIT.no;
  }
  const who = ({ student }: Room) => clean(student);
  const progress = await classProgress<Room>({ count: rooms.length, who, speech });
  const { close, onBegin, onEnd } = progress;
  const jobs = jobsOf(argv);
  const outcomes = await labClass.down(rooms, { jobs, signal, onBegin, onEnd }).finally(close);
  signal.throwIfAborted();
  const failed = outcomes.find(({ error }) => error !== undefined)?.error;
  if (argv['json']) {
    const labs = outcomes.map(({ item, error, ms }) => ({
      id: item.student,
      lab: item.lab,
      ms: Math.round(ms ?? 0),
      error: failureOf(error),
    }));
    printJson({ class: name, backend: labClass.backend, labs });
  } else {
    const good = outcomes.filter(({ error }) => error === undefined).length;
    printResult(
      rooms.length === 0 ? say(t.none, { class: name }) : say(t.gone, { good, all: rooms.length }),
    );
  }
  return failed === undefined ? EXIT.ok : codeOfExit(failed);
}

/** The rooms that the command line is about. */
async function meant({ argv, labClass, signal }: Work): Promise<readonly Room[]> {
  const { name, labs } = labClass.model;
  const only = onlyOf(argv)?.map((each) => each.toLowerCase());
  const known = new Set(labs.map(({ lab }) => lab.name));
  const all = await labClass.rooms(signal);
  const strange = only?.filter(
    (each) => !all.some(({ student }) => student.toLowerCase() === each),
  );
  if (strange && strange.length > 0) {
    throw new UsageError(
      `No lab of the class ${name} is that of ${strange.map(visible).join(', ')}.`,
    );
  }
  return all.filter(
    ({ lab, student }) =>
      (!argv['gone'] || !known.has(lab)) && (!only || only.includes(student.toLowerCase())),
  );
}

/** The same command line, without a question. */
function withYes(argv: Record<string, unknown>): string {
  const roster = argv['roster'] === undefined ? [] : ['--roster', String(argv['roster'])];
  const which = (onlyOf(argv) ?? []).flatMap((each) => ['--only', each]);
  const gone = argv['gone'] ? ['--gone'] : [];
  return commandLine(argv, 'class', 'down', ...roster, ...which, ...gone, '--yes');
}
