/** Colours, where the reader is a terminal that wants them, and its width. */
import { styleText } from 'node:util';
import { PLAIN, type Style } from '../report/style.js';

/** Narrower, lines break wherever the terminal ends. */
const LEAST = 40;

/**
 * NO_COLOR counts before FORCE_COLOR, for all of this process and the programs that it starts, and is none where it is empty.
 * Node would let FORCE_COLOR win, and warn of it.
 */
export function settleColours(env: NodeJS.ProcessEnv = process.env): void {
  if (env['NO_COLOR'] === '') delete env['NO_COLOR'];
  if (env['NO_COLOR'] !== undefined) delete env['FORCE_COLOR'];
}

/** Honours NO_COLOR, FORCE_COLOR and TERM=dumb. The width is that of this moment. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  const width = stream.columns ? Math.max(LEAST, stream.columns) : undefined;
  if (isDumb()) return { ...PLAIN, width };
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    // It throws for a stream that is none of its own kinds, and asks it what it can.
    styleText(format, text, { stream });
  return {
    width,
    good: paint('green'),
    bad: paint('red'),
    faint: paint('dim'),
    strong: paint('bold'),
  };
}

/** Whether lines can be redrawn there. */
export function canRedraw(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !isDumb();
}

function isDumb(): boolean {
  return process.env['TERM'] === 'dumb';
}
