/** How far the work on a class is, on standard error: redrawn on a terminal, a line for each lab that is done elsewhere. */
import type { Outcome } from '../../../class/each.js';
import type { Sentence } from '../../../coded.js';
import type { ProgressEvent } from '../../../progress.js';
import { say } from '../../../render/texts.js';
import { sentenceIn } from '../../../report/messages.js';
import { type Speech, timeOf } from '../../../report/speech.js';
import { printAside } from '../../output.js';
import type { Lanes } from '../../progress/lanes.js';
import { stepOf } from '../../progress/words.js';
import { canRedraw } from '../../style.js';
import { stillOf } from './stills.js';
import { firstLine } from './work.js';

export interface ClassProgress<Item> {
  /** What is made for all labs, before the work on them begins. */
  readonly onStep: (step: Sentence) => void;
  readonly onBegin: (item: Item) => void;
  readonly onProgress: (item: Item, event: ProgressEvent) => void;
  readonly onEnd: (outcome: Outcome<Item, unknown>) => void;
  /** Before anything else is printed. */
  readonly close: () => Promise<void>;
}

interface About<Item> {
  /** How many labs there are. */
  readonly count: number;
  /** Whose lab it is. */
  readonly who: (item: Item) => string;
  readonly speech: Speech;
}

export async function classProgress<Item>(about: About<Item>): Promise<ClassProgress<Item>> {
  if (!canRedraw(process.stderr) || about.count === 0) return asLines(about);
  const { openLanes } = await import('../../progress/lanes.js');
  return redrawn(openLanes(), about);
}

function asLines<Item>({ count, who, speech }: About<Item>): ClassProgress<Item> {
  let done = 0;
  return {
    onStep: (step) => printAside(sentenceIn(speech, step)),
    onBegin: () => undefined,
    onProgress: (item, event) => {
      const still = stillOf(event, speech);
      if (still !== undefined) printAside(`${who(item)}: ${still}`);
    },
    onEnd: (outcome) => {
      done += 1;
      printAside(`${done}/${count} ${who(outcome.item)}: ${ended(outcome, speech)}`);
    },
    close: async () => undefined,
  };
}

/** So many labs that failed stay in view. */
const FAILED_SHOWN = 3;

function redrawn<Item>(lanes: Lanes, { count, who, speech }: About<Item>): ClassProgress<Item> {
  const t = speech.t.class;
  const atWork = new Map<Item, string>();
  const failures: string[] = [];
  let done = 0;
  let shared: string | undefined;
  const show = () => {
    const failed = failures.length;
    const steps = [...atWork].map(([item, step]) => `${who(item)}: ${step}`);
    lanes.show(
      say(t.sofar, { done, all: count, failed }),
      [...failures.slice(-FAILED_SHOWN), ...(shared === undefined ? [] : [shared]), ...steps],
      (more) => say(t.moreAtWork, { more }),
    );
  };
  return {
    onStep: (step) => {
      shared = sentenceIn(speech, step);
      show();
    },
    onBegin: (item) => {
      shared = undefined;
      atWork.set(item, '…');
      show();
    },
    onProgress: (item, event) => {
      const step = stepOf(event, speech);
      if (step === undefined) return;
      atWork.set(item, step);
      show();
    },
    onEnd: (outcome) => {
      done += 1;
      atWork.delete(outcome.item);
      if (outcome.error !== undefined) {
        failures.push(`✗ ${who(outcome.item)}: ${ended(outcome, speech)}`);
      }
      show();
    },
    close: lanes.close,
  };
}

function ended({ error, ms = 0 }: Outcome<unknown, unknown>, speech: Speech): string {
  const { done, failed } = speech.t.class;
  const time = timeOf(speech, ms);
  return error === undefined ? say(done, { time }) : say(failed, { time, said: firstLine(error) });
}
