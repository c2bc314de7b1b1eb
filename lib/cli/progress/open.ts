/** Shows the progress of a long call on standard error: a live list on a terminal, lines elsewhere. */
import { Feed } from '../../live/feed.js';
import type { OnProgress, ProgressEvent } from '../../progress.js';
import { type Speech, speechIn } from '../../report/speech.js';
import { printAside } from '../output.js';
import { canRedraw } from '../style.js';
import type { LiveList } from './live-list.js';
import { plainProgress } from './plain.js';
import type { Step, Steps } from './steps.js';
import { toldText } from './words.js';

export { proofSteps, READY_STEPS, UP_STEPS } from './steps.js';

export interface Progress {
  readonly onProgress: OnProgress;
  /** Does the call, and closes what is shown before anything else is printed. */
  readonly around: <T>(call: () => Promise<T>) => Promise<T>;
}

/** @param lang of the lab; default: English */
export function openProgress(steps: Steps, lang?: string): Progress {
  const speech = speechIn(lang);
  const feed = new Feed<ProgressEvent>();
  return {
    onProgress: (event) => feed.push(event),
    around: async (call) => {
      let failed = true;
      const shown = canRedraw(process.stderr)
        ? redrawn(feed, steps(speech), speech, () => failed)
        : lines(feed, speech);
      try {
        const value = await call();
        failed = false;
        return value;
      } finally {
        feed.end();
        for (const note of new Set(await shown)) printAside(`${speech.t.note}${note}`);
      }
    },
  };
}

/** Shows all events, and gives the notes, which come last. */
async function lines(events: AsyncIterable<ProgressEvent>, speech: Speech): Promise<string[]> {
  const notes: string[] = [];
  const tell = plainProgress(printAside, speech);
  for await (const event of events) {
    if (event.kind === 'note') notes.push(toldText(event, speech));
    else tell(event);
  }
  return notes;
}

async function redrawn(
  events: AsyncIterable<ProgressEvent>,
  steps: readonly Step[],
  speech: Speech,
  hasFailed: () => boolean,
): Promise<string[]> {
  const notes: string[] = [];
  const waiting: ProgressEvent[] = [];
  let list: LiveList | undefined;
  for await (const event of events) {
    if (event.kind === 'note') notes.push(toldText(event, speech));
    else waiting.push(event);
    // A first look that finds something missing ends in a question: nothing is drawn for it.
    if (!list && waiting.length < 2) continue;
    list ??= (await import('./live-list.js')).liveList(steps, speech);
    for (const each of waiting.splice(0)) list.tell(each);
  }
  await list?.close(hasFailed());
  return notes;
}
