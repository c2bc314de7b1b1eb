/** Identities that must be the same each time a lab is generated: derived from names, never random. */
import { hash } from 'node:crypto';

/**
 * A MAC address for one network card. 52 makes it locally administered and unicast, which
 * VirtualBox and libvirt both accept; 40 bits of digest keep a thousand nodes apart.
 */
export function macAddress(lab: string, node: string, card: 'uplink' | 'lab'): string {
  const digest = hash('sha1', `${lab}/${node}/${card}`);
  const octets = [0, 2, 4, 6, 8].map((at) => digest.slice(at, at + 2));
  return ['52', ...octets].join(':');
}

/** A Sentinel's run id: 40 hex digits, as `sentinel myid` wants it. */
export function sentinelId(lab: string, node: string): string {
  return hash('sha1', `${lab}/${node}/sentinel`);
}
