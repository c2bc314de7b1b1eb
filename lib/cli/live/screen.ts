/** A lab that is watched on a terminal: a table that is drawn over, with the last events under it. */
import { eventText } from '../../live/event-text.js';
import { say } from '../../render/texts.js';
import { clean, cut, wrap } from '../../report/layout.js';
import type { Speech } from '../../report/speech.js';
import type { LabStatus } from '../../report/types.generated.js';
import { asCalled } from '../called.js';
import { styleFor } from '../style.js';
import type { LastEvent } from './last-event.js';
import { drawnOver } from './redraw.js';
import { clock, lineAbout, type Show, table } from './watching.js';

/** So many events stand under the table, and fewer where the terminal is too low for all. */
const EVENTS_SHOWN = 8;

export interface Screen {
  readonly show: Show;
  /** An event of a Sentinel from before the lab was watched. */
  readonly recall: (event: LastEvent | undefined) => void;
  /** Draws all anew: the terminal has another size, and what stood there is no more where it was. */
  readonly resize: () => void;
}

export function redrawn(up: string, speech: Speech): Screen {
  const drawing = drawnOver();
  let status: LabStatus | undefined;
  let time = '';
  let ofSentinel: string | undefined;
  const events: string[] = [];
  const draw = () => {
    if (!status) return;
    const height = process.stdout.rows || Number.POSITIVE_INFINITY;
    const { width } = styleFor(process.stdout);
    const shown = (line: string) => wrap(line, AFTER_TIME, width);
    const last = ofSentinel === undefined ? [] : shown(ofSentinel);
    const rows = clipped(asCalled(table(status, up, speech)).split('\n'), height, last.length);
    const under = lastFitting(events, ofSentinel, shown, height - rows.length - FRAME);
    const lines = [
      ...rows,
      ...(under.length > 0 ? ['', ...under] : []),
      ...(height - rows.length > 2 ? [''] : []),
      cut(say(speech.t.status.watching, { time }), width),
    ];
    drawing.draw(lines);
  };
  return {
    show: (event) => {
      if (event.kind === 'status') status = event.status;
      const line = lineAbout(event, speech);
      if (line !== undefined) events.push(line);
      if (event.kind === 'sentinel') ofSentinel = line;
      events.splice(0, events.length - EVENTS_SHOWN);
      time = clock(event);
      draw();
    },
    recall: (event) => {
      if (!event) return;
      const line = eventText({ kind: 'sentinel', node: event.node, event: event.text, text: '' });
      ofSentinel ??= `${clock({ time: new Date(event.at).toISOString() })}  ${clean(line)}`;
      draw();
    },
    resize: () => {
      drawing.clear();
      draw();
    },
  };
}

/** Beside the table and the events: two empty lines, the time, and the line that the cursor stands in. */
const FRAME = 4;

/** Under its time, an event that is longer than a line goes on. */
const AFTER_TIME = 10;

/** As much of the status as a low terminal has room for beside the last event: at the least its table, if all of that can be. */
export function clipped(
  rows: readonly string[],
  height: number,
  besides: number,
): readonly string[] {
  const end = rows.indexOf('', rows.indexOf('') + 1);
  const least = Math.min(end < 0 ? rows.length : end, height - 2);
  return rows.slice(0, Math.max(least, height - FRAME - besides));
}

/** Rows of the last events that there is room for, above all of the last one of a Sentinel. */
export function lastFitting(
  events: readonly string[],
  ofSentinel: string | undefined,
  shown: (line: string) => readonly string[],
  room: number,
): readonly string[] {
  const isOld = ofSentinel !== undefined && !events.includes(ofSentinel);
  const all = isOld ? [ofSentinel, ...events] : events;
  const chosen = new Set<number>();
  let left = room;
  const pinned = ofSentinel === undefined ? [] : [all.lastIndexOf(ofSentinel)];
  for (const i of new Set([...pinned, ...[...all.keys()].reverse()])) {
    left -= shown(all[i] ?? '').length;
    if (left < 0) break;
    chosen.add(i);
  }
  return all.flatMap((line, i) => (chosen.has(i) ? shown(line) : []));
}
