/** Addresses, as servers read them. */
import { IPV4 } from '../../model/ipv4.js';

/** An address, and no name that has to be looked up. */
export function isAddress(host: string): boolean {
  return IPV4.test(host) || /^[0-9a-f:]*:[0-9a-f:.]*(?:%\w+)?$/i.test(host);
}

export function isLoopback(host: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/i.test(host);
}

/** All addresses of a machine. */
export function isEverywhere(host: string): boolean {
  return /^(?:\*|0\.0\.0\.0|::|::\*)$/.test(host);
}

/** A `-` in front of an address of `bind` makes it optional. */
export function bound(word: string): string {
  return word.startsWith('-') ? word.slice(1) : word;
}
