/** Which interfaces belong to the lab's own provider, and so don't stand in its way. */
import { type Message, message } from '../report/messages.js';
import type { Facts, Flaw } from './facts.js';
import { outputOf, type Range, saidBy } from './host.js';

export interface Owner {
  /** Whether an interface of this name is the provider's; whether it has the lab's addresses is another question. */
  readonly isOwn: (name: string) => boolean;
  /** An interface is taken for the provider's, and why that is not certain. */
  readonly unsure?: Message;
}

/** VirtualBox gives the same network to all machines that ask for it. */
const VIRTUALBOX = /^vboxnet\d+$|^VirtualBox Host-Only|^bridge\d+$/;

export async function ownerOf(facts: Facts): Promise<Owner> {
  if ((await facts.provider())?.name === 'libvirt') {
    const bridge = await bridgeOf(facts);
    return { isOwn: (name) => name === bridge };
  }
  const isOwn = (name: string) => VIRTUALBOX.test(name);
  return facts.host.platform === 'win32' ? onWindows(facts, isOwn) : { isOwn };
}

/** The provider's interfaces that have the lab's network already. */
export function labInterfaces(
  { host, lab: { network } }: Facts,
  asked: readonly Range[] | Flaw,
  isOwn: Owner['isOwn'],
) {
  const routes = 'flaw' in asked ? [] : asked;
  const interfaces = host.interfaces();
  const own = interfaces.filter(
    (each) => each.cidr === `${network.host}/${network.prefix}` && isOwn(each.name),
  );
  // While no machine runs, Linux keeps the route, but Node does not list the interface.
  const asleep = routes.filter(
    (each) =>
      each.cidr === network.cidr &&
      isOwn(each.name) &&
      !interfaces.some(({ name }) => name === each.name),
  );
  return { routes, interfaces, own, asleep };
}

/** The bridge of the network that vagrant-libvirt made for this lab; undefined if there is none. */
async function bridgeOf(facts: Facts): Promise<string | undefined> {
  const args = ['-c', 'qemu:///system', 'net-dumpxml', `${facts.lab.name}-net`];
  const answer = await facts.says('virsh', args);
  const text = answer && outputOf(answer);
  return /<bridge name='([^']+)'/.exec(text ?? '')?.[1];
}

/**
 * Windows may call VirtualBox's adapter `Ethernet 2`, and VirtualBox lists it by another name: the address tells. Asked
 * only where there is such a one, as VirtualBox takes seconds to start.
 */
async function onWindows(facts: Facts, isOwn: Owner['isOwn']): Promise<Owner> {
  const { host, netmask, prefix } = facts.lab.network;
  const unnamed = facts.host
    .interfaces()
    .find(({ name, cidr }) => cidr === `${host}/${prefix}` && !isOwn(name));
  if (unnamed === undefined) return { isOwn };
  const answer = await facts.virtualBoxSays('list', 'hostonlyifs');
  if (answer === undefined) return { isOwn };
  const withUnnamed = (name: string) => isOwn(name) || name === unnamed.name;
  const text = outputOf(answer);
  if (text === undefined) {
    const { name, cidr } = unnamed;
    const unsure = message('network.unsure', { name, cidr, said: saidBy(answer) });
    return { isOwn: withUnnamed, unsure };
  }
  const listed = adaptersIn(text).some(
    (each) => each['IPAddress'] === host && each['NetworkMask'] === netmask,
  );
  return { isOwn: listed ? withUnnamed : isOwn };
}

/** `Name:  VALUE` on lines, an empty one after each adapter. */
function adaptersIn(text: string): Record<string, string>[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((block) =>
      Object.fromEntries(
        [...block.matchAll(/^(\w+):[ \t]*(.*?)\r?$/gm)].map(([, key = '', value = '']) => [
          key,
          value,
        ]),
      ),
    );
}
