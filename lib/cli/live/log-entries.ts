/** Lines of logs as entries: each with its further lines and the time that the server gave it. Pure. */
import { type BackendName, descriptorOf } from '../../backends/registry.js';
import { timedLine } from '../../verify/log-lines.js';

/** A line with a time, and the lines without one that follow it; or a whole crash report. */
export interface LogEntry {
  /** Milliseconds since 1970 by the node's clock; negative infinity before the first line with a time. */
  readonly at: number;
  readonly lines: readonly string[];
}

/** Time zone of a server's log: the units of machines set UTC; processes have the zone of this machine, ''. */
export function zoneOf(backend: BackendName): string {
  return descriptorOf(backend)?.nodes === 'machines' ? 'UTC' : '';
}

/** @param zone Of the times in the log: `UTC`, or empty for that of this machine */
export async function* entriesOf(
  lines: AsyncIterable<string>,
  zone: string,
): AsyncGenerator<LogEntry> {
  let at = Number.NEGATIVE_INFINITY;
  let held: string[] = [];
  const begins = entryBegins();
  for await (const line of lines) {
    if (begins(line)) {
      if (held.length > 0) yield { at, lines: held };
      held = [];
    }
    at = timedLine(line, zone)?.at ?? at;
    held.push(line);
  }
  if (held.length > 0) yield { at, lines: held };
}

/** Tells of each line of a log, one after the other, whether an entry begins with it. */
function entryBegins(): (line: string) => boolean {
  let isReport = false;
  return (line) => {
    const starts = line.includes('BUG REPORT START');
    const begins = starts || (!isReport && timedLine(line, '') !== undefined);
    isReport = starts || (isReport && !line.includes('BUG REPORT END'));
    return begins;
  };
}

/** Entries of several logs by time, each with the index of its log; at the same moment, in the order of the logs. */
export async function* mergedEntries(
  logs: readonly AsyncGenerator<LogEntry>[],
): AsyncGenerator<{ readonly log: number; readonly entry: LogEntry }> {
  const heads = await Promise.all(logs.map((log) => log.next()));
  for (;;) {
    let first = -1;
    for (const [i, head] of heads.entries()) {
      const best = heads[first];
      if (!head.done && (!best || best.done || head.value.at < best.value.at)) first = i;
    }
    const head = heads[first];
    const log = logs[first];
    if (!head || head.done || !log) return;
    yield { log: first, entry: head.value };
    heads[first] = await log.next();
  }
}

/** Among entries of other logs, one has its first line and at most so many more. */
const SHOWN = 3;

/** No entry is shortened by fewer lines than are shown of it. */
const MOST = 1 + 2 * SHOWN;

/** An entry without the bulk of a crash report, which `whole` shows. */
export function shortened({ lines }: LogEntry, whole: string): readonly string[] {
  if (lines.length <= MOST) return lines;
  const left = lines.length - 1 - SHOWN;
  return [...lines.slice(0, 1 + SHOWN), `… ${left} more lines. All of them: ${whole}`];
}

/** The same for lines that come one by one: what is to be shown when each has come. */
export function shortening(whole: string): (line: string) => readonly string[] {
  const begins = entryBegins();
  let count = 0;
  return (line) => {
    count = begins(line) ? 1 : count + 1;
    if (count <= MOST) return [line];
    return count === MOST + 1 ? [`… more lines. All of them: ${whole}`] : [];
  };
}

/** The event in a line of a Sentinel's log, `+switch-master mymaster …`; undefined if there is none. */
export function eventIn(line: string): string | undefined {
  const text = timedLine(line, '')?.text ?? '';
  return /^[+-][a-z][a-z-]*(?: |$)/.test(text) ? text : undefined;
}
