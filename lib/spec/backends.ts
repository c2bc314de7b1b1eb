/** What can run the nodes of a lab: what every part of redis-lab has to know of each, without loading any. */

/**
 * What can be done to a node. `signals`: send signals to its Redis server. `packet-filter`: run commands as its root,
 * who has a packet filter of his own. `power`: cut its power.
 */
export type Offer = 'signals' | 'packet-filter' | 'power';

/** What runs the nodes of a lab: processes here, containers or machines of Incus or LXD, machines of Vagrant. */
export type BackendName = 'local' | 'incus' | 'vagrant';

interface BackendFacts {
  /** For the help. */
  readonly describe: string;
  /** What of doctor's checks, by their codes, must be good, and not only not bad, before it is taken unasked. */
  readonly needsGood: readonly string[];
  readonly offers: readonly Offer[];
}

/** What can be done to nodes that are machines, whatever makes them. */
export const OF_MACHINES: readonly Offer[] = ['signals', 'packet-filter', 'power'];

/** In the order in which `auto` prefers them. */
const BACKENDS = {
  vagrant: {
    describe: 'virtual machines',
    needsGood: ['vagrant', 'provider'],
    offers: OF_MACHINES,
  },
  incus: {
    describe: 'containers of Incus or LXD',
    needsGood: ['incus'],
    offers: OF_MACHINES,
  },
  local: { describe: 'processes of this machine', needsGood: [], offers: ['signals'] },
} as const satisfies Readonly<Record<BackendName, BackendFacts>>;

/** In the order in which `auto` prefers them. */
export const PREFERRED = Object.keys(BACKENDS) as readonly BackendName[];

/** In the order in which lists have them: what is nearest first. */
export const BACKEND_NAMES: readonly BackendName[] = [...PREFERRED].reverse();

export function factsOf(backend: BackendName): BackendFacts {
  return BACKENDS[backend];
}

/** For the help: `vagrant: virtual machines; …`. */
export const BACKENDS_DESCRIBED = PREFERRED.map(
  (name) => `${name}: ${BACKENDS[name].describe}`,
).join('; ');
