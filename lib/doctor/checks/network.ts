/** Whether the lab's network and the ports to its machines are free. */
import { overlap, toNetwork } from '../../model/ipv4.js';
import type { LabModel } from '../../model/model.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import { outputOf, type Range } from '../host.js';
import { routesOf } from '../routes.js';

const NETWORK = subject(
  'Network',
  ['vagrant'],
  "Where something else has the lab's addresses, Vagrant refuses them, or nobody reaches the machines.",
);

export async function network(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  const { cidr } = lab.network;
  const [routes, bridge] = await Promise.all([routesOf(facts), ownBridge(facts)]);
  const interfaces = host.interfaces();
  const own = interfaces.filter((each) => isOwn(each, lab, bridge));
  const names = new Set(own.flatMap(({ name, cidr: address }) => [name, address.split('/')[0]]));
  const others = (ranges: readonly Range[]) =>
    ranges.filter((each) => !names.has(each.name) && overlap(each.cidr, cidr));
  const taken =
    described(others(interfaces)[0], 'the interface') ??
    // A wider route loses against the lab's own, which is exact.
    described(
      (typeof routes === 'string' ? [] : others(routes)).find(
        (each) => toNetwork(each.cidr).prefix >= lab.network.prefix,
      ),
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
  if (typeof routes === 'string') {
    return [
      NETWORK.poor(
        `no interface has ${cidr}, but the routes could not be read: ${routes}`,
        `Look whether one leads to ${cidr}.`,
      ),
    ];
  }
  const [mine] = own;
  return [
    NETWORK.good(mine ? `${mine.name} has ${cidr} for machines like these` : `${cidr} is free`),
  ];
}

function described(range: Range | undefined, what: string): string | undefined {
  return range && `${what} ${range.name} has ${range.cidr}`;
}

/** VirtualBox gives the same network to all machines that ask for it; libvirt's is the lab's by name. */
function isOwn({ name, cidr }: Range, { network: { host, prefix } }: LabModel, bridge?: string) {
  if (cidr !== `${host}/${prefix}`) return false;
  return /^vboxnet\d+$|^VirtualBox Host-Only|^bridge\d+$/.test(name) || name === bridge;
}

/** The bridge of the network that vagrant-libvirt made for this lab; undefined if there is none. */
async function ownBridge(facts: Facts): Promise<string | undefined> {
  if ((await facts.provider())?.name !== 'libvirt') return undefined;
  const args = ['-c', 'qemu:///system', 'net-dumpxml', `${facts.lab.name}-net`];
  const answer = await facts.says('virsh', args);
  const text = answer && outputOf(answer);
  return /<bridge name='([^']+)'/.exec(text ?? '')?.[1];
}

const PORTS = subject(
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
