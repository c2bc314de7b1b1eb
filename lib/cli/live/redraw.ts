/** Lines that are drawn over those before them, from the top of the terminal. */
import { printRaw } from '../output.js';

const CLEAR = '\u001b[2J\u001b[H';
const HOME = '\u001b[H';

export interface Drawing {
  /** The first time on a clear screen, then over what stands there, so that nothing flickers. */
  readonly draw: (lines: readonly string[]) => void;
  /** The next time begins on a clear screen: the terminal has another size, and what stood there is no more where it was. */
  readonly clear: () => void;
}

export function drawnOver(): Drawing {
  let begin = CLEAR;
  return {
    draw: (lines) => {
      printRaw(`${begin}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
      begin = HOME;
    },
    clear: () => {
      begin = CLEAR;
    },
  };
}
