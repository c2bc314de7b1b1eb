/** A lab moved to loopback: only addresses and ports change. Pure. */
import { freeze } from '../../model/freeze.js';
import { toNetwork } from '../../model/ipv4.js';
import type { LabModel, NodeModel } from '../../model/model.js';

export type Addressing =
  /** Each node has an address of its own below `127.OCTET`; ports are as described. */
  | { readonly kind: 'addresses'; readonly octet: number }
  /** All nodes are 127.0.0.1, with ports from `first` on; for systems where loopback is one address. */
  | { readonly kind: 'ports'; readonly first: number };

export function localise(lab: LabModel, addressing: Addressing): LabModel {
  const nodes =
    addressing.kind === 'addresses'
      ? onAddresses(lab, addressing.octet)
      : onPorts(lab, addressing.first);
  const cidr = addressing.kind === 'addresses' ? `127.${addressing.octet}.0.0/16` : '127.0.0.0/8';
  return freeze({
    ...lab,
    network: toNetwork(cidr),
    nodes,
    allow: [...new Set(nodes.map((node) => node.ip))],
  });
}

/** How many ports in a row a lab needs where its nodes share one address. */
export function portsNeeded(lab: LabModel): number {
  return 2 * lab.nodes.length;
}

/** Keeps the last two octets of each node: 192.168.100.11 becomes 127.77.100.11. */
function onAddresses(lab: LabModel, octet: number): NodeModel[] {
  const endings = lab.nodes.map((node) => node.ip.split('.').slice(2).join('.'));
  // In a network wider than /16, two nodes may have the same last octets.
  const unique = new Set(endings).size === endings.length;
  return lab.nodes.map((node, index) => ({
    ...node,
    ip: `127.${octet}.${unique ? endings[index] : `${index >> 8}.${index & 255}`}`,
  }));
}

function onPorts(lab: LabModel, first: number): NodeModel[] {
  return lab.nodes.map((node, index) => ({
    ...node,
    ip: '127.0.0.1',
    redisPort: first + index,
    sentinelPort: first + lab.nodes.length + index,
  }));
}
