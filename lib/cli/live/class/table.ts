/** What was done to each lab: a table, or JSON. */
import { keyOf } from '../../../class/labs.js';
import { say } from '../../../render/texts.js';
import { clean, table } from '../../../report/layout.js';
import { styleFor } from '../../style.js';
import type { Told } from './actions.js';
import { failureOf, firstLine, type Work } from './work.js';

/** @param ports of labs by their names; absent where they are not asked for */
export function asJson(
  { action, labClass }: Work,
  all: readonly Told[],
  ports?: ReadonlyMap<string, number>,
) {
  return {
    class: labClass.model.name,
    backend: labClass.backend,
    action,
    labs: all.map(({ outcome: { item, error, ms }, seen }) => ({
      id: keyOf(item.student),
      name: item.student.name,
      email: item.student.email,
      lab: item.lab.name,
      ...(ports ? { port: ports.get(item.lab.name) ?? null } : {}),
      ok: seen?.ok ?? false,
      ms: ms === undefined ? null : Math.round(ms),
      error: failureOf(error),
      ...seen?.json,
    })),
  };
}

export function asText({ action, speech }: Work, all: readonly Told[]): string {
  const t = speech.t.class;
  const heads: Readonly<Record<string, readonly string[]>> = {
    status: [t.state, t.master, t.problem],
    verify: [t.verdict, t.reason],
    exec: [t.exit, t.output],
  };
  const behind = heads[action] ?? [t.result];
  const rows = all.map(({ outcome, seen }) => {
    const { student } = outcome.item;
    const failed = outcome.error === undefined ? t.notBegun : firstLine(outcome.error);
    return [clean(keyOf(student)), clean(student.name), ...(seen?.cells ?? [failed])];
  });
  const good = all.filter(({ seen }) => seen?.ok).length;
  const titles = [t.id, t.name, ...behind].map((title) => ({ title }));
  const lines = table(titles, rows, styleFor(process.stdout).width);
  return [...lines, '', say(t.sum, { good, all: all.length })].join('\n');
}
