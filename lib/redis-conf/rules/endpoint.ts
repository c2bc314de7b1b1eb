/** Addresses, as servers read them. */
import { IPV4 } from '../../model/ipv4.js';
import { type Conf, linesNamed } from './configuration.js';
import type { Line } from './finding.js';

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

/** Where a server listens: the last line of `bind` counts. */
export interface Bind {
  readonly line: Line;
  readonly addresses: readonly string[];
}

/** Undefined where there is no `bind`, or it is filled in later. */
export function bindOf(conf: Conf): Bind | undefined {
  const line = linesNamed(conf, 'bind').at(-1);
  return line && { line, addresses: line.args.map(({ text }) => bound(text)) };
}

export function isLoopbackOnly({ addresses }: Bind): boolean {
  return addresses.length > 0 && addresses.every(isLoopback);
}

export function usualPort({ kind }: Pick<Conf, 'kind'>): string {
  return kind === 'sentinel' ? '26379' : '6379';
}
