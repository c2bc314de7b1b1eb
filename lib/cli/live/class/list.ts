/** The labs of a class that are there. */
import { EXIT } from '../../../errors.js';
import { say } from '../../../render/texts.js';
import { clean, table } from '../../../report/layout.js';
import { printJson, printResult } from '../../output.js';
import type { Work } from './work.js';

export async function list({ argv, labClass, signal, speech }: Work): Promise<number> {
  const rooms = await labClass.rooms(signal);
  const names = new Map(labClass.model.labs.map(({ lab, student }) => [lab.name, student.name]));
  if (argv['json']) {
    const all = rooms.map(({ lab, student, port }) => ({
      id: student,
      name: names.get(lab) ?? null,
      lab,
      port: port ?? null,
    }));
    printJson({ class: labClass.model.name, backend: labClass.backend, labs: all });
    return EXIT.ok;
  }
  const t = speech.t.class;
  const title = [t.id, t.name, t.lab, t.port].map((each) => ({ title: each }));
  const rows = rooms.map(({ lab, student, port }) => [
    clean(student),
    clean(names.get(lab) ?? '–'),
    lab,
    String(port ?? '–'),
  ]);
  printResult(
    rooms.length === 0
      ? say(t.none, { class: labClass.model.name })
      : table(title, rows).join('\n'),
  );
  return EXIT.ok;
}
