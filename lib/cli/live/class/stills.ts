/** What is told at once of a lab that comes up, also where each has one line only: that a node stands still, and for what. */
import type { ProgressEvent } from '../../../progress.js';
import { clean } from '../../../report/layout.js';
import { textOf, toldIn } from '../../../report/messages.js';
import type { Speech } from '../../../report/speech.js';

const CODES: readonly string[] = ['start.still', 'start.moves', 'start.slow', 'start.services'];

/** Undefined for all else. */
export function stillOf(event: ProgressEvent, speech: Speech): string | undefined {
  if (event.kind !== 'phase') return undefined;
  if (!event.codes?.some(({ code }) => CODES.includes(code))) return undefined;
  return clean(textOf(toldIn(speech, event.text, event.codes)));
}
