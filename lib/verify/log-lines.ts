/** Lines of the servers' logs that belong in a timeline, on our own clock. */
import type { Backend } from '../backends/backend.js';
import { fromEpoch, now, toEpoch } from '../clock.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { askOnce } from '../redis-view/connection.js';
import { redisNodes, redisPlace } from './places.js';

export interface LogEntry {
  readonly node: string;
  /** Moment of `now()`. */
  readonly at: number;
  readonly text: string;
}

/** What a reader of a failover wants to see of a log. */
const TELLING =
  /crashed by signal|Ready to accept connections|MASTER MODE enabled|Before turning into a replica|Connecting to MASTER|MASTER <-> REPLICA sync: (?:Finished|Master accepted)|Connection with (?:master|replica) .*lost|Full resync (?:from|requested)|Partial resynchronization|Successful partial resync|User requested shutdown/i;

/** More than a scenario ever writes. */
const TAIL = 2000;

/** How far each node's wall clock is ahead of ours, milliseconds. Ask while all run. */
export async function clockOffsets(lab: LabModel): Promise<ReadonlyMap<string, number>> {
  const offsets = await Promise.all(
    redisNodes(lab).map(async (node): Promise<[string, number]> => {
      const before = now();
      const reply = await askOnce(redisPlace(node), ['TIME']).catch(() => null);
      const middle = (before + now()) / 2;
      if (!Array.isArray(reply)) return [node.name, 0];
      return [node.name, Number(reply[0]) * 1000 + Number(reply[1]) / 1000 - toEpoch(middle)];
    }),
  );
  return new Map(offsets);
}

/** The telling lines that the Redis servers wrote since a moment. */
export async function tellingLines(
  backend: Backend,
  lab: LabModel,
  offsets: ReadonlyMap<string, number>,
  since: number,
): Promise<LogEntry[]> {
  const found = await Promise.all(
    redisNodes(lab).map(async (node) => {
      const lines: LogEntry[] = [];
      for await (const line of backend.logs(node.name, 'redis', { tail: TAIL })) {
        const entry = parse(node, line, offsets.get(node.name) ?? 0);
        if (entry && entry.at >= since && TELLING.test(entry.text)) lines.push(entry);
      }
      return lines;
    }),
  );
  return found.flat();
}

const QUARTER_HOUR_MS = 900_000;

/** `123:M 24 Nov 2026 12:36:38.123 * MASTER MODE enabled` */
function parse(node: NodeModel, line: string, offset: number): LogEntry | undefined {
  const [, date, text] = /^\d+:[A-Z] (\d+ \w{3} \d{4} [\d:.]+) [.\-*#] (.*)$/.exec(line) ?? [];
  if (date === undefined || text === undefined) return undefined;
  const written = Date.parse(`${date} UTC`);
  if (Number.isNaN(written)) return undefined;
  // The line has the node's local time. It was written within the last minutes, and time zones differ by
  // whole quarters of an hour.
  const apparent = written - offset - toEpoch(now());
  const zone = Math.round(apparent / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  return { node: node.name, at: fromEpoch(written - offset - zone), text };
}
