/** Progress as lines, for a file, a pipe, a CI service. */
import { now } from '../../clock.js';
import type { OnProgress, ProgressEvent } from '../../progress.js';
import { say } from '../../render/texts.js';
import { inLanguage } from '../../report/claims.js';
import { textOf } from '../../report/messages.js';
import { type Speech, speechIn } from '../../report/speech.js';
import { ofRuns, outcome, toldText, waitingText } from './words.js';

/** What is waited for changes many times a second. It gets a line only after so long without one, milliseconds. */
const QUIET_MS = 2000;

/** Gives each line to `print`. */
export function plainProgress(
  print: (line: string) => void,
  speech: Speech = speechIn(),
): OnProgress {
  let last = '';
  let lastAt = now();
  return (event) => {
    const line = lineOf(event, speech);
    if (line === undefined || line === last) return;
    if (isWaiting(event) && now() - lastAt < QUIET_MS) return;
    last = line;
    lastAt = now();
    print(line);
  };
}

function isWaiting(event: ProgressEvent): boolean {
  return (
    event.kind === 'waiting' ||
    (event.kind === 'phase' && event.phase === 'ready' && event.state === 'detail')
  );
}

/** Undefined for what needs no line of its own. */
export function lineOf(event: ProgressEvent, speech: Speech): string | undefined {
  const { t } = speech;
  switch (event.kind) {
    case 'phase':
      if (event.state === 'begun') return undefined;
      if (event.state === 'done') {
        return `${t.progress.phases[event.phase]}: ${toldText(event, speech) || t.done}`;
      }
      return `${t.progress.phases[event.phase]}: ${toldText(event, speech)} …`;
    case 'note':
      return undefined;
    case 'scenario':
      return event.state === 'begun'
        ? undefined
        : `${event.name}${ofRuns(event)}: ${outcome(event.result, speech)}`;
    case 'waiting':
      return `${event.scenario}: ${waitingText(event, speech)} …`;
    case 'assertion': {
      if (event.assertion.verdict !== 'failed') return undefined;
      const { claim, expected, seen } = inLanguage(event.assertion, speech);
      const told = { claim: textOf(claim), expected: textOf(expected), seen: textOf(seen) };
      return `${event.scenario}: ${say(t.progress.failed, told)}`;
    }
  }
}
