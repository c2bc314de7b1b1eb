/** Shows the progress of a long call on standard error: a live list on a terminal, lines elsewhere. */
import type { OnProgress, ProgressEvent } from '../../progress.js';
import { printAside } from '../output.js';
import { canRedraw } from '../style.js';
import type { LiveList } from './live-list.js';
import { plainProgress } from './plain.js';
import type { Step } from './steps.js';

export { proofSteps, READY_STEPS, UP_STEPS } from './steps.js';

export interface Progress {
  readonly onProgress: OnProgress;
  /** Does the call, and closes what is shown before anything else is printed. */
  readonly around: <T>(call: () => Promise<T>) => Promise<T>;
}

export function openProgress(steps: readonly Step[]): Progress {
  const view = canRedraw(process.stderr) ? redrawn(steps) : lines();
  const notes: string[] = [];
  return {
    onProgress: (event) => (event.kind === 'note' ? notes.push(event.text) : view.tell(event)),
    around: async (call) => {
      let failed = true;
      try {
        const value = await call();
        failed = false;
        return value;
      } finally {
        await view.close(failed);
        for (const note of new Set(notes)) printAside(`Note: ${note}`);
      }
    },
  };
}

interface View {
  readonly tell: OnProgress;
  readonly close: (failed: boolean) => Promise<void>;
}

function lines(): View {
  return { tell: plainProgress(printAside), close: async () => {} };
}

function redrawn(steps: readonly Step[]): View {
  const waiting: ProgressEvent[] = [];
  let list: Promise<LiveList> | undefined;
  let drawn: LiveList | undefined;
  return {
    tell: (event) => {
      if (drawn) return drawn.tell(event);
      waiting.push(event);
      // A first look that finds something missing ends in a question: nothing is drawn for it.
      if (waiting.length < 2) return;
      list ??= import('./live-list.js').then(({ liveList }) => {
        drawn = liveList(steps);
        for (const each of waiting) drawn.tell(each);
        return drawn;
      });
    },
    close: async (failed) => (await list)?.close(failed),
  };
}
