/** The labs that are up, for somebody who asked for one that does not exist. */
import { say } from '../render/texts.js';
import type { Speech } from '../report/speech.js';
import type { LabList, ListedLab } from '../report/types.generated.js';
import { commandLine } from './words.js';

/** The command line that takes one of these labs down, wherever it is typed. */
export function downOf({ name, backend, set }: ListedLab, { labs }: LabList): string {
  // A lab of processes is found without --backend, unless another backend has one of that name.
  const isOne = labs.filter((each) => each.name === name).length === 1;
  const words = backend === 'local' && isOne ? [] : ['--backend', backend];
  return commandLine({ set: [`name=${name}`, ...set] }, 'down', ...words);
}

/** A line for each lab that is up, or may be, with the command that takes it down. */
export function othersLines(list: LabList, { t }: Speech): string[] {
  const up = list.labs.filter(({ state }) => state !== 'stopped');
  if (up.length === 0) return [];
  return [
    t.list.others,
    ...up.map((lab) => {
      const state = t.list.states[lab.state];
      return `  ${lab.name} (${lab.backend}, ${state}): ${downOf(lab, list)}`;
    }),
  ];
}

/** A line for each backend that could not be asked. */
export function silentLines({ silent }: LabList, { t }: Speech): string[] {
  return silent.map(({ backend, problem }) => say(t.list.silent, { backend, said: problem }));
}
