/** Host-only interfaces, and the host-only networks that macOS has instead. */
import { after } from './machines.js';
import { type HostNetwork, Refusal, type State } from './state.js';

export function hostInterface(state: State, [verb, ...args]: readonly string[]): string {
  if (verb === 'create') {
    const name = `vboxnet${state.interfaces.length}`;
    state.interfaces.push({ name, ip: '', netmask: '' });
    return `Interface '${name}' was successfully created`;
  }
  const found = state.interfaces.find(({ name }) => name === args[0]);
  if (verb !== 'ipconfig' || !found) throw new Refusal(`Cannot ${verb} ${args[0]}`);
  found.ip = after(args, '--ip') ?? '';
  found.netmask = after(args, '--netmask') ?? '';
  return '';
}

export function hostNetwork(state: State, [verb, ...args]: readonly string[]): string {
  if (verb !== 'add') throw new Refusal(`Unknown verb of hostonlynet: ${verb}`);
  const wanted = (option: string) => after(args, option) ?? '';
  state.networks.push({
    name: wanted('--name'),
    ip: wanted('--lower-ip'),
    netmask: wanted('--netmask'),
  });
  return '';
}

export function listInterfaces(state: State): string {
  return state.interfaces
    .map(({ name, ip, netmask }) =>
      block({
        Name: name,
        IPAddress: ip,
        NetworkMask: netmask,
        IPV6Address: '',
        Status: 'Up',
        VBoxNetworkName: `HostInterfaceNetworking-${name}`,
      }),
    )
    .join('\n');
}

export function listNetworks(state: State): string {
  return state.networks
    .map(({ name, ip, netmask }: HostNetwork) =>
      block({ Name: name, State: 'Enabled', NetworkMask: netmask, LowerIP: ip, UpperIP: ip }),
    )
    .join('\n');
}

/** A card of the host, in a network that is nobody's. */
export function listBridged(): string {
  return block({
    Name: 'eth0',
    IPAddress: '198.51.100.7',
    NetworkMask: '255.255.255.0',
    Status: 'Up',
  });
}

function block(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${`${key}:`.padEnd(17)}${value}\n`)
    .join('');
}
