/** Lines of the servers' logs that belong in a timeline, on our own clock. */
import type { Backend, Service } from '../backends/backend.js';
import { fromEpoch, now, toEpoch } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { askOnce } from '../redis-view/connection.js';
import { redisEndpoint, redisNodes } from '../redis-view/endpoints.js';

export interface LogEntry {
  readonly node: string;
  /** Moment of `now()`. */
  readonly at: number;
  readonly text: string;
}

/** What a reader of a failover wants to see of a log. Valkey has its own word for a master. */
const TELLING =
  /crashed by signal|Ready to accept connections|(?:MASTER|PRIMARY) MODE enabled|Before turning into a replica|Connecting to (?:MASTER|PRIMARY)|(?:MASTER|PRIMARY) <-> REPLICA sync: (?:Finished|(?:Master|Primary) accepted)|Connection with (?:master|primary|replica) .*lost|Full resync (?:from|requested)|Partial resynchronization|Successful partial resync|User requested shutdown/i;

/** More than a scenario ever writes. */
const TAIL = 2000;

interface Start {
  readonly node: NodeModel;
  /** How far the node's wall clock is ahead of ours, milliseconds; 0 if it does not tell. */
  readonly offset: number;
  readonly lastLine: string | undefined;
}

/** What the Redis servers write from a moment on. */
export class LogWatch {
  readonly #backend: Backend;
  readonly #starts: readonly Start[];

  private constructor(backend: Backend, starts: readonly Start[]) {
    this.#backend = backend;
    this.#starts = starts;
  }

  /** To be called while all servers run: they are asked for their time. */
  static async begin(backend: Backend, lab: LabModel): Promise<LogWatch> {
    const starts = await Promise.all(
      redisNodes(lab).map(async (node) => ({
        node,
        offset: await clockOffset(node),
        lastLine: (await lastLines(backend, node.name, 'redis', 1)).at(-1),
      })),
    );
    return new LogWatch(backend, starts);
  }

  /** What the Sentinel of a node wrote last; nothing for one whose log or clock cannot be read. */
  async ofSentinel(name: string): Promise<LogEntry[]> {
    const offset = this.#starts.find(({ node }) => node.name === name)?.offset;
    if (offset === undefined) return [];
    const lines = await lastLines(this.#backend, name, 'sentinel', TAIL);
    return lines.flatMap((line) => logEntry(name, line, offset) ?? []);
  }

  /** The telling lines since a moment after the start; none of a log that cannot be read. */
  async telling(since: number): Promise<LogEntry[]> {
    const found = await Promise.all(
      this.#starts.map(async ({ node, offset, lastLine }) => {
        const lines = await lastLines(this.#backend, node.name, 'redis', TAIL);
        // A time of day without a zone does not tell a new line from an old one.
        const first = lastLine === undefined ? 0 : lines.lastIndexOf(lastLine) + 1;
        return lines.slice(first).flatMap((line) => logEntry(node.name, line, offset) ?? []);
      }),
    );
    return found.flat().filter(({ at, text }) => at >= since && TELLING.test(text));
  }
}

const TIMED = [
  // The time as Redis writes it, and as Valkey may: by its zone, or in milliseconds since 1970.
  /^\d+:[A-Z] (\d+ \w{3} \d{4} [\d:.]+|\d{4}-\S+|\d{13}) [.\-*#] (.*)$/,
  /^pid=\d+ role=\w+ timestamp="([^"]+)" level=\w+ message="(.*)"$/,
];

/**
 * A line of a server that begins with a time, milliseconds since 1970; not a number where that is none. `zone`: what stands
 * behind a date without one to say where it is meant, `UTC`; empty: here.
 */
export function timedLine(line: string, zone: string): TimedLine | undefined {
  for (const pattern of TIMED) {
    const [, date, text] = pattern.exec(line) ?? [];
    if (date === undefined || text === undefined) continue;
    const at = /^\d+$/.test(date)
      ? Number(date)
      : Date.parse(date.includes('T') ? date : `${date} ${zone}`.trim());
    return { at, text };
  }
  return undefined;
}

interface TimedLine {
  readonly at: number;
  readonly text: string;
}

async function clockOffset(node: NodeModel): Promise<number> {
  const before = now();
  const reply = await askOnce(redisEndpoint(node), ['TIME']).catch(() => null);
  const middle = (before + now()) / 2;
  if (!Array.isArray(reply)) return 0;
  return Number(reply[0]) * 1000 + Number(reply[1]) / 1000 - toEpoch(middle);
}

async function lastLines(
  backend: Backend,
  node: string,
  service: Service,
  tail: number,
): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const line of backend.logs(node, service, { tail })) lines.push(line);
  } catch {
    // The timeline does without it; the evidence says why it cannot be read.
  }
  return lines;
}

const QUARTER_HOUR_MS = 900_000;

/**
 * A line such as `123:M 24 Nov 2026 12:36:38.123 * MASTER MODE enabled`, written within the last minutes by a
 * node whose wall clock is `offset` milliseconds ahead of ours; undefined for any other line.
 */
export function logEntry(
  node: string,
  line: string,
  offset: number,
  readAt = now(),
): LogEntry | undefined {
  const { at: written = Number.NaN, text = '' } = timedLine(line, 'UTC') ?? {};
  if (Number.isNaN(written)) return undefined;
  // The line has the node's local time; time zones differ by whole quarters of an hour.
  const apparent = written - offset - toEpoch(readAt);
  const zone = Math.round(apparent / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  return { node, at: fromEpoch(written - offset - zone), text };
}
