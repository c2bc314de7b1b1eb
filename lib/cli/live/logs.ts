import type { Service } from '../../backends/backend.js';
import { checkService } from '../../backends/refusals.js';
import { EXIT, visibleLines } from '../../errors.js';
import type { Lab } from '../../lab/lab.js';
import { drained, printRaw, readerGone } from '../output.js';
import { wholeNumber } from '../usage.js';
import { type AttachedLab, attachedLab } from './lab.js';
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
  const service = argv['service'] as Service | undefined;
  if (wanted !== undefined && service) checkService(lab.model, wanted, service);
  const streams = streamsOf(lab, wanted, service);
  const lead = leadOf(streams);
  const show = async ({ node, service }: Stream) => {
    for await (const line of running.logs(node, service, options)) {
      if (stop.aborted) return;
      printRaw(`${lead({ node, service })}${visibleLines(line)}\n`);
      await drained(stop);
    }
  };
  try {
    if (follow) await Promise.all(streams.map(show));
    else for (const stream of streams) await show(stream);
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
  return argv['node'] === undefined || argv['node'] === ALL ? undefined : nodeOf(attached, argv);
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

/** What stands before a line: which node and service wrote it. Empty if there is only one. */
function leadOf(streams: readonly Stream[]): (stream: Stream) => string {
  if (streams.length < 2) return () => '';
  const named = ({ node, service }: Stream) => `${node} ${service}`;
  const width = Math.max(...streams.map((stream) => named(stream).length));
  return (stream) => `${named(stream).padEnd(width)} | `;
}
