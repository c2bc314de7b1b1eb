/** Whether the lab's network and the ports to its machines are free. */
import { overlap, toNetwork } from '../../model/ipv4.js';
import { machinesOf } from '../../model/model.js';
import { type Message, message } from '../../report/messages.js';
import { type Check, subject } from '../check.js';
import type { Facts } from '../facts.js';
import type { Range } from '../host.js';
import { askAgain } from '../install-hints.js';
import { labInterfaces, ownerOf } from '../own-network.js';
import { routesOf } from '../routes.js';

/** How Linux names the interface of a route that refuses or drops what it gets. */
const NOWHERE = '*';

const NETWORK = subject('network', ['vagrant']);

export async function network(facts: Facts): Promise<Check[]> {
  const { lab } = facts;
  const { cidr } = lab.network;
  const [asked, { isOwn, unsure }] = await Promise.all([routesOf(facts), ownerOf(facts)]);
  const { routes, interfaces, own, asleep } = labInterfaces(facts, asked, isOwn);
  const names = new Set([
    // Windows names the interface of a route by its address.
    ...own.flatMap(({ name, cidr: address }) => [name, address.split('/')[0]]),
    ...asleep.map(({ name }) => name),
  ]);
  const others = (ranges: readonly Range[]) =>
    ranges.filter((each) => !names.has(each.name) && overlap(each.cidr, cidr));
  const [other] = others(interfaces);
  // A wider route loses against the lab's own, which is exact.
  const route = others(routes).find((each) => toNetwork(each.cidr).prefix >= lab.network.prefix);
  const taken =
    taking('network.interface', other, cidr) ??
    taking(route?.name === NOWHERE ? 'network.route-nowhere' : 'network.route', route, cidr);
  if (taken !== undefined) return [NETWORK.bad(taken, message('network.taken.fix'))];
  if (unsure !== undefined) return [NETWORK.poor(unsure, askAgain('VBoxManage list hostonlyifs'))];
  if ('flaw' in asked) {
    const seen = message('network.no-routes', { cidr, said: asked.flaw });
    return [NETWORK.poor(seen, message('network.no-routes.fix', { cidr }))];
  }
  const [mine] = [...own, ...asleep];
  return [
    NETWORK.good(
      mine ? message('network.own', { name: mine.name, cidr }) : message('network.free', { cidr }),
    ),
  ];
}

function taking(
  code: 'network.interface' | 'network.route' | 'network.route-nowhere',
  range: Range | undefined,
  wanted: string,
): Message | undefined {
  return range && message(code, { name: range.name, cidr: range.cidr, wanted });
}

const PORTS = subject('ssh-ports', ['vagrant']);

/** Vagrant's usable_port_range, in which its first choice (2222) is. */
const FORWARDED = Array.from({ length: 51 }, (_, i) => 2200 + i);

export async function ports(facts: Facts): Promise<Check[]> {
  const { host, lab } = facts;
  if ((await facts.provider())?.name !== 'virtualbox') return [];
  const free = await host.freePorts(FORWARDED);
  const needs = machinesOf(lab).length;
  const seen = message('ssh-ports.free', { free: free.length, of: FORWARDED.length, needs });
  if (free.length >= needs) return [PORTS.good(seen)];
  return [PORTS.bad(seen, message('ssh-ports.fix'))];
}
