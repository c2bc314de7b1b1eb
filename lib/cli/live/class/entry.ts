/** What the command says and is told of the ways into the labs. */
import { descriptorOf } from '../../../backends/registry.js';
import type { EntryOptions } from '../../../class/entries.js';
import { RedisLabError } from '../../../errors.js';
import { UsageError, wholeNumber } from '../../usage.js';
import type { Work } from './work.js';

/** @throws UsageError for a first port that is none, or on a backend whose labs are not entered */
export function entryIn({ argv: { entry, tokens }, labClass: { backend } }: Work): EntryOptions {
  if ((entry !== undefined || tokens) && !descriptorOf(backend)?.classes?.entries) {
    throw new UsageError(
      `Labs on the backend ${backend} are entered from the machine that has them. Leave --entry and --tokens out.`,
    );
  }
  const first =
    entry === undefined || entry === 'none' ? entry : wholeNumber('entry', entry, 1024, 65_535);
  return { entry: first, tokens: tokens === true };
}

/** Ports of labs by their names, for those actions that say them. */
export async function portsIn({
  action,
  labClass,
  signal,
}: Work): Promise<ReadonlyMap<string, number> | undefined> {
  if (action !== 'up' && action !== 'status') return undefined;
  try {
    const rooms = await labClass.rooms(signal);
    return new Map(rooms.flatMap(({ lab, port }) => (port === undefined ? [] : [[lab, port]])));
  } catch (error) {
    // A server that is silent has been told with each lab.
    if (!(error instanceof RedisLabError) || signal.aborted) throw error;
    return new Map();
  }
}
