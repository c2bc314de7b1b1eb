/** Whether the lab's network and the ports to its machines are free. */
import { overlap, toNetwork } from '../../model/ipv4.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import type { Range } from '../host.js';
import { askAgain } from '../install-hints.js';
import { ownerOf } from '../own-network.js';
import { routesOf } from '../routes.js';

const NETWORK = subject(
  'network',
  'Network',
  ['vagrant'],
  "Where something else has the lab's addresses, Vagrant refuses them, or nobody reaches the machines.",
);

export async function network(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const { cidr } = lab.network;
  const [asked, { isOwn, unsure }] = await Promise.all([routesOf(facts), ownerOf(facts)]);
  const routes = typeof asked === 'string' ? [] : asked;
  const interfaces = host.interfaces();
  const own = interfaces.filter(
    (each) => each.cidr === `${lab.network.host}/${lab.network.prefix}` && isOwn(each.name),
  );
  // Where no machine runs, Linux has the route still, and Node no longer tells of the interface.
  const asleep = routes.filter(
    (each) =>
      each.cidr === cidr && isOwn(each.name) && !interfaces.some(({ name }) => name === each.name),
  );
  const names = new Set([
    // Windows names the interface of a route by its address.
    ...own.flatMap(({ name, cidr: address }) => [name, address.split('/')[0]]),
    ...asleep.map(({ name }) => name),
  ]);
  const others = (ranges: readonly Range[]) =>
    ranges.filter((each) => !names.has(each.name) && overlap(each.cidr, cidr));
  const taken =
    described(others(interfaces)[0], 'the interface') ??
    // A wider route loses against the lab's own, which is exact.
    described(
      others(routes).find((each) => toNetwork(each.cidr).prefix >= lab.network.prefix),
      'a route over',
    );
  if (taken !== undefined) {
    return [
      NETWORK.bad(
        `${taken}, and the lab asks for ${cidr}`,
        'End what has it (another lab, a VPN), or give this lab another network: --set network=10.20.0.0/24',
      ),
    ];
  }
  if (unsure !== undefined) return [NETWORK.poor(unsure, askAgain('VBoxManage list hostonlyifs'))];
  if (typeof asked === 'string') {
    return [
      NETWORK.poor(
        `no interface has ${cidr}, but the routes could not be read: ${asked}`,
        `Look whether one leads to ${cidr}.`,
      ),
    ];
  }
  const [mine] = [...own, ...asleep];
  return [
    NETWORK.good(mine ? `${mine.name} has ${cidr} for machines like these` : `${cidr} is free`),
  ];
}

function described(range: Range | undefined, what: string): string | undefined {
  return range && `${what} ${range.name} has ${range.cidr}`;
}

const PORTS = subject(
  'ssh-ports',
  'SSH ports',
  ['vagrant'],
  'Vagrant reaches each machine of VirtualBox through a port of this one, of its own choice.',
);

/** Vagrant's usable_port_range, in which its first choice (2222) is. */
const FORWARDED = Array.from({ length: 51 }, (_, i) => 2200 + i);

export async function ports(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  if ((await facts.provider())?.name !== 'virtualbox') return [];
  const free = await host.freePorts(FORWARDED);
  const needs = lab.nodes.length;
  const seen = `${free.length} of ${FORWARDED.length} are free (2200 to 2250), and the lab needs ${needs}`;
  if (free.length >= needs) return [PORTS.good(seen)];
  const fix =
    'End what listens there (vagrant global-status shows machines that still run; on Windows: netsh interface ipv4 show excludedportrange protocol=tcp).';
  return [PORTS.bad(seen, fix)];
}
