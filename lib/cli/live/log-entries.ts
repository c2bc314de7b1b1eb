/** Lines of logs as entries: each with the lines that belong to it and the time that the server gave it. Pure. */

/** A line with a time, and the lines without one that follow it; or a whole crash report. */
export interface LogEntry {
  /** By the node's clock, milliseconds since 1970 if that were the zone asked for; negative infinity where none is known. */
  readonly at: number;
  readonly lines: readonly string[];
}

const TIMED = /^\d+:[A-Z] (\d+ \w{3} \d{4} [\d:.]+) [.\-*#] (.*)$/;

/** `zone`: what stands behind a date to say where it is meant, `UTC`; empty: here. */
export async function* entriesOf(
  lines: AsyncIterable<string>,
  zone: string,
): AsyncGenerator<LogEntry> {
  let at = Number.NEGATIVE_INFINITY;
  let held: string[] = [];
  let isReport = false;
  for await (const line of lines) {
    const date = TIMED.exec(line)?.[1];
    const begins = line.includes('BUG REPORT START');
    if (begins || (date !== undefined && !isReport)) {
      if (held.length > 0) yield { at, lines: held };
      held = [];
    }
    isReport = begins || (isReport && !line.includes('BUG REPORT END'));
    if (date !== undefined) {
      at = Date.parse(`${date} ${zone}`.trim());
    }
    held.push(line);
  }
  if (held.length > 0) yield { at, lines: held };
}

/** Entries of several logs in the order of time, each with the number of its log; of the same moment, the first log's first. */
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

/** Beside its first line, so many lines of an entry are shown among those of other logs. */
const SHOWN = 3;

/** An entry without the bulk of a crash report, which `whole` shows. */
export function shortened({ lines }: LogEntry, whole: string): readonly string[] {
  const left = lines.length - 1 - SHOWN;
  if (left <= SHOWN) return lines;
  return [...lines.slice(0, 1 + SHOWN), `… ${left} more lines. All of them: ${whole}`];
}

/** Whether a Sentinel tells an event in it: `+sdown`, `-odown`, `+switch-master`. */
export function isEvent(line: string): boolean {
  return /^[+-][a-z][a-z-]*(?: |$)/.test(TIMED.exec(line)?.[2] ?? '');
}
