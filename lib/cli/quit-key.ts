/** A key that ends what is shown on a terminal. */

export interface QuitKey {
  /** Aborted when somebody types q, or what ends a program. */
  readonly signal: AbortSignal;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
}

/** q, Q, Ctrl-C and Ctrl-D: while keys are heard one by one, the terminal itself ends nothing. */
const ENDS = ['q', 'Q', '\u0003', '\u0004'];

/** Heard from now on, if there is somebody at a terminal. */
export function quitKey(): QuitKey {
  const off = new AbortController();
  const { stdin } = process;
  if (!stdin.isTTY) return { signal: off.signal, close: () => undefined };
  const hear = (typed: Buffer) => {
    const text = typed.toString('latin1');
    if (ENDS.some((each) => text.includes(each))) off.abort();
  };
  stdin.setRawMode(true);
  stdin.on('data', hear);
  return {
    signal: off.signal,
    close: () => {
      stdin.off('data', hear);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
