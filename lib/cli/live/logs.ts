import type { Service } from '../../backends/backend.js';
import { checkService, nodeIn } from '../../backends/refusals.js';
import { EXIT, visibleLines } from '../../errors.js';
import type { Lab } from '../../lab/lab.js';
import { toMilliseconds } from '../../spec/units.js';
import { timedLine } from '../../verify/log-lines.js';
import { drained, printRaw, readerGone } from '../output.js';
import { styleFor } from '../style.js';
import { UsageError, wholeNumber } from '../usage.js';
import { commandLine } from '../words.js';
import { type AttachedLab, attachedLab } from './lab.js';
import { entriesOf, eventIn, mergedEntries, shortened, shortening, zoneOf } from './log-entries.js';
import { ALL, nodeOf } from './target.js';

export async function logs(argv: Record<string, unknown>, signal: AbortSignal): Promise<number> {
  const attached = await attachedLab(argv);
  const { lab, running } = attached;
  const follow = Boolean(argv['follow']);
  const tail = argv['tail'];
  const stop = AbortSignal.any([signal, readerGone()]);
  const options = {
    follow,
    signal: stop,
    ...(tail === undefined ? {} : { tail: wholeNumber('tail', tail, 0, 1_000_000) }),
  };
  const wanted = await wantedIn(attached, argv);
  const events = Boolean(argv['sentinel']);
  const service = events ? 'sentinel' : (argv['service'] as Service | undefined);
  const since = sinceOf(argv['since']);
  if (wanted !== undefined) nodeIn(lab.model, wanted);
  if (wanted !== undefined && service) checkService(lab.model, wanted, service);
  const streams = streamsOf(lab, wanted, service);
  const lead = leadOf(streams);
  const zone = zoneOf(running.backend);
  const wholeOf = ({ node, service }: Stream) =>
    commandLine(argv, 'logs', node, '--service', service);
  const show = async (stream: Stream) => {
    const shown = streams.length > 1 ? shortening(wholeOf(stream)) : (line: string) => [line];
    let at = Number.NEGATIVE_INFINITY;
    for await (const line of running.logs(stream.node, stream.service, options)) {
      if (stop.aborted) return;
      at = timedLine(line, zone)?.at ?? at;
      if (at < since) continue;
      for (const each of shown(line)) await print(stream, each);
    }
  };
  const print = async (stream: Stream, line: string) => {
    if (events && eventIn(line) === undefined) return;
    printRaw(`${lead(stream)}${visibleLines(line)}\n`);
    await drained(stop);
  };
  const showMerged = async () => {
    const logs = streams.map(({ node, service }) =>
      entriesOf(running.logs(node, service, options), zone),
    );
    for await (const { log, entry } of mergedEntries(logs)) {
      if (stop.aborted) return;
      const stream = streams[log];
      if (!stream || entry.at < since) continue;
      for (const line of streams.length > 1 ? shortened(entry, wholeOf(stream)) : entry.lines) {
        await print(stream, line);
      }
    }
  };
  try {
    if (follow) await Promise.all(streams.map(show));
    else await showMerged();
  } catch (error) {
    // With --follow, Ctrl-C is the normal end.
    if (!(follow && stop.aborted)) throw error;
  }
  if (!follow) signal.throwIfAborted();
  return EXIT.ok;
}

interface Stream {
  readonly node: string;
  readonly service: Service;
}

/** Undefined: every node. */
async function wantedIn(
  attached: AttachedLab,
  argv: Record<string, unknown>,
): Promise<string | undefined> {
  return argv['node'] === undefined || argv['node'] === ALL
    ? undefined
    : nodeOf(attached, argv, true);
}

function streamsOf(lab: Lab, wanted: string | undefined, service: Service | undefined): Stream[] {
  return lab.model.nodes
    .filter(({ name }) => wanted === undefined || name === wanted)
    .flatMap(({ name, runsRedis, runsSentinel }): Stream[] => [
      ...(runsRedis ? [{ node: name, service: 'redis' as const }] : []),
      ...(runsSentinel ? [{ node: name, service: 'sentinel' as const }] : []),
    ])
    .filter((stream) => service === undefined || stream.service === service);
}

/** The moment that a time before now stands for. */
function sinceOf(value: unknown): number {
  if (value === undefined) return Number.NEGATIVE_INFINITY;
  const ms = toMilliseconds(String(value));
  if (ms > 0 && !/^\d+$/.test(String(value))) return Date.now() - ms;
  throw new UsageError(
    `--since is a time before now, such as 30s or 10m, not ${JSON.stringify(value)}.`,
  );
}

/** What stands before a line: which node and service wrote it. Empty if there is only one. */
function leadOf(streams: readonly Stream[]): (stream: Stream) => string {
  if (streams.length < 2) return () => '';
  const named = ({ node, service }: Stream) => `${node} ${service}`;
  const width = Math.max(...streams.map((stream) => named(stream).length));
  const { good, strong } = styleFor(process.stdout);
  return (stream) => {
    const text = named(stream).padEnd(width);
    return `${stream.service === 'redis' ? good(text) : strong(text)} | `;
  };
}
