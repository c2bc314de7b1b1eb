/** The last event of a Sentinel from before the lab was watched. */
import { RedisLabError } from '../../errors.js';
import type { RunningLab } from '../../lab/running.js';
import { entriesOf, eventIn, zoneOf } from './log-entries.js';

export interface LastEvent {
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `+switch-master mymaster …` */
  readonly text: string;
}

/** So many lines from the end of each log are looked at. */
const TAIL = 200;

/**
 * From the Sentinels' logs. Undefined where there was none, and where the logs cannot be read.
 * @param most so many Sentinels are asked
 */
export async function lastEvent(
  running: RunningLab,
  signal: AbortSignal,
  most = Number.POSITIVE_INFINITY,
): Promise<LastEvent | undefined> {
  const nodes = running.described.nodes.filter(({ runsSentinel }) => runsSentinel).slice(0, most);
  const found = await Promise.all(nodes.map(({ name }) => lastOf(running, name, signal)));
  return found.reduce((last, each) => (each && each.at > (last?.at ?? 0) ? each : last), undefined);
}

async function lastOf(
  running: RunningLab,
  node: string,
  signal: AbortSignal,
): Promise<LastEvent | undefined> {
  let last: LastEvent | undefined;
  try {
    const lines = running.logs(node, 'sentinel', { tail: TAIL, signal });
    for await (const {
      at,
      lines: [first = ''],
    } of entriesOf(lines, zoneOf(running.backend))) {
      const text = eventIn(first);
      if (text !== undefined) last = { node, at, text };
    }
  } catch (error) {
    if (!(error instanceof RedisLabError)) throw error;
  }
  return last;
}
