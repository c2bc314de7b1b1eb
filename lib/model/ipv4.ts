/** IPv4 addresses as unsigned 32-bit numbers, and networks in CIDR form. */

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
export const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
export const CIDR = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}/(?:[12]?\\d|3[0-2])$`);

/** An IPv4 network. */
export interface Network {
  /** Canonical `address/prefix`. */
  readonly cidr: string;
  readonly address: string;
  readonly prefix: number;
  readonly netmask: string;
  readonly broadcast: string;
  /** The first usable address: VirtualBox and libvirt give it to the host. */
  readonly host: string;
}

/** The number behind four dotted decimals that {@link IPV4} accepts. */
export function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** The network of a text that {@link CIDR} accepts; host bits are dropped. */
export function toNetwork(cidr: string): Network {
  const [address = '', length = ''] = cidr.split('/');
  const prefix = Number(length);
  // Shifting a 32-bit number by 32 shifts by 0, so /0 needs its own branch.
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  const base = (toNumber(address) & mask) >>> 0;
  return {
    cidr: `${toAddress(base)}/${prefix}`,
    address: toAddress(base),
    prefix,
    netmask: toAddress(mask),
    broadcast: toAddress((base | ~mask) >>> 0),
    host: toAddress(base + 1),
  };
}

/** How many bits a netmask that {@link IPV4} accepts has; undefined for one with gaps. */
export function prefixOf(netmask: string): number | undefined {
  const bits = toNumber(netmask).toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

export function contains(network: Network, address: string): boolean {
  const number = toNumber(address);
  return number >= toNumber(network.address) && number <= toNumber(network.broadcast);
}

/** Whether two networks in CIDR form have an address in common. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [toNetwork(one), toNetwork(other)];
  return (
    toNumber(a.address) <= toNumber(b.broadcast) && toNumber(b.address) <= toNumber(a.broadcast)
  );
}

/** The fewest networks that hold exactly these addresses and no other. */
export function fewestNetworks(addresses: readonly string[]): string[] {
  const numbers = [...new Set(addresses.map(toNumber))].sort((a, b) => a - b);
  const networks: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    const first = numbers[i] as number;
    let size = 1;
    // A block starts at a multiple of its size and must be full.
    while (first % (size * 2) === 0 && numbers[i + size * 2 - 1] === first + size * 2 - 1)
      size *= 2;
    networks.push(size === 1 ? toAddress(first) : `${toAddress(first)}/${32 - Math.log2(size)}`);
    i += size;
  }
  return networks;
}
