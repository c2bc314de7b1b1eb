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

/** What people write behind a value: for a server it is one more. */
export function isComment(word: string): boolean {
  return word.startsWith('#') || word.startsWith('//');
}

/** Where a server listens: the last line of `bind` counts. */
export interface Bind {
  readonly line: Line;
  readonly addresses: readonly string[];
}

/** Undefined where there is no `bind`, or it is filled in later. */
export function bindOf(conf: Conf): Bind | undefined {
  const line = linesNamed(conf, 'bind').at(-1);
  if (!line) return undefined;
  const words = line.args.map(({ text }) => bound(text)).filter((word) => !/^[=:]$/.test(word));
  const comment = words.findIndex(isComment);
  return { line, addresses: comment < 0 ? words : words.slice(0, comment) };
}

export function isLoopbackOnly({ addresses }: Bind): boolean {
  return addresses.length > 0 && addresses.every(isLoopback);
}

export function usualPort({ kind }: Pick<Conf, 'kind'>): string {
  return kind === 'sentinel' ? '26379' : '6379';
}
