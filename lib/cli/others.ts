/** The labs that are up, for somebody who asked for one that does not exist. */
import type { LabList, ListedLab } from '../report/types.generated.js';
import { commandLine } from './words.js';

/** The command line that takes one of these labs down, wherever it is typed. */
export function downOf({ name, backend, incus }: ListedLab, { labs }: LabList): string {
  const near = incus === null || (incus.remote === 'local' && incus.project === 'default');
  const place = near ? [] : [`incus.remote=${incus.remote}`, `incus.project=${incus.project}`];
  // A lab of processes is found without --backend, unless another backend has one of that name.
  const isOne = labs.filter((each) => each.name === name).length === 1;
  const words = backend === 'local' && isOne ? [] : ['--backend', backend];
  return commandLine({ set: [`name=${name}`, ...place] }, 'down', ...words);
}

/** A line for each lab that is up, or may be, with the command that takes it down. */
export function othersLines(list: LabList): string[] {
  const up = list.labs.filter(({ state }) => state !== 'stopped');
  if (up.length === 0) return [];
  return [
    'Labs of yours that are up, and what takes each down:',
    ...up.map((lab) => `  ${lab.name} (${lab.backend}, ${lab.state}): ${downOf(lab, list)}`),
  ];
}

/** A line for each backend that could not be asked. */
export function silentLines({ silent }: LabList): string[] {
  return silent.map(
    ({ backend, problem }) => `The backend ${backend} cannot be asked for labs (${problem}).`,
  );
}
