/** A lab that is watched: as lines, or as lines of JSON. */
import { jsonText } from '../../errors.js';
import { eventText } from '../../live/event-text.js';
import { isProgress, type LabEvent } from '../../live/events.js';
import { clean } from '../../report/layout.js';
import type { Speech } from '../../report/speech.js';
import { statusReport } from '../../report/status-text.js';
import type { LabStatus } from '../../report/types.generated.js';
import { printRaw, printResult } from '../output.js';
import { lineOf } from '../progress/plain.js';
import { styleFor } from '../style.js';

export type Show = (event: LabEvent) => void;

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

export function table(status: LabStatus, up: string, { lang }: Speech): string {
  return statusReport(status, styleFor(process.stdout), up, lang);
}

/** Undefined for what needs no line of its own. */
export function lineAbout(event: LabEvent, speech: Speech): string | undefined {
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

/** The time of day; with the day, if that is another one. */
export function clock({ time }: Pick<LabEvent, 'time'>): string {
  const [day = '', clock = ''] = hereAt(new Date(time)).split(/[T.]/);
  return hereAt(new Date()).startsWith(day) ? clock : `${day} ${clock}`;
}

/** As ISO 8601 has it, by the clock on the wall. */
function hereAt(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString();
}
