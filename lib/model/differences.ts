/** In what a lab that was brought up differs from a description of the same name, in the description's own terms. Pure. */
import { keys, type Shape } from './digest.js';
import type { LabModel } from './model.js';

/** What is compared: neither what a place changes, as addresses on loopback do, nor what a server that is there brings along. */
const EVERYWHERE: Readonly<Record<string, Shape>> = {
  redis: keys('port persistence minReplicasToWrite restartMs config'),
  sentinel: keys('masterName port quorum downAfterMs failoverTimeoutMs parallelSyncs'),
};
const NODE = 'role priority runsSentinel';

/** And of labs whose nodes are machines. */
const MACHINES: Readonly<Record<string, Shape>> = {
  network: keys('cidr'),
  vagrant: keys('box version'),
  incus: keys('image remote project vm uplink limits hostAddress'),
};
const MACHINE = `${NODE} ip memoryMb cpus`;

export interface Difference {
  /** `sentinel.downAfter`, `slave1.priority`, `nodes`. */
  readonly path: string;
  readonly here: string;
  readonly described: string;
}

/** Nodes first. */
export function differences(
  here: LabModel,
  described: LabModel,
  ofMachines: boolean,
): Difference[] {
  const node = keys(ofMachines ? MACHINE : NODE);
  const names = ({ nodes }: LabModel) => nodes.map(({ name }) => name).join(', ');
  return [
    ...(names(here) === names(described)
      ? []
      : [{ path: 'nodes', here: names(here), described: names(described) }]),
    ...described.nodes.flatMap((each) => {
      const same = here.nodes.find(({ name }) => name === each.name);
      return same ? compared(same, each, node, each.name) : [];
    }),
    ...compared(here, described, { keys: { ...EVERYWHERE, ...(ofMachines ? MACHINES : {}) } }, ''),
  ];
}

function compared(here: unknown, described: unknown, shape: Shape, path: string): Difference[] {
  if (shape !== true && 'keys' in shape) {
    const of = (value: unknown, key: string) => (value as Readonly<Record<string, unknown>>)[key];
    return Object.entries(shape.keys).flatMap(([key, inner]) => {
      // The description has times and sizes with their units.
      const name = key.replace(/M[sb]$/, '');
      return compared(of(here, key), of(described, key), inner, path ? `${path}.${name}` : name);
    });
  }
  const [one, another] = [here, described].map((value) => JSON.stringify(value ?? null));
  return one === another ? [] : [{ path, here: one ?? '', described: another ?? '' }];
}
