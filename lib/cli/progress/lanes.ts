/** Many pieces of work at a time, redrawn in place on standard error: a sum, and under it a line for each that is at work. */
import { visible } from '../../errors.js';
import { cut, WIDTH } from '../../report/layout.js';
import { styleFor } from '../style.js';
import { drawList, type Wrapper } from './drawing.js';

export interface Lanes {
  /** @param more gives the last line where not all have room */
  readonly show: (sum: string, lines: readonly string[], more: (count: number) => string) => void;
  /** Takes it off the terminal. */
  readonly close: () => Promise<void>;
}

/** What listr2 puts before a line, and leaves free behind it, columns. */
const BESIDE = 6;

/** Beside the lines: the sum, and what stands below. */
const AROUND = 3;

export function openLanes(): Lanes {
  let wrapper: Wrapper | undefined;
  let shown: readonly [sum: string, lines: readonly string[]] = ['…', []];
  const draw = () => {
    if (!wrapper) return;
    const [sum, lines] = shown;
    const room = (styleFor(process.stderr).width ?? WIDTH) - BESIDE;
    const fitted = (line: string) => cut(visible(line), room);
    wrapper.title = fitted(sum);
    wrapper.output = lines.map(fitted).join('\n');
  };
  let settle = () => {};
  const over = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const task = async (_: unknown, given: Wrapper) => {
    wrapper = given;
    draw();
    await over;
  };
  const drawn = drawList([{ title: shown[0], task }], { clears: true });
  return {
    show: (sum, lines, more) => {
      const most = Math.max(1, (process.stderr.rows || Number.POSITIVE_INFINITY) - AROUND);
      const left = lines.length - most + 1;
      shown = [sum, lines.length <= most ? lines : [...lines.slice(0, most - 1), more(left)]];
      draw();
    },
    close: async () => {
      settle();
      await drawn;
    },
  };
}
