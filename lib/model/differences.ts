/** How a lab that was brought up differs from a description of the same name, in the description's own terms. Pure. */
import { keys, type Shape } from './digest.js';
import { isClient, type LabModel, machinesOf } from './model.js';

/**
 * What is compared on every backend. Left out: what the backend changes (addresses on loopback), and the version of the server
 * that was found.
 */
const EVERYWHERE: Readonly<Record<string, Shape>> = {
  redis: keys('port persistence minReplicasToWrite restartMs config'),
  sentinel: keys('masterName port quorum downAfterMs failoverTimeoutMs parallelSyncs'),
};
const MACHINE = keys('role');
const NODE = keys('role priority runsSentinel');

/** What is compared besides where nodes are machines. */
const MACHINES: Readonly<Record<string, Shape>> = {
  network: keys('cidr'),
  vagrant: keys('box version'),
  incus: keys('image remote project vm uplink limits hostAddress processes diskGb'),
};
const RESOURCES = keys('ip memoryMb cpus');

export interface Difference {
  /** `sentinel.downAfter`, `slave1.priority`, `nodes`. */
  readonly path: string;
  /** What the lab has, as JSON; names of nodes with commas between. */
  readonly here: string;
  /** What the description has, in the same form. */
  readonly described: string;
}

/** Differences in the set of nodes come first. */
export function differences(
  here: LabModel,
  described: LabModel,
  ofMachines: boolean,
): Difference[] {
  const there = machinesOf(here);
  const names = (lab: LabModel) =>
    machinesOf(lab)
      .map(({ name }) => name)
      .join(', ');
  return [
    ...(names(here) === names(described)
      ? []
      : [{ path: 'nodes', here: names(here), described: names(described) }]),
    ...machinesOf(described).flatMap((each) => {
      const same = there.find(({ name }) => name === each.name);
      if (!same) return [];
      const shape = isClient(each) || isClient(same) ? MACHINE : NODE;
      return [shape, ...(ofMachines ? [RESOURCES] : [])].flatMap((one) =>
        compared(same, each, one, each.name),
      );
    }),
    ...compared(here, described, { keys: { ...EVERYWHERE, ...(ofMachines ? MACHINES : {}) } }, ''),
  ];
}

function compared(here: unknown, described: unknown, shape: Shape, path: string): Difference[] {
  if (shape !== true && 'keys' in shape) {
    const of = (value: unknown, key: string) => (value as Readonly<Record<string, unknown>>)[key];
    return Object.entries(shape.keys).flatMap(([key, inner]) => {
      // Keys of the description have no unit: `downAfter` there is `downAfterMs` here.
      const name = key.replace(/M[sb]$/, '');
      return compared(of(here, key), of(described, key), inner, path ? `${path}.${name}` : name);
    });
  }
  const [one, another] = [here, described].map((value) => JSON.stringify(value ?? null));
  return one === another ? [] : [{ path, here: one ?? '', described: another ?? '' }];
}
