/** Progress as a list that is redrawn in place, on standard error. */
import { visible } from '../../errors.js';
import type { ProgressEvent } from '../../progress.js';
import { claimIn } from '../../report/claims.js';
import { cut, WIDTH, wrap } from '../../report/layout.js';
import { textOf } from '../../report/messages.js';
import type { Speech } from '../../report/speech.js';
import { asCalled } from '../called.js';
import { styleFor } from '../style.js';
import { drawList, type ListrTask, type Wrapper } from './drawing.js';
import type { Step } from './steps.js';
import { ofRuns, outcome, toldText, waitingText } from './words.js';

export interface LiveList {
  readonly tell: (event: ProgressEvent) => void;
  /** Ends it as it stands; the step at work has failed if there was an error. */
  readonly close: (failed: boolean) => Promise<void>;
}

export function liveList(steps: readonly Step[], speech: Speech): LiveList {
  const lines = steps.map((step) => new Line(step));
  const drawn = drawList(lines.map((line) => line.task));
  const named = (...keys: string[]) =>
    keys.flatMap((key) => lines.find((line) => line.key === key) ?? [])[0];
  return {
    tell: (event) => tell(event, speech, named, () => lines.find((line) => !line.ended)),
    close: async (failed) => {
      let atWork = true;
      for (const line of lines.filter((each) => !each.ended)) {
        if (!failed) line.end('');
        else if (atWork) line.fail('');
        else line.leaveOut();
        atWork = false;
      }
      await drawn;
    },
  };
}

function tell(
  event: ProgressEvent,
  speech: Speech,
  named: (...keys: string[]) => Line | undefined,
  current: () => Line | undefined,
): void {
  switch (event.kind) {
    case 'phase': {
      const line = named(event.phase);
      const text = toldText(event, speech);
      if (!line) {
        const phase = speech.t.progress.phases[event.phase];
        if (text !== '') (named('lab', 'runs') ?? current())?.say(`${phase}: ${text}`);
      } else if (event.state === 'done') line.end(text.length <= SHORT ? text : '');
      else if (event.state === 'detail') line.say(text);
      return;
    }
    case 'note':
      return;
    case 'scenario': {
      const line = named(`scenario ${event.name}`);
      if (event.state === 'begun') {
        named('lab')?.end('');
        if (!line) named('runs')?.say(`${event.name}${ofRuns(event)}`);
      } else if (!line) {
        named('runs')?.say(`${event.name}${ofRuns(event)}: ${outcome(event.result, speech)}`);
        if (event.result.verdict === 'failed') named('runs')?.spoil();
      } else if (event.result.verdict === 'failed') line.fail(outcome(event.result, speech));
      else if (event.result.verdict === 'skipped') line.leaveOut(outcome(event.result, speech));
      else line.end(outcome(event.result, speech));
      return;
    }
    case 'waiting':
      named(`scenario ${event.scenario}`)?.say(waitingText(event, speech));
      return;
    case 'assertion':
      named(`scenario ${event.scenario}`)?.say(textOf(claimIn(event.assertion, speech)));
  }
}

/** What listr2 puts before a line, and leaves free behind it, columns. */
const BESIDE = 6;

/** A longer result of a phase would not fit beside its title. */
const SHORT = 40;

/** One line of the list. Keeps what it is told until listr2 draws it. */
class Line {
  readonly key: string;
  readonly task: ListrTask;
  #title: string;
  #says = '';
  #spoiled = false;
  #wrapper: Wrapper | undefined;
  #settle: (end: 'done' | 'failed' | 'left out') => void = () => {};
  #ended = false;

  constructor({ key, title, mayFail }: Step) {
    this.key = key;
    this.#title = title;
    const settled = new Promise<'done' | 'failed' | 'left out'>((resolve) => {
      this.#settle = resolve;
    });
    this.task = {
      title,
      exitOnError: !mayFail,
      task: async (_, wrapper) => {
        this.#wrapper = wrapper;
        this.#draw();
        const end = await settled;
        this.#draw();
        if (end === 'failed') throw new Error('this step failed');
        if (end === 'left out') wrapper.skip();
      },
    };
  }

  get ended(): boolean {
    return this.#ended;
  }

  say(text: string): void {
    this.#says = visible(asCalled(text));
    this.#draw();
  }

  /** Marks it as failed, though it goes on. */
  spoil(): void {
    this.#spoiled = true;
  }

  end(text: string): void {
    this.#finish(text, this.#spoiled ? 'failed' : 'done');
  }

  fail(text: string): void {
    this.#finish(text, 'failed');
  }

  leaveOut(text = ''): void {
    this.#finish(text, 'left out');
  }

  #finish(text: string, end: 'done' | 'failed' | 'left out'): void {
    if (this.#ended) return;
    this.#ended = true;
    if (text !== '') this.#title += `: ${visible(asCalled(text))}`;
    this.#says = '';
    this.#settle(end);
  }

  #draw(): void {
    if (!this.#wrapper) return;
    // listr2 asks standard output how wide it is, and breaks words.
    const room = (styleFor(process.stderr).width ?? WIDTH) - BESIDE;
    this.#wrapper.title = wrap(this.#title, 0, room).join('\n');
    if (this.#says !== '') this.#wrapper.output = cut(this.#says, room);
  }
}
