/** What to do about what keeps a lab from being whole, where redis-lab cannot do it. */
import type { Flaw } from './health.js';

/** What a server says that cannot write a file: words of strerror(3). */
export const CANNOT_STORE = /No space left|quota exceeded|Permission denied|Read-only file system/;

const cli = (node: string, ...words: readonly string[]) =>
  `redis-lab exec ${node} -- redis-cli ${words.join(' ')}`;

const writes = (node: string) =>
  `Make room, or let Redis on ${node} write, where its data are: ${cli(node, 'CONFIG', 'GET', 'dir')}`;

const WAYS: Readonly<Record<string, (node: string, said: string) => string | undefined>> = {
  'servers.redis-unsaved': writes,
  'links.down-since': (node, said) => (CANNOT_STORE.test(said) ? writes(node) : undefined),
  'servers.redis-full': (node) =>
    `Delete keys, or give Redis on ${node} more memory: ${cli(node, 'CONFIG', 'SET', 'maxmemory', '0')}`,
  'servers.redis-alone': (node) =>
    `Have Redis on ${node} want fewer replicas: ${cli(node, 'CONFIG', 'SET', 'min-replicas-to-write', '0')}`,
};

/** Sentences, each once. */
export function waysOut(flaws: readonly Pick<Flaw, 'code' | 'values'>[]): string[] {
  const ways = flaws.flatMap(
    ({ code, values }) => WAYS[code]?.(String(values['node']), String(values['said'])) ?? [],
  );
  return [...new Set(ways)];
}
