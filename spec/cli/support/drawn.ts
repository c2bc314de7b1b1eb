/** What a probe has drawn on standard error. */
import { canRedraw } from '../../../lib/cli/style.js';
import { now, sleep } from '../../../lib/clock.js';

/** How long the list has to draw something, milliseconds: what it never draws is an error. */
const DRAWN_WITHIN_MS = 60_000;

let drawn = '';
const write = process.stderr.write.bind(process.stderr);
process.stderr.write = ((...args: Parameters<typeof write>) => {
  drawn += String(args[0]);
  return write(...args);
}) as typeof write;

/** Waits until the terminal has been given this; lines, which say less, are not waited for. */
export async function isDrawn(text: string): Promise<void> {
  if (!canRedraw(process.stderr)) return;
  for (const end = now() + DRAWN_WITHIN_MS; !drawn.includes(text); await sleep(10)) {
    if (now() > end) throw new Error(`${text} was not drawn within ${DRAWN_WITHIN_MS} ms`);
  }
}
