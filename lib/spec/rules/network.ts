import type { ProblemCode } from '../../errors.js';
import {
  contains,
  type Network,
  overlap,
  toAddress,
  toNetwork,
  toNumber,
} from '../../model/ipv4.js';
import type { Finding } from '../finding.js';
import type { Rule } from './rule.js';

// RFC 1918, RFC 6598 and RFC 2544.
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '198.18.0.0/15',
].map(toNetwork);

// A machine's first network card is in one of these; with two cards in one network, nothing is reachable.
const TAKEN = [
  { range: toNetwork('10.0.2.0/24'), whose: "where VirtualBox's own NAT is" },
  { range: toNetwork('192.168.121.0/24'), whose: "vagrant-libvirt's management network" },
];

const networkIsUsable: Rule = function* ({ spec, lab, sound }) {
  const written = spec.network;
  if (written === undefined || !sound(['network'])) return;
  const { network } = lab;
  if (written !== network.cidr) {
    yield {
      code: 'spec.network.host-bits',
      path: ['network'],
      seen: written,
      message: 'is an address inside a network, not a network',
      fix: `use ${network.cidr}`,
    };
  }
  if (network.prefix < 8 || network.prefix > 29) {
    yield {
      code: 'spec.network.size',
      path: ['network'],
      seen: written,
      message: 'has no room for a lab, or far too much',
      fix: 'use a prefix from /8 to /29, such as 192.168.100.0/24',
    };
  } else if (
    !PRIVATE.some((range) => contains(range, network.address) && contains(range, network.broadcast))
  ) {
    yield {
      code: 'spec.network.public',
      path: ['network'],
      seen: written,
      message: 'is not private: the lab would hide real hosts of the Internet',
      fix: 'use a network in 192.168.0.0/16, 172.16.0.0/12 or 10.0.0.0/8',
    };
  }
  const taken = TAKEN.find(({ range }) => overlap(range.cidr, network.cidr));
  if (taken) {
    yield {
      code: 'spec.network.taken',
      path: ['network'],
      seen: written,
      message: `overlaps ${taken.range.cidr}, ${taken.whose}`,
      fix: 'use a network beside it, such as 192.168.100.0/24 or 10.1.0.0/16',
    };
  }
};

const addressesAreUsable: Rule = function* ({ spec, lab, machines, sound }) {
  if (!sound(['network'])) return;
  const { network } = lab;
  for (const [index, node] of machines.entries()) {
    if (!sound(['nodes', index, 'ip'])) continue;
    const refusal = whyUnusable(node.ip, network);
    if (!refusal) continue;
    const [code, reason] = refusal;
    const given = spec.nodes?.[index]?.ip !== undefined;
    yield {
      code,
      path: ['nodes', index, 'ip'],
      seen: node.ip,
      message: `${given ? '' : '(the default here) '}${reason}`,
      fix: `use an address from ${toAddress(toNumber(network.host) + 1)} to ${toAddress(toNumber(network.broadcast) - 1)}`,
    };
  }
};

function whyUnusable(ip: string, network: Network): [ProblemCode, string] | undefined {
  if (!contains(network, ip)) return ['spec.ip.outside', `is outside the network ${network.cidr}`];
  if (ip === network.address)
    return ['spec.ip.network', `is the address of the network ${network.cidr} itself`];
  if (ip === network.broadcast)
    return ['spec.ip.broadcast', `is the broadcast address of ${network.cidr}`];
  if (ip === network.host) return ['spec.ip.host', `is the host's own address in ${network.cidr}`];
  return undefined;
}

const addressesAreUnique: Rule = function* ({ machines, spec, sound }) {
  yield* duplicates(
    machines.map((node, i) => (sound(['nodes', i, 'ip']) ? node.ip : undefined)),
    (index, first) => ({
      code: 'spec.ip.twice',
      path: ['nodes', index, 'ip'],
      seen: machines[index]?.ip,
      message: `${spec.nodes?.[index]?.ip === undefined ? '(the default here) ' : ''}is the address of nodes[${first}] too`,
      fix: 'give each node an address of its own',
    }),
  );
};

/** One finding for each value that stood earlier in the list. */
export function* duplicates(
  values: readonly (string | undefined)[],
  finding: (index: number, first: number) => Finding,
): Generator<Finding> {
  const firstAt = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    const first = firstAt.get(value);
    if (first === undefined) firstAt.set(value, index);
    else yield finding(index, first);
  }
}

/** Prefix length: nobody knows all machines of a larger network. */
const WIDEST = 8;

const guestsAreKnown: Rule = function* ({ spec, sound }) {
  for (const [index, written] of (spec.allow ?? []).entries()) {
    const path = ['allow', index];
    if (!sound(path) || !written.includes('/')) continue;
    const { cidr, prefix } = toNetwork(written);
    if (prefix < WIDEST) {
      yield {
        code: 'spec.allow.everybody',
        path,
        seen: written,
        message: 'is so large that it lets strangers in, and the servers ask for no password',
        fix: `name the machines to let in, or their network, /${WIDEST} or smaller`,
      };
    } else if (written !== cidr) {
      yield {
        code: 'spec.allow.host-bits',
        path,
        seen: written,
        message: 'is an address inside a network, not a network',
        fix: `use ${cidr}, or ${written.split('/')[0]} for that machine alone`,
      };
    }
  }
};

export const networkRules: readonly Rule[] = [
  networkIsUsable,
  addressesAreUsable,
  addressesAreUnique,
  guestsAreKnown,
];
