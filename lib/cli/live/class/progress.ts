/** How far the work on a class is. */
import type { Outcome } from '../../../class/each.js';
import { say } from '../../../render/texts.js';
import { type Speech, timeOf } from '../../../report/speech.js';
import { printAside } from '../../output.js';
import { firstLine } from './work.js';

/** Says of each lab that the work on it has ended. */
export function teller<Item>(count: number, who: (item: Item) => string, speech: Speech) {
  const t = speech.t.class;
  let done = 0;
  return ({ item, error, ms = 0 }: Outcome<Item, unknown>) => {
    done += 1;
    const time = timeOf(speech, ms);
    const told =
      error === undefined ? say(t.done, { time }) : say(t.failed, { time, said: firstLine(error) });
    printAside(`${done}/${count} ${who(item)}: ${told}`);
  };
}
