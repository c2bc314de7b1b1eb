/** Progress as lines, for a file, a pipe, a CI service. */
import { now } from '../../clock.js';
import type { OnProgress, ProgressEvent } from '../../progress.js';
import { ofRuns, outcome } from './words.js';

/** What is waited for changes many times a second. It gets a line only after so long without one, milliseconds. */
const QUIET_MS = 2000;

/** Gives each line to `print`. */
export function plainProgress(print: (line: string) => void): OnProgress {
  let last = '';
  let lastAt = now();
  return (event) => {
    const line = lineOf(event);
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
export function lineOf(event: ProgressEvent): string | undefined {
  switch (event.kind) {
    case 'phase':
      if (event.state === 'begun') return undefined;
      if (event.state === 'done') return `${event.phase}: ${event.text || 'done'}`;
      return `${event.phase}: ${event.text} …`;
    case 'note':
      return undefined;
    case 'scenario':
      return event.state === 'begun'
        ? undefined
        : `${event.name}${ofRuns(event)}: ${outcome(event.result)}`;
    case 'waiting':
      return `${event.scenario}: ${event.text} …`;
    case 'assertion': {
      const { claim, verdict, expected, seen } = event.assertion;
      return verdict === 'failed'
        ? `${event.scenario}: ✗ ${claim} (expected ${expected}; seen ${seen})`
        : undefined;
    }
  }
}
