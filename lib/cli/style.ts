/** Colours, where the reader is a terminal that wants them, and its width. */
import { styleText } from 'node:util';
import { PLAIN, type Style } from '../report/style.js';

/** Narrower, lines break wherever the terminal ends. */
const LEAST = 40;

/** Honours NO_COLOR before FORCE_COLOR, and TERM=dumb. The width is that of this moment. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  const width = stream.columns ? Math.max(LEAST, stream.columns) : undefined;
  // Node would let FORCE_COLOR win, and warn of it.
  if (isDumb() || process.env['NO_COLOR']) return { ...PLAIN, width };
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
