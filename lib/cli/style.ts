/** Colours, where the reader is a terminal that wants them. */
import { styleText } from 'node:util';
import { PLAIN, type Style } from '../report/style.js';

/** Honours NO_COLOR, FORCE_COLOR and TERM=dumb. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  if (isDumb()) return PLAIN;
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    // It throws for a stream that is none of its own kinds, and asks it what it can.
    styleText(format, text, { stream });
  return { good: paint('green'), bad: paint('red'), faint: paint('dim'), strong: paint('bold') };
}

/** Whether lines can be redrawn there. */
export function canRedraw(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !isDumb();
}

function isDumb(): boolean {
  return process.env['TERM'] === 'dumb';
}
