/** A lab moved to loopback: only addresses and ports change. Pure. */
import { freeze } from '../../model/freeze.js';
import { toNetwork } from '../../model/ipv4.js';
import { type LabModel, machinesOf } from '../../model/model.js';

export type Addressing =
  /** Each node has an address of its own below `127.OCTET`; ports are as described. */
  | { readonly kind: 'addresses'; readonly octet: number }
  /** All nodes are 127.0.0.1, with ports from `first` on; for systems where loopback is one address. */
  | { readonly kind: 'ports'; readonly first: number };

export function localise(lab: LabModel, addressing: Addressing): LabModel {
  const ips = addressing.kind === 'addresses' ? ownAddresses(lab, addressing.octet) : [];
  const ipAt = (index: number) => ips[index] ?? '127.0.0.1';
  const nodes = lab.nodes.map((node, index) => ({
    ...node,
    ip: ipAt(index),
    ...(addressing.kind === 'ports' ? portsAt(lab, addressing.first + index) : {}),
  }));
  const clients = lab.clients?.map((client, index) => ({
    ...client,
    ip: ipAt(lab.nodes.length + index),
  }));
  const cidr = addressing.kind === 'addresses' ? `127.${addressing.octet}.0.0/16` : '127.0.0.0/8';
  return freeze({
    ...lab,
    network: toNetwork(cidr),
    nodes,
    ...(clients ? { clients } : {}),
    allow: [...new Set([...nodes, ...(clients ?? [])].map(({ ip }) => ip))],
  });
}

/** How many ports in a row a lab needs where its nodes share one address. */
export function portsNeeded(lab: LabModel): number {
  return 2 * lab.nodes.length;
}

/** Keeps the last two octets of each machine: 192.168.100.11 becomes 127.77.100.11. */
function ownAddresses(lab: LabModel, octet: number): string[] {
  const endings = machinesOf(lab).map(({ ip }) => ip.split('.').slice(2).join('.'));
  // In a network wider than /16, two machines may have the same last octets.
  const unique = new Set(endings).size === endings.length;
  return endings.map(
    (ending, index) => `127.${octet}.${unique ? ending : `${index >> 8}.${index & 255}`}`,
  );
}

function portsAt({ nodes }: LabModel, redisPort: number) {
  return { redisPort, sentinelPort: redisPort + nodes.length };
}
