/** Linux's table of routes, `/proc/net/route`. Pure. */

interface Route {
  /** Of the interface. */
  readonly name: string;
  /** `192.168.100.0/24` */
  readonly cidr: string;
}

/**
 * All routes except default ones. Destination and mask are hexadecimal numbers in the byte order of the machine, taken to be
 * little-endian.
 */
export function linuxRoutes(text: string): Route[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', destination = '', , , , , , mask = ''] = line.trim().split(/\s+/);
    if (!/^[0-9A-F]{8}$/.test(destination) || !/^[0-9A-F]{8}$/.test(mask)) return [];
    const bits = [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === '1').length;
    const octets = destination.match(/../g)?.reverse() ?? [];
    const address = octets.map((octet) => Number.parseInt(octet, 16)).join('.');
    return bits === 0 ? [] : [{ name, cidr: `${address}/${bits}` }];
  });
}
