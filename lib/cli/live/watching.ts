/** A lab that is watched: as a table with the last events under it, as lines, or as lines of JSON. */
import { jsonText } from '../../errors.js';
import { eventText } from '../../live/event-text.js';
import { isProgress, type LabEvent } from '../../live/events.js';
import { say } from '../../render/texts.js';
import { clean, cut, WIDTH } from '../../report/layout.js';
import type { Speech } from '../../report/speech.js';
import { statusReport } from '../../report/status-text.js';
import type { LabStatus } from '../../report/types.generated.js';
import { asCalled } from '../called.js';
import { printRaw, printResult } from '../output.js';
import { lineOf } from '../progress/plain.js';
import { styleFor } from '../style.js';

type Show = (event: LabEvent) => void;

export function asJsonLines(): Show {
  return (event) => printRaw(`${jsonText(event)}\n`);
}

/** Each event is a line; the table comes anew when more than its figures has changed. */
export function asLines(up: string, speech: Speech): Show {
  let last = '';
  return (event) => {
    const line = lineAbout(event, speech);
    if (line !== undefined) printResult(line);
    if (event.kind !== 'status') return;
    const status = withoutFigures(event.status);
    if (status === last) return;
    last = status;
    printResult(`${clock(event)}  ${table(event.status, up, speech)}\n`);
  };
}

/** So many events stand under the table, and fewer where the terminal is too low for all. */
const EVENTS_SHOWN = 8;

/** The first look clears the screen; all others are drawn over it, so that nothing flickers. */
export function redrawn(up: string, speech: Speech): Show {
  let begin = '\u001b[2J\u001b[H';
  let status: LabStatus | undefined;
  const events: string[] = [];
  return (event) => {
    if (event.kind === 'status') status = event.status;
    const line = lineAbout(event, speech);
    if (line !== undefined) events.push(line);
    if (!status) return;
    const rows = asCalled(table(status, up, speech)).split('\n');
    // Beside both, there are two empty lines, the last line, and the one that the cursor stands in.
    const room = (process.stdout.rows || Number.POSITIVE_INFINITY) - rows.length - 4;
    events.splice(0, Math.max(0, events.length - EVENTS_SHOWN));
    const under = room > 0 ? events.slice(-room) : [];
    const width = process.stdout.columns || WIDTH;
    const lines = [
      ...rows,
      ...(under.length > 0 ? ['', ...under.map((line) => cut(line, width))] : []),
      '',
      say(speech.t.status.watching, { time: clock(event) }),
    ];
    printRaw(`${begin}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
    begin = '\u001b[H';
  };
}

function table(status: LabStatus, up: string, { lang }: Speech): string {
  return statusReport(status, styleFor(process.stdout), up, lang);
}

/** Undefined for what needs no line of its own. */
function lineAbout(event: LabEvent, speech: Speech): string | undefined {
  if (event.kind === 'status' || event.kind === 'problem') return undefined;
  const text = isProgress(event) ? lineOf(event, speech) : eventText(event, speech.lang);
  return text === undefined ? undefined : `${clock(event)}  ${clean(text)}`;
}

/** Offsets and lags go on all the time. */
function withoutFigures(status: LabStatus): string {
  return JSON.stringify(status, (key, value) =>
    key === 'offset' || key === 'lagSeconds' ? undefined : value,
  );
}

function clock({ time }: LabEvent): string {
  return new Date(time).toTimeString().slice(0, 8);
}
